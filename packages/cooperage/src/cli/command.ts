import type { Terminal } from './terminal.js';

/** What every command is given. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** The result is one JSON object instead of text. */
  readonly json: boolean;
}

/** How a command ends, for the shell. */
export const EXIT = Object.freeze({
  done: 0,
  /** It failed, or found problems. */
  failed: 1,
  /** The command line was wrong. */
  usage: 2,
  /** `serve`: something that goes away by itself is in the way (EX_TEMPFAIL): start it again later. */
  later: 75,
  /** `serve`: another start will fail as well, until a person has changed something (EX_CONFIG). */
  operator: 78,
  /** As shells say of what Ctrl-C ended. */
  interrupted: 130,
} as const);
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Prints a result: as one JSON object, or as lines. */
export const report = (
  { terminal, json }: CommandContext,
  result: object,
  lines: (width: number) => readonly string[],
): void => {
  if (json) terminal.out(JSON.stringify(result, undefined, 2));
  else for (const line of lines(terminal.width)) terminal.out(line);
};
