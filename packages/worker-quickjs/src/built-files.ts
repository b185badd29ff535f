/** What the build leaves beside the modules (`scripts/bundle-quickjs.mjs`). */
import { readFileSync } from 'node:fs';
import type { Build } from './engine/engine.js';

const own = new URL(import.meta.url);
/** Beside this module, or in the build where this is the source. */
const dist = new URL(own.pathname.endsWith('.ts') ? '../dist/' : './', own);

const reader = (path: string): (() => Uint8Array<ArrayBuffer>) => {
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  return () => (bytes ??= readFileSync(new URL(path, dist)));
};

/** The program of each heap, compiled. */
export const builtProgram = reader('inside/program.bytecode');
/** The image of a heap that has run it. */
export const builtBaseImage = reader('inside/base.image');
/** The engine's modules, as they were made for each build. */
export const builtEngine = (build: Build): Uint8Array<ArrayBuffer> =>
  readFileSync(new URL(`engine/${build}.wasm`, dist));
export const threadModule = new URL('thread/main.js', dist);
