/** A compartment for one vat's code, from which no compartment can be made that lacks what the vat may not be without. */
export interface VatCompartmentOptions {
  readonly endowments: Readonly<Record<string, unknown>>;
  /** Globals of this compartment and of every one that is made in it. */
  readonly inescapable: Readonly<Record<PropertyKey, unknown>>;
  readonly transforms: readonly ((source: string) => string)[];
}

export interface VatCompartment {
  readonly globalThis: object;
  evaluate(source: string): unknown;
}

type CompartmentClass = new (globals: object, modules: object, options: object) => VatCompartment;

export const makeVatCompartment = ({
  endowments,
  inescapable,
  transforms,
}: VatCompartmentOptions): VatCompartment => {
  const { Compartment: Original } = globalThis as unknown as { Compartment: CompartmentClass };

  const Compartment = function (this: unknown, ...args: unknown[]): VatCompartment {
    if (new.target === undefined) throw TypeError('Compartment must be called as a constructor');
    const made = Reflect.construct(Original, args, new.target) as VatCompartment;
    const define = (key: PropertyKey, value: unknown): void => {
      Object.defineProperty(made.globalThis, key, {
        value,
        writable: true,
        enumerable: false,
        configurable: true,
      });
    };
    define('Compartment', Compartment);
    for (const key of Reflect.ownKeys(inescapable)) define(key, inescapable[key]);
    return made;
  } as unknown as CompartmentClass;
  Object.defineProperty(Compartment, 'name', { value: 'Compartment' });
  // `instanceof` holds for both.
  Object.defineProperty(Compartment, 'prototype', { value: Original.prototype });
  return new Compartment(endowments, {}, { transforms });
};
