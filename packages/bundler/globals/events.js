/** Events and signals to stop, as the DOM has them, without a DOM. A signal with a time limit needs a timer. */
const KINDS = new WeakMap();

export class Event {
  #type;
  #cancelable;
  #prevented = false;
  _stopped = false;
  target = null;
  currentTarget = null;
  constructor(type, { cancelable = false } = {}) {
    this.#type = String(type);
    this.#cancelable = Boolean(cancelable);
  }
  get type() {
    return this.#type;
  }
  get cancelable() {
    return this.#cancelable;
  }
  get defaultPrevented() {
    return this.#prevented;
  }
  preventDefault() {
    if (this.#cancelable) this.#prevented = true;
  }
  stopPropagation() {}
  stopImmediatePropagation() {
    this._stopped = true;
  }
}

export class CustomEvent extends Event {
  constructor(type, options = {}) {
    super(type, options);
    this.detail = options.detail ?? null;
  }
}

export class EventTarget {
  constructor() {
    KINDS.set(this, new Map());
  }
  addEventListener(type, listener, options) {
    if (listener === null || listener === undefined) return;
    const kinds = KINDS.get(this);
    const list = kinds.get(String(type)) ?? [];
    if (list.some((each) => each.listener === listener)) return;
    const { once = false, signal } = typeof options === 'object' && options !== null ? options : {};
    if (signal?.aborted) return;
    kinds.set(String(type), [...list, { listener, once }]);
    signal?.addEventListener('abort', () => this.removeEventListener(type, listener));
  }
  removeEventListener(type, listener) {
    const kinds = KINDS.get(this);
    const list = kinds.get(String(type)) ?? [];
    kinds.set(
      String(type),
      list.filter((each) => each.listener !== listener),
    );
  }
  dispatchEvent(event) {
    event.target = this;
    event.currentTarget = this;
    for (const { listener, once } of KINDS.get(this).get(event.type) ?? []) {
      if (once) this.removeEventListener(event.type, listener);
      try {
        if (typeof listener === 'function') listener.call(this, event);
        else listener.handleEvent(event);
      } catch (error) {
        console.error(error);
      }
      if (event._stopped) break;
    }
    return !event.defaultPrevented;
  }
}

export class DOMException extends Error {
  #name;
  constructor(message = '', name = 'Error') {
    super(message);
    this.#name = name;
  }
  get name() {
    return this.#name;
  }
  get code() {
    return this.#name === 'AbortError' ? 20 : this.#name === 'DataCloneError' ? 25 : 0;
  }
}

const ABORT = new WeakMap();
let mayMake = false;

export class AbortSignal extends EventTarget {
  onabort = null;
  constructor() {
    if (!mayMake) throw TypeError('Illegal constructor');
    super();
    ABORT.set(this, { aborted: false, reason: undefined });
  }
  get aborted() {
    return ABORT.get(this).aborted;
  }
  get reason() {
    return ABORT.get(this).reason;
  }
  throwIfAborted() {
    if (this.aborted) throw this.reason;
  }
  static abort(reason) {
    const controller = new AbortController();
    controller.abort(reason);
    return controller.signal;
  }
  static any(signals) {
    const controller = new AbortController();
    for (const signal of signals) {
      if (signal.aborted) controller.abort(signal.reason);
      else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
    }
    return controller.signal;
  }
  static timeout() {
    throw TypeError(
      'vats have no AbortSignal.timeout(): use an AbortController and the timer service',
    );
  }
}

const makeSignal = () => {
  mayMake = true;
  try {
    return new AbortSignal();
  } finally {
    mayMake = false;
  }
};

export class AbortController {
  #signal = makeSignal();
  get signal() {
    return this.#signal;
  }
  abort(reason = new DOMException('This operation was aborted', 'AbortError')) {
    const state = ABORT.get(this.#signal);
    if (state.aborted) return;
    state.aborted = true;
    state.reason = reason;
    const event = new Event('abort');
    if (typeof this.#signal.onabort === 'function') this.#signal.onabort(event);
    this.#signal.dispatchEvent(event);
  }
}
