/**
 * The engine's compiled code outlives its threads. V8 gives a thread that compiles bytes which are compiled already
 * what there is, optimised functions included, but only as long as some thread has it. So the process keeps one of
 * each build, for a kernel that opens after another has closed, and for a thread in place of one that ended.
 */
import { builtEngine } from '../built-files.js';
import type { Build } from '../engine/engine.js';

const kept = new Map<Build, Promise<WebAssembly.Module>>();

/** Compiles aside, once in the process. */
export const keepModule = (build: Build): void => {
  if (kept.has(build)) return;
  const compiling = WebAssembly.compile(builtEngine(build));
  kept.set(build, compiling);
  // The thread that compiles the same says what is wrong.
  compiling.catch(() => kept.delete(build));
};
