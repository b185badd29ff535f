/**
 * Processor time of each thread, by what the thread is for. Load it before anything that starts threads.
 *
 * Linux says what each thread has used; elsewhere there is nothing to be read, and no roles are reported.
 */
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';

const TASKS = '/proc/self/task';

const threads = () => {
  try {
    return readdirSync(TASKS).map(Number);
  } catch {
    return [];
  }
};

/** Milliseconds. A thread may have ended since it was listed. */
const usedBy = (thread) => {
  try {
    return Number(readFileSync(`${TASKS}/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return 0;
  }
};

/** What is there before anything was started is the engine's: it compiles and collects for all threads. */
const roles = new Map(
  threads().map((thread) => [thread, thread === process.pid ? 'kernel' : 'engine']),
);

/** All that comes later and is no worker of Node's: its pool of threads, in which the store is written. */
const LATER = 'store';

/**
 * Has new worker threads noted as those of vats.
 * @param {string} [profile] a folder for a CPU profile of each of them
 */
export const watchThreads = (profile) => {
  const workers = createRequire(import.meta.url)('node:worker_threads');
  const { Worker } = workers;
  workers.Worker = class extends Worker {
    constructor(file, options = {}) {
      const before = new Set(threads());
      const execArgv = [...(options.execArgv ?? [])];
      if (profile !== undefined) execArgv.push('--cpu-prof', `--cpu-prof-dir=${profile}`);
      super(file, { ...options, execArgv });
      const role = /\/store-\w+\/dist\//.test(String(file)) ? LATER : 'vats';
      for (const thread of threads()) if (!before.has(thread)) roles.set(thread, role);
    }
  };
  syncBuiltinESMExports();
};

/** Milliseconds by role, since the process began. */
export const timesByRole = () => {
  const times = {};
  for (const thread of threads()) {
    const role = roles.get(thread) ?? LATER;
    times[role] = (times[role] ?? 0) + usedBy(thread);
  }
  return times;
};
