/**
 * Makes one file of everything that a thread loads: loading three hundred modules one by one costs four
 * times as much as running them. Part of the build; `src/thread-entry.ts` of the package tells when it is
 * used.
 */
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

const bundle = await rolldown({
  input: at('../packages/worker-thread/dist/inside/main.js'),
  platform: 'node',
  logLevel: 'warn',
});
await bundle.write({
  file: at('../packages/worker-thread/dist/inside/bundled.js'),
  format: 'esm',
  // Stack traces of vats pass through here; names are kept and nothing is squeezed.
  minify: false,
  sourcemap: true,
});
