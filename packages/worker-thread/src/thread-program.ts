import { distOf, makeThreadProgram, type ThreadProgram } from '@cooperage/worker-kit';

/** What each thread loads. */
export const threadProgram: ThreadProgram = makeThreadProgram({
  dist: distOf(import.meta.url),
  bundled: 'inside/bundled.cjs',
  modules: 'inside/main.js',
  packages: ['types', 'liveslots', 'supervisor', 'worker-kit', 'worker-thread'],
});
