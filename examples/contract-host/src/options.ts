import { parseArgs } from 'node:util';
import { messageOf } from 'cooperage';
import type { Engine } from './config.js';

export interface Options {
  readonly engine: Engine;
  /** Where the state is kept; undefined: in memory. */
  readonly directory: string | undefined;
  /** Throws away what is in the directory. */
  readonly fresh: boolean;
  /** Where the page is served on the loopback interface, 0 for any port that is free; undefined: there is none. */
  readonly port: number | undefined;
  /** How many instances to measure; undefined: none. */
  readonly instances: number | undefined;
  /** Shows what the vats write to their consoles. */
  readonly verbose: boolean;
  readonly help: boolean;
}

/** Something the user can put right; shown without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const help = `A framework's zygote, contracts that are installed in forks of it, and instances that are forks of those: tells the story
of ten instances, their users, and what became of everyone's money.

  npm start -- [options]

  --engine ENGINE   where the vats run: "quickjs" (default), which forks by copying heaps, or "v8", which forks by
                    running again what the parent did; the story is the same
  --directory DIR   where the state is kept (default: in memory). May be killed at any time, even with kill -9: the
                    same command continues
  --fresh           throw away what is in the directory and start anew
  --serve           open a market on a web page instead, for this machine only
  --port N          where (default: 8080; 0: any port that is free)
  --instances N     measure instead what N instances cost, forked and from nothing
  --verbose         show what the vats write to their consoles
  --help            this text
`;

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        engine: { type: 'string', default: 'quickjs' },
        directory: { type: 'string' },
        fresh: { type: 'boolean', default: false },
        serve: { type: 'boolean', default: false },
        port: { type: 'string' },
        instances: { type: 'string' },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
};

const whole = (name: string, text: string, least: number, most: number): number => {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new UsageError(
    `--${name} takes a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`,
  );
};

/** @throws {UsageError} */
export const parseOptions = (args: readonly string[]): Options => {
  const { engine, directory, fresh, serve, port, instances, verbose, help } = parse(args);
  if (engine !== 'quickjs' && engine !== 'v8') {
    throw new UsageError(`--engine takes quickjs or v8, not ${JSON.stringify(engine)}`);
  }
  if (fresh && directory === undefined) throw new UsageError('--fresh needs a --directory');
  if (instances !== undefined && (serve || directory !== undefined)) {
    throw new UsageError('--instances measures in memory: it takes no --serve and no --directory');
  }
  if (port !== undefined && !serve) throw new UsageError('--port needs --serve');
  return {
    engine,
    directory,
    fresh,
    port: serve ? whole('port', port ?? '8080', 0, 65_535) : undefined,
    instances: instances === undefined ? undefined : whole('instances', instances, 1, 10_000),
    verbose,
    help,
  };
};
