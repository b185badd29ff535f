/**
 * `FinalizationRegistry` as the language has it. The engine's own holds what one unregisters with, so that an object
 * registered with itself never dies; here it is given something else to hold.
 */
const EngineRegistry = globalThis.FinalizationRegistry;

export class FinalizationRegistry<Held> {
  readonly #registry: globalThis.FinalizationRegistry<Held>;
  /** What the engine knows each token by. */
  readonly #tokens = new WeakMap<WeakKey, WeakKey[]>();

  constructor(told: (value: Held) => void) {
    this.#registry = new EngineRegistry(told);
  }

  get [Symbol.toStringTag](): 'FinalizationRegistry' {
    return 'FinalizationRegistry';
  }

  register(target: WeakKey, value: Held, token?: WeakKey): void {
    if (token === undefined) {
      this.#registry.register(target, value);
      return;
    }
    const standIn = {};
    this.#registry.register(target, value, standIn);
    const known = this.#tokens.get(token);
    if (known === undefined) this.#tokens.set(token, [standIn]);
    else known.push(standIn);
  }

  unregister(token: WeakKey): boolean {
    let found = false;
    for (const standIn of this.#tokens.get(token) ?? []) {
      if (this.#registry.unregister(standIn)) found = true;
    }
    this.#tokens.delete(token);
    return found;
  }
}
