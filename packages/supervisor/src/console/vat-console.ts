/** The console of one vat: text by level, within bounds. */
import type { ConsoleLevel, LiveSlotsConsole } from '@cooperage/types';
import { format } from './format.js';
import { captureConsole } from './route.js';

/** Characters that one crank can print. What it prints costs memory where it is received. */
export const CONSOLE_CHARACTERS = 1_000_000;

export interface VatConsole {
  readonly console: LiveSlotsConsole;
  /**
   * A crank begins: it may print again. A replayed crank prints nothing again: its output was shown then.
   */
  readonly renew: (isReplay: boolean) => void;
}

export const makeVatConsole = (write: (level: ConsoleLevel, text: string) => void): VatConsole => {
  let room = CONSOLE_CHARACTERS;
  let silent = false;

  const textOf = (level: ConsoleLevel, args: readonly unknown[]): string => {
    try {
      return captureConsole(level, args, format);
    } catch {
      // The vat's own getters and traps run while it is formatted, and they may throw.
      return '[cannot be shown]';
    }
  };
  const method =
    (level: ConsoleLevel) =>
    (...args: unknown[]): void => {
      if (room <= 0) return;
      const text = textOf(level, args);
      room -= text.length + 1;
      // Formatted even so: it can run the vat's code, which must do the same each time.
      if (silent) return;
      write(level, room > 0 ? text : '[the rest of the console output of this crank is left out]');
    };

  return {
    console: Object.freeze({
      debug: method('debug'),
      log: method('log'),
      info: method('info'),
      warn: method('warn'),
      error: method('error'),
    }),
    renew: (isReplay) => {
      silent = isReplay;
      room = CONSOLE_CHARACTERS;
    },
  };
};
