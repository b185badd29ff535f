import type { Contract } from './contract.js';

interface LinkedBundle {
  readonly moduleFormat: string;
  readonly source: string;
  readonly sourceMap: string;
}

/** A bundle of linked modules is a function of the prefix for the names of its files, which returns the entry's exports. */
type Linked = (filePrefix: string) => Partial<Contract>;

/**
 * The contract of a bundle, in a compartment of its own: it reaches the language, `E`, `Far` and `harden`, and nothing of
 * the framework, its vat or the host but what it is given later.
 */
export const evaluateContract = (bundle: string): Contract => {
  const { moduleFormat, source, sourceMap } = JSON.parse(bundle) as LinkedBundle;
  if (moduleFormat !== 'nestedEvaluate') {
    throw Error(
      `a contract comes in one piece, not as ${moduleFormat}: let it export constants only`,
    );
  }
  const compartment: Compartment = new Compartment({
    E,
    Far,
    harden,
    require: harden((specifier: string) => {
      throw Error(`contracts have no module ${specifier}`);
    }),
    nestedEvaluate: harden((text: string): unknown => compartment.evaluate(text)),
  });
  const { start } = (compartment.evaluate(`(${source})\n${sourceMap}`) as Linked)('contract/');
  if (typeof start !== 'function') throw Error('a contract exports a function start');
  return { start };
};
