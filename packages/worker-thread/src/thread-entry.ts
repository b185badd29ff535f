import { distOf, makeThreadEntry } from '@cooperage/worker-kit';

/** What each thread loads. */
export const threadEntry = makeThreadEntry({
  dist: distOf(import.meta.url),
  bundled: 'inside/bundled.js',
  modules: 'inside/main.js',
  packages: ['types', 'liveslots', 'supervisor', 'worker-kit', 'worker-thread'],
});
