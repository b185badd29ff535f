import { EXIT } from './command.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * The first signal calls `stop`; the second one ends the process at once.
 * @returns a function after which signals do what they always did
 */
export const onInterrupt = (stop: () => void): (() => void) => {
  let asked = false;
  const interrupt = (): void => {
    if (asked) process.exit(EXIT.interrupted);
    asked = true;
    stop();
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  return () => {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  };
};
