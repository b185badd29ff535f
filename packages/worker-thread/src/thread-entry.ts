import { distOf, makeThreadEntry } from './one-file-build.js';

/** What each thread loads. */
export const threadEntry = makeThreadEntry({
  dist: distOf(import.meta.url),
  bundled: 'inside/bundled.js',
  modules: 'inside/main.js',
  packages: ['types', 'liveslots', 'supervisor', 'worker-thread'],
});
