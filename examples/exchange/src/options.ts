import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { messageOf } from 'cooperage';
import type { Extent } from './config.js';

export interface Options {
  readonly directory: string;
  /** What to do with a run that is there: `never` takes it up, `if-finished` only if there is more to do. */
  readonly fresh: 'always' | 'if-finished' | 'never';
  /** What was asked for; a run that is continued keeps its own. */
  readonly rounds: number | undefined;
  readonly repeat: number | undefined;
  /** In which order the kernel retires what the vats did: as it comes in, or as it was handed out. */
  readonly order: 'arrival' | 'issue';
  /** Threads that the vats share; undefined: as many as there are cores. */
  readonly threads: number | undefined;
  /** Whether three nodes over a PostgreSQL of their own run it, and not this process. Such a run is not continued. */
  readonly cluster: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** Something the user can put right; shown without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const wholeExtent: Extent = { rounds: 1_000, repeat: 1 };

/** Beside the example's sources, so that the same command finds it from every working directory. */
export const defaultDirectory = fileURLToPath(new URL('../.cooperage/', import.meta.url));

export const help = `Replays ten years of real stock prices to fifteen traders, an escrow exchange and a bank, each in a vat of
its own, and settles to the last cent. May be interrupted at any time, even with kill -9: the same command
continues.

  npm start -- [options]

  --directory DIR      where the state is kept (default: .cooperage/ in the example's folder)
  --fresh              throw away what is there and start anew
  --fresh-if-finished  start anew if the run that is there is finished, continue it if not (npm start does)
  --rounds N           play only the first N months of each company
  --repeat N           play the months N times over
  --order ORDER        retire cranks in the order of "arrival" (default, faster) or of "issue" (the kernel's
                       every state is then the same on each run); the settlement is the same with both
  --threads N          share N threads among the vats (default: one for each core)
  --cluster            run the nineteen vats on three nodes, each a process of its own, over a PostgreSQL that is
                       started for it in a temporary directory; takes --rounds, --repeat and --json
  --json               print the outcome as JSON
  --help               this text
`;

const positive = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new UsageError(
      `--${name} takes a whole number from 1 to 999999, not ${JSON.stringify(text)}`,
    );
  }
  return Number(text);
};

const oneOf = <T extends string>(name: string, choices: readonly T[], text: string): T => {
  const choice = choices.find((each) => each === text);
  if (choice === undefined) {
    throw new UsageError(`--${name} takes ${choices.join(' or ')}, not ${JSON.stringify(text)}`);
  }
  return choice;
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        directory: { type: 'string', default: defaultDirectory },
        fresh: { type: 'boolean', default: false },
        'fresh-if-finished': { type: 'boolean', default: false },
        rounds: { type: 'string' },
        repeat: { type: 'string' },
        order: { type: 'string', default: 'arrival' },
        threads: { type: 'string' },
        cluster: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
};

export const parseOptions = (args: readonly string[]): Options => {
  const values = parse(args);
  if (values.cluster && (values.order !== 'arrival' || values.threads !== undefined)) {
    throw new UsageError(
      '--order and --threads are for one machine: leave them out with --cluster',
    );
  }
  return {
    directory: values.directory,
    fresh: values.fresh ? 'always' : values['fresh-if-finished'] ? 'if-finished' : 'never',
    rounds: positive('rounds', values.rounds),
    repeat: positive('repeat', values.repeat),
    order: oneOf('order', ['arrival', 'issue'], values.order),
    threads: positive('threads', values.threads),
    cluster: values.cluster,
    json: values.json,
    help: values.help,
  };
};
