export { type Answers, answersFor, makeAnswers, makeLiveAnswers } from './answers.js';
export { type AuthorScript, authorScriptOf, isOfAuthor, withMap } from './debug/author-lines.js';
export {
  debugCrank,
  type DebugCrankOptions,
  type DebuggedCrank,
  type DebugSession,
} from './debug/debug-crank.js';
export { consoleOf, type ConsoleOfOptions } from './debug/console-of.js';
export type { AuthorPlace, ConsoleLine } from './debug/messages.js';
export {
  FORK_OPTIONS,
  type ForkedKernel,
  forkKernel,
  type ForkKernelOptions,
} from './fork-kernel.js';
export { openSource } from './open-source.js';
export { type Change, makePast, type Past } from './past.js';
export { type Served, serveInspector, type ServeOptions } from './serve.js';
export { type SyscallsView, syscallsOf } from './syscalls.js';
export * from './views/index.js';
export { cyclesAt, type Tried, tryMessage, type TryMessageOptions } from './what-if.js';
