import type { Contract } from './contract.js';

interface Script {
  readonly moduleFormat: string;
  /** Its value is what the contract's module exports. */
  readonly source: string;
}

/**
 * The contract of a bundle, in a compartment of its own: it reaches the language, `E`, `Far` and `harden`, and nothing of
 * the framework, its vat or the host but what it is given later.
 */
export const evaluateContract = (bundle: string): Contract => {
  const { moduleFormat, source } = JSON.parse(bundle) as Script;
  if (moduleFormat !== 'endoScript') {
    throw Error(`a contract is bundled by "cooperage bundle", not as ${moduleFormat}`);
  }
  const compartment: Compartment = new Compartment({ E, Far, harden });
  const { start } = compartment.evaluate(
    `${source}\n//# sourceURL=contract/bundle.js`,
  ) as Partial<Contract>;
  if (typeof start !== 'function') throw Error('a contract exports a function start');
  return { start };
};
