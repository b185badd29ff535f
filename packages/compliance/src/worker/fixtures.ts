/** The vats that the worker suite runs: sources to be bundled, and bundles that are written out. */
const at = (file: string): URL => new URL(`../../fixtures/worker/${file}`, import.meta.url);

/** Vats to bundle. */
export const workerVats = {
  workshop: at('workshop.js'),
  imports: at('imports.js'),
  hostile: at('hostile.js'),
  observer: at('observer.js'),
} as const;

/** A module that exports `makeLiveSlots`: it does the syscalls that it is told, with no objects between. */
export const scriptedLiveSlots: URL = at('scripted-liveslots.js');

/** A bundle whose module exports what `exports` evaluates to. */
const inline = (exports: string): string =>
  JSON.stringify({
    moduleFormat: 'getExport',
    source: `function getExport() { return ${exports}; }`,
  });

/** Bundles that need no bundling. */
export const inlineBundles = {
  empty: inline('{ buildRootObject: () => Far("root", {}) }'),
  nestedEvaluate: JSON.stringify({
    moduleFormat: 'nestedEvaluate',
    source: `function getExportWithNestedEvaluate(filePrefix) {
      return nestedEvaluate('({ buildRootObject: () => Far("root", { ping: () => "pong" }) })');
    }`,
    sourceMap: '',
  }),
  syntaxError: inline('{ buildRootObject: () => Far("root", {} }'),
  throwsAtTop: inline('(() => { throw Error("at the top"); })()'),
  throwsInBuild: inline('{ buildRootObject: () => { throw Error("in the build"); } }'),
  rejectsInBuild: inline('{ buildRootObject: async () => { throw Error("in the promise"); } }'),
  neverBuilds: inline('{ buildRootObject: () => new Promise(() => {}) }'),
  notRemotable: inline('{ buildRootObject: () => harden({ data: 1 }) }'),
  undefinedRoot: inline('{ buildRootObject: () => undefined }'),
  missing: inline('{}'),
  notAFunction: inline('{ buildRootObject: 7 }'),
  notJson: 'this is not JSON',
  noFormat: '{}',
  unknownFormat: '{"moduleFormat":"strange","source":""}',
  loopsAtTop: inline('(() => { for (;;); })()'),
} as const;
