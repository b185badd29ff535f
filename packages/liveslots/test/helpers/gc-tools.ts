/** Powers over the heap: the engine's, or fakes with which a test decides what is collected. */
import type { GcTools, MeterControl } from '@cooperage/types';

export const makeMeterControl = (): MeterControl => {
  let depth = 0;
  const runWithoutMetering = <T>(thunk: () => T): T => {
    depth += 1;
    try {
      return thunk();
    } finally {
      depth -= 1;
    }
  };
  return {
    isMeteringDisabled: () => depth > 0,
    assertIsMetered(message = 'is not metered') {
      if (depth > 0) throw new Error(message);
    },
    assertNotMetered(message = 'is metered') {
      if (depth === 0) throw new Error(message);
    },
    runWithoutMetering,
    async runWithoutMeteringAsync(thunk) {
      depth += 1;
      try {
        return await thunk();
      } finally {
        depth -= 1;
      }
    },
    unmetered:
      (fn) =>
      (...args) =>
        runWithoutMetering(() => fn(...args)),
  };
};

export const waitUntilQuiescent = (): Promise<void> =>
  new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

const engineGc = (globalThis as { gc?: () => void }).gc;

export const makeEngineGcTools = (): GcTools => ({
  WeakRef,
  FinalizationRegistry,
  waitUntilQuiescent,
  async gcAndFinalize() {
    await new Promise((resolve) => setImmediate(resolve));
    engineGc?.();
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  },
  meterControl: makeMeterControl(),
});

export interface FakeGc {
  readonly gcTools: GcTools;
  /** Marks a value as unreachable: it is collected at once, and its finalizers run at the next collection. */
  kill(value: object): void;
}

/** With these a value is in memory until the test says otherwise. */
export const makeFakeGc = (): FakeGc => {
  const dead = new WeakSet<object>();
  const pending: (() => void)[] = [];
  const watchers = new WeakMap<object, (() => void)[]>();

  class FakeWeakRef<T extends object> {
    readonly #target: T;
    constructor(target: T) {
      this.#target = target;
    }
    deref(): T | undefined {
      return dead.has(this.#target) ? undefined : this.#target;
    }
  }
  class FakeRegistry<H> {
    readonly #finalize: (held: H) => void;
    constructor(finalize: (held: H) => void) {
      this.#finalize = finalize;
    }
    register(target: object, held: H): void {
      const all = watchers.get(target) ?? [];
      all.push(() => this.#finalize(held));
      watchers.set(target, all);
    }
    unregister(): boolean {
      return false;
    }
  }
  return {
    gcTools: {
      WeakRef: FakeWeakRef as unknown as WeakRefConstructor,
      FinalizationRegistry: FakeRegistry as unknown as FinalizationRegistryConstructor,
      waitUntilQuiescent,
      async gcAndFinalize() {
        for (const finalize of pending.splice(0)) finalize();
      },
      meterControl: makeMeterControl(),
    },
    kill(value) {
      if (dead.has(value)) return;
      dead.add(value);
      pending.push(...(watchers.get(value) ?? []));
    },
  };
};
