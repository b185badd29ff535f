/**
 * `harden`, which SES takes in place of its own where the global object has one before SES is loaded. It does the same
 * (`ses/src/make-hardener.js`), at less than half the cost: most of what is hardened is hardened already, or is a function
 * or a small object, for which a set and a closure of its own cost more than the freezing. Import this before `ses`.
 */
const {
  defineProperty,
  freeze,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  preventExtensions,
} = Object;
const { apply, ownKeys } = Reflect;
const FeralError = Error;
/** Of a property, without calling it. */
type Property = Readonly<Record<'value' | 'get' | 'set' | 'configurable', unknown>>;
const propertyOf = getOwnPropertyDescriptor as (
  of: object,
  key: PropertyKey,
) => Property | undefined;

const typedArrayTag = propertyOf(getPrototypeOf(Uint8Array.prototype) as object, Symbol.toStringTag)
  ?.get as (this: unknown) => string | undefined;

/** On some engines each error has an accessor of its own for its stack. What gets it is the same function for all. */
const stackGetter = propertyOf(FeralError('obligatory'), 'stack')?.get as
  ((this: unknown) => unknown) | undefined;

const isHardenable = (value: unknown): value is object =>
  typeof value === 'function' || (typeof value === 'object' && value !== null);

const isIntegerIndex = (key: string | symbol): boolean => {
  const number = Number(String(key));
  return Number.isInteger(number) && String(number) === key;
};

/** The elements of a typed array stay writable, as the contents of a map do. */
const freezeTypedArray = (array: object): void => {
  preventExtensions(array);
  for (const key of ownKeys(array)) {
    if (isIntegerIndex(key)) continue;
    const descriptor = getOwnPropertyDescriptor(array, key);
    defineProperty(array, key, { ...descriptor, writable: false, configurable: false });
  }
};

/** The accessor reveals more than a stack, so its value replaces it. */
const fixStack = (error: object, getter: (this: unknown) => unknown): void => {
  const descriptor = propertyOf(error, 'stack');
  if (descriptor?.get !== getter || descriptor.configurable !== true) return;
  defineProperty(error, 'stack', { value: apply(getter, error, []) });
};

const freezeOne = (value: object): void => {
  if (stackGetter !== undefined && value instanceof FeralError) fixStack(value, stackGetter);
  if (ArrayBuffer.isView(value) && apply(typedArrayTag, value, []) !== undefined)
    freezeTypedArray(value);
  else freeze(value);
};

/** So many are looked for one by one; more, in a set. */
const FEW = 8;

export const makeHardener = (): (<Value>(value: Value) => Value) => {
  const hardened = new WeakSet<object>();

  const hardenAll = (root: object): void => {
    const found = [root];
    let known: Set<object> | undefined;

    const add = (value: unknown): void => {
      if (!isHardenable(value) || hardened.has(value)) return;
      if (known === undefined) {
        for (let at = 0; at < found.length; at += 1) if (found[at] === value) return;
        if (found.length === FEW) known = new Set(found);
      } else if (known.has(value)) return;
      known?.add(value);
      // SES makes accessors of the methods of arrays: an assignment is quicker than a push.
      found[found.length] = value;
    };

    // Grows meanwhile.
    for (let at = 0; at < found.length; at += 1) {
      const value = found[at] as object;
      freezeOne(value);
      add(getPrototypeOf(value));
      const keys = ownKeys(value);
      for (let index = 0; index < keys.length; index += 1) {
        const descriptor = propertyOf(value, keys[index] as PropertyKey);
        // No proxy can take a property back after it was frozen.
        if (descriptor === undefined)
          throw TypeError(`a property disappeared: ${String(keys[index])}`);
        if (hasOwn(descriptor, 'value')) add(descriptor.value);
        else {
          add(descriptor.get);
          add(descriptor.set);
        }
      }
    }
    // Where freezing one of them failed, none is hardened.
    for (let at = 0; at < found.length; at += 1) hardened.add(found[at] as object);
  };

  const { harden } = {
    harden<Value>(this: void, value: Value): Value {
      if (isHardenable(value) && !hardened.has(value)) hardenAll(value);
      return value;
    },
  };
  return harden;
};

const global = globalThis as { harden?: unknown; Compartment?: unknown };
// SES makes both of them.
if (global.harden === undefined && global.Compartment === undefined) {
  defineProperty(global, 'harden', {
    value: makeHardener(),
    writable: true,
    enumerable: false,
    configurable: true,
  });
}
