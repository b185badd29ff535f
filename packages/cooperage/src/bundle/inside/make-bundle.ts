/**
 * One bundle. Its format is `nestedEvaluate`: one compartment for a vat and one evaluation for each module,
 * under the module's name. Bundles are evaluated for every vat, and the default format, an archive with a
 * compartment for each package, takes 2 to 4 times as long for that and 1.3 times the space.
 */
import bundleSource from '@endo/bundle-source';
import type { Inputs } from '../inputs.js';
import { explainExits, explainFailure } from './explain.js';
import { findEntryPackage } from './entry-package.js';
import { makeRecordingReader } from './recording-reader.js';

/** Where a bundle would ask its host for a module. Text of modules is quoted and cannot look like this. */
const EXIT = /tryRequire\(("(?:[^"\\]|\\.)*")\)/g;

export const makeBundle = async (
  entry: string,
): Promise<{ readonly text: string; readonly inputs: Inputs }> => {
  const entryPackage = findEntryPackage(entry);
  const reader = makeRecordingReader(entryPackage);
  let bundle: { readonly source: string };
  try {
    bundle = await bundleSource(
      entry,
      // Comments become blanks: smaller, and every line stays where it was.
      { format: 'nestedEvaluate', elideComments: true },
      reader.powers,
    );
  } catch (thrown) {
    throw reader.problem() ?? explainFailure(thrown, entry, reader.modules);
  }
  const exits = Array.from(
    bundle.source.matchAll(EXIT),
    ([, name]) => JSON.parse(name as string) as string,
  );
  const refusal = explainExits(exits, entryPackage, reader.modules);
  if (refusal !== undefined) throw refusal;
  return { text: JSON.stringify(bundle), inputs: reader.inputs() };
};
