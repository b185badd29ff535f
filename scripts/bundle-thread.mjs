/**
 * Makes one file of everything that a thread loads: loading three hundred modules one by one costs four
 * times as much as running them. Part of the build; `src/thread-program.ts` of the package tells when it is
 * used.
 */
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** A script cannot import: what runs it (`run-script.cts` of `worker-kit`) gives it the function `importModule`. */
const importByFunction = {
  name: 'import-by-function',
  load: (id) =>
    id.endsWith('/inside/import-by-name.js')
      ? 'export const importByName = (specifier) => importModule(specifier);'
      : null,
};

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

const bundle = await rolldown({
  input: at('../packages/worker-thread/dist/inside/main.js'),
  platform: 'node',
  plugins: [importByFunction],
  logLevel: 'warn',
});
await bundle.write({
  file: at('../packages/worker-thread/dist/inside/bundled.cjs'),
  format: 'cjs',
  // Stack traces of vats pass through here; names are kept and nothing is squeezed.
  minify: false,
  sourcemap: true,
});
