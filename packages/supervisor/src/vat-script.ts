/**
 * Evaluates a bundle of Cooperage's own form: one script in one compartment. The vat's own global object can be extended
 * until its root object is there; what was on it before never changes.
 */
import type { VatNamespace } from '@cooperage/types';
import { makeVatCompartment, type VatCompartmentOptions } from './vat-compartment.js';

/** What is looked at of the bundle's own part. */
export interface VatScript {
  readonly source: string;
  readonly cooperage: {
    readonly format: number;
    /** Names that the vat's code may give to properties of its global object at any time. */
    readonly globals?: readonly string[];
  };
}

export const isVatScript = (bundle: object): bundle is VatScript => {
  const { source, cooperage } = bundle as Partial<VatScript>;
  return typeof source === 'string' && typeof cooperage === 'object' && cooperage !== null;
};

const fixProperties = (global: object): void => {
  for (const key of Reflect.ownKeys(global)) {
    const descriptor = Object.getOwnPropertyDescriptor(global, key);
    if (descriptor?.configurable === true && 'value' in descriptor) {
      Object.defineProperty(global, key, { writable: false, configurable: false });
    }
  }
};

const closeGlobal = (global: object, names: readonly string[]): void => {
  for (const name of names) {
    if (Object.hasOwn(global, name)) continue;
    Object.defineProperty(global, name, {
      value: undefined,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  Object.preventExtensions(global);
};

export const evaluateVatScript = async (
  { source, cooperage }: VatScript,
  name: string,
  options: VatCompartmentOptions,
): Promise<VatNamespace> => {
  const compartment = makeVatCompartment(options);
  const { globalThis: global } = compartment;
  // SES looks up what cannot change without asking, once for all that is evaluated.
  fixProperties(global);
  const url = `${name}/bundle.js`;
  const evaluated = compartment.evaluate(`${source}\n//# sourceURL=${url}`);
  const namespace = (await evaluated) as VatNamespace;
  const { buildRootObject } = namespace;
  if (typeof buildRootObject !== 'function') return namespace;
  return {
    buildRootObject: async (...args) => {
      const root: unknown = await buildRootObject(...args);
      closeGlobal(global, cooperage.globals ?? []);
      return root;
    },
  };
};
