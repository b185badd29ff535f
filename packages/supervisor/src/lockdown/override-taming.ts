/**
 * Lets the vat's objects have properties of their own that their prototypes have, too. A frozen property cannot be
 * overridden by an assignment, and much code does that: `Sub.prototype.toString = …`. SES makes accessors of some
 * properties, so that it can be done; these are the others that real code assigns to. What is frozen stays frozen: an
 * assignment changes the object that it is made to, and nothing that it inherits from.
 */

/** Of every prototype: what subclasses assign. */
const EVERYWHERE: readonly PropertyKey[] = [
  'constructor',
  'toString',
  'valueOf',
  'toJSON',
  'toLocaleString',
  Symbol.iterator,
  Symbol.asyncIterator,
  Symbol.toPrimitive,
  Symbol.toStringTag,
];

const PROTOTYPES: readonly string[] = [
  'AggregateError',
  'Array',
  'ArrayBuffer',
  'BigInt',
  'BigInt64Array',
  'BigUint64Array',
  'Boolean',
  'DataView',
  'Date',
  'Error',
  'EvalError',
  'Function',
  'Int16Array',
  'Int32Array',
  'Int8Array',
  'Map',
  'Number',
  'Object',
  'Promise',
  'RangeError',
  'ReferenceError',
  'RegExp',
  'Set',
  'String',
  'Symbol',
  'SyntaxError',
  'TypeError',
  'URIError',
  'Uint16Array',
  'Uint32Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'WeakMap',
  'WeakSet',
];

/** Code makes objects that inherit from these prototypes, and assigns any of their methods. */
const WHOLE: readonly string[] = ['Array', 'Date'];

/** What instances and subclasses of these are given besides. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  Promise: ['then', 'catch', 'finally'],
  WeakMap: ['get', 'set', 'has', 'delete'],
  WeakSet: ['add', 'has', 'delete'],
};

const makeOverridable = (object: object, key: PropertyKey): void => {
  const descriptor = Object.getOwnPropertyDescriptor(object, key);
  if (descriptor === undefined || !('value' in descriptor) || descriptor.configurable !== true) {
    return;
  }
  const value = descriptor.value as unknown;
  // Methods: they have no `prototype` and cannot be constructed.
  const accessors = {
    get [key]() {
      return value;
    },
    set [key](newValue: unknown) {
      if (this === (object as unknown)) {
        throw TypeError(`Cannot assign to read only property '${String(key)}' of an intrinsic`);
      }
      if (Object.hasOwn(this, key)) Reflect.set(this, key, newValue);
      else {
        Object.defineProperty(this, key, {
          value: newValue,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      }
    },
  };
  const { get, set } = Object.getOwnPropertyDescriptor(accessors, key) as Required<
    Pick<PropertyDescriptor, 'get' | 'set'>
  >;
  // `harden` looks at properties and does not call getters: by this it finds the value.
  Object.defineProperty(get, 'originalValue', { value });
  Object.defineProperty(object, key, { get, set });
};

/** After SES has repaired the intrinsics, and before it hardens them. */
export const enableOverrides = (): void => {
  const global = globalThis as unknown as Readonly<Record<string, { prototype: object }>>;
  for (const name of PROTOTYPES) {
    const prototype = global[name]?.prototype;
    if (prototype === undefined) continue;
    const all = WHOLE.includes(name) ? Reflect.ownKeys(prototype) : [];
    for (const key of [...EVERYWHERE, ...(MORE[name] ?? []), ...all])
      makeOverridable(prototype, key);
  }
  const TypedArray = Object.getPrototypeOf(Uint8Array) as { readonly prototype: object };
  for (const key of EVERYWHERE) makeOverridable(TypedArray.prototype, key);
};
