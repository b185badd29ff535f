/**
 * Evaluates a bundle of Cooperage's own form: one script in one compartment. The vat's own global object can be extended
 * until its root object is there; what was on it before never changes.
 */
import type { VatNamespace } from '@cooperage/types';
import type { VatScript } from './read-bundle.js';
import { rewriteRefused } from './rewrite-refused.js';
import { constantsOf } from './scopes.js';
import { makeVatCompartment, type VatCompartmentOptions } from './compartment.js';

const fixProperties = (global: object): void => {
  for (const key of Reflect.ownKeys(global)) {
    const descriptor = Object.getOwnPropertyDescriptor(global, key);
    if (descriptor?.configurable === true && 'value' in descriptor) {
      Object.defineProperty(global, key, { writable: false, configurable: false });
    }
  }
};

/** The names that cannot change on the global object of such a compartment. */
export const constantsFor = (options: VatCompartmentOptions): string[] => {
  const { globalThis: global } = makeVatCompartment(options);
  fixProperties(global);
  return constantsOf(global);
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
  { source, name, compiled, globals }: VatScript,
  options: VatCompartmentOptions,
): Promise<VatNamespace> => {
  const compartment = makeVatCompartment({
    ...options,
    transforms: [rewriteRefused, ...options.transforms],
  });
  const { globalThis: global } = compartment;
  // What cannot change is looked up once for all that is evaluated.
  fixProperties(global);
  const value =
    compiled === undefined
      ? compartment.evaluate(`${source}\n//# sourceURL=${name}`)
      : compiled.run(global);
  const namespace = (await value) as VatNamespace;
  const { buildRootObject } = namespace;
  if (typeof buildRootObject !== 'function') return namespace;
  return {
    buildRootObject: async (...args) => {
      const root: unknown = await buildRootObject(...args);
      closeGlobal(global, globals);
      return root;
    },
  };
};
