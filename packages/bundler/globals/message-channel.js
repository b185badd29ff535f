/** Two ports within one vat. A message arrives in the same crank, among the promise jobs. */
import { Event, EventTarget } from './events.js';
import { structuredClone } from './structured-clone.js';

const OTHER = new WeakMap();

export class MessagePort extends EventTarget {
  onmessage = null;
  postMessage(message) {
    const port = OTHER.get(this);
    const data = structuredClone(message);
    Promise.resolve().then(() => {
      if (port === undefined || OTHER.get(port) === undefined) return;
      const event = Object.defineProperty(new Event('message'), 'data', { value: data });
      if (typeof port.onmessage === 'function') port.onmessage(event);
      port.dispatchEvent(event);
    });
  }
  start() {}
  close() {
    OTHER.delete(this);
  }
  ref() {}
  unref() {}
}

export class MessageChannel {
  constructor() {
    this.port1 = new MessagePort();
    this.port2 = new MessagePort();
    OTHER.set(this.port1, this.port2);
    OTHER.set(this.port2, this.port1);
  }
}
