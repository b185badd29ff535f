/**
 * First of all that a thread loads where its program is one script: runs it from V8's compiled form, or hands that
 * form out for the threads after it. CommonJS, because a thread that never starts Node's loader of ES modules is ready
 * 9 ms (of 64) sooner.
 */
import fs = require('node:fs');
import vm = require('node:vm');
import threads = require('node:worker_threads');
import type { ProgramData } from '../host/thread-program.js';

const { program } = threads.workerData as { readonly program: ProgramData };
const { file, compiled, compiledTo } = program;

type Program = (require: NodeJS.Require, importModule: (specifier: string) => unknown) => void;

// Modules are strict, and the script was made of modules.
const script = new vm.Script(
  `(function (require, importModule) {'use strict';${fs.readFileSync(file, 'utf8')}\n})`,
  { filename: file, ...(compiled === undefined ? {} : { cachedData: compiled }) },
);
(script.runInThisContext() as Program)(require, (specifier) => import(specifier));

if (compiled === undefined || script.cachedDataRejected === true) {
  // Now that it has run, the form has the functions that were compiled on the way.
  const bytes = new Uint8Array(script.createCachedData());
  compiledTo.postMessage(bytes, [bytes.buffer]);
}
// Before any vat's code runs: what a vat might make of this thread cannot reach the others by this port.
compiledTo.close();
