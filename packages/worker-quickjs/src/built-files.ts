/** What the build leaves beside the modules (`scripts/bundle-quickjs.mjs`). */
import { readFileSync } from 'node:fs';
import { distOf, makeThreadProgram, type ThreadProgram } from '@cooperage/worker-kit';
import type { Build } from './engine/engine.js';

const dist = distOf(import.meta.url);

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
/** What each thread loads. The one file lies where the modules in it look for the others that are built. */
export const threadProgram: ThreadProgram = makeThreadProgram({
  dist,
  bundled: 'thread-bundled.js',
  modules: 'thread/main.js',
  packages: ['types', 'worker-kit', 'worker-quickjs'],
});
