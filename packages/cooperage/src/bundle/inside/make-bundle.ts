/**
 * One bundle. Its format is `nestedEvaluate`: one compartment for a vat and one evaluation for each module,
 * under the module's name. Bundles are evaluated for every vat, and the default format, an archive with a
 * compartment for each package, takes 2 to 3 times as long for that and 1.3 times the space. The archive it
 * is where a module exports a variable that changes (`export let`, `export var`): only an engine's own
 * linking, or its imitation by compartments, lets the importers see that.
 */
import bundleSource from '@endo/bundle-source';
import type { Inputs } from '../inputs.js';
import { explainExits, explainFailure } from './explain.js';
import { findEntryPackage } from './entry-package.js';
import { makeRecordingReader } from './recording-reader.js';

/** Where a bundle would ask its host for a module. Text of modules is quoted and cannot look like this. */
const EXIT = /tryRequire\(("(?:[^"\\]|\\.)*")\)/g;

/** Setters for exported variables that change. Texts of modules stand on one line. */
const CHANGING_EXPORT = /liveVar: \{\n[^\n}]*[^\s}]/;

export const makeBundle = async (
  entry: string,
): Promise<{ readonly text: string; readonly inputs: Inputs }> => {
  const entryPackage = findEntryPackage(entry);
  const reader = makeRecordingReader(entryPackage);
  const bundleAs = async <F extends 'nestedEvaluate' | 'endoZipBase64'>(format: F) => {
    try {
      // Comments become blanks: smaller, and every line stays where it was. What the entry's package needs
      // for its development it may import, too: tests have vats.
      return await bundleSource(entry, { format, elideComments: true, dev: true }, reader.powers);
    } catch (thrown) {
      throw reader.problem() ?? explainFailure(thrown, entry, reader.modules);
    }
  };
  const linked = await bundleAs('nestedEvaluate');
  const exits = Array.from(
    linked.source.matchAll(EXIT),
    ([, name]) => JSON.parse(name as string) as string,
  );
  const refusal = explainExits(exits, entryPackage, reader.modules);
  if (refusal !== undefined) throw refusal;
  const bundle = CHANGING_EXPORT.test(linked.source) ? await bundleAs('endoZipBase64') : linked;
  return { text: JSON.stringify(bundle), inputs: reader.inputs() };
};
