export { captureConsole } from './console/route.js';
export { isLockedDown } from './lockdown/locked-down.js';
export { type EnginePowers, makeGcTools } from './gc-tools.js';
export {
  makeScheduler,
  type Schedulable,
  type Scheduler,
  type SchedulerPowers,
} from './scheduler.js';
export { makeSupervisor, type Supervisor, type SupervisorPowers } from './supervisor.js';
export { CONSOLE_CHARACTERS, makeVatConsole, type VatConsole } from './console/vat-console.js';
export { constantsOfVats, makeBuildVatNamespace, type VatEnvironment } from './vat-environment.js';
export { type CompilePowers, compileScript } from './vat-script/compile.js';
export { type CompileScript, makeBundleReader, type ReadBundle } from './vat-script/read-bundle.js';
export { type Ambient, makeAmbient } from './vat-globals/ambient.js';
export { makeVatRunner, type VatRunner, type VatRunnerEvents } from './vat-runner.js';
export type { MergingReader, VatstoreRow } from './crank/vatstore-layers.js';
