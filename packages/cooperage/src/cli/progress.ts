import type { Terminal } from './terminal.js';

/** What takes less than this needs no progress. */
const QUIET = 1_000;
const ON_TERMINAL = 200;
/** In a file, where every line stays. */
const IN_FILE = 10_000;

export interface Progress {
  /** From now on the progress is what `describe` says. */
  follow(describe: () => string): void;
  stop(): void;
}

/** Says what is going on, once it has been going on for a second. */
export const makeProgress = (terminal: Terminal): Progress => {
  const began = performance.now();
  let describe: (() => string) | undefined;
  let said = -Infinity;
  let last = '';
  const tick = (): void => {
    const now = performance.now();
    if (describe === undefined || now - began < QUIET) return;
    const text = describe();
    if (terminal.isLive) {
      terminal.status(text);
    } else if (now - said >= IN_FILE && text !== last) {
      said = now;
      last = text;
      terminal.report(text);
    }
  };
  const timer = setInterval(tick, ON_TERMINAL).unref();
  return {
    follow: (next) => {
      describe = next;
    },
    stop: () => {
      clearInterval(timer);
      terminal.status(undefined);
    },
  };
};
