import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Extent } from './config.js';
import { UsageError, wholeExtent, type Options } from './options.js';
import type { Outcome } from './outcome.js';

// One directory holds one run: the kernel's own directory, and beside it this record, which says what run
// it is and, when it is over, what came of it.

interface RunRecord {
  readonly format: 1;
  readonly extent: Extent;
  /** The kernel's directory is being deleted, and must not be opened. */
  readonly discarding?: true;
  readonly outcome?: Outcome;
}

export interface Run {
  readonly state: 'new' | 'interrupted' | 'finished';
  /** There was another run, which is thrown away. */
  readonly replaced: boolean;
  readonly extent: Extent;
  readonly outcome: Outcome | undefined;
  /** Where the kernel keeps its state. */
  readonly kernelDirectory: string;
  finish(outcome: Outcome): void;
}

const readRecord = (path: string): RunRecord | undefined => {
  if (!existsSync(path)) return undefined;
  try {
    const record = JSON.parse(readFileSync(path, 'utf8')) as RunRecord;
    if (record.format === 1) return record;
  } catch {
    // Reported below, as any other content that is not ours.
  }
  throw new UsageError(`${path} is not a record of this example; give another --directory`);
};

/** Finds the run in the directory, or begins one; decides by the options whether to take up what is there. */
export const openRun = ({ directory, fresh, rounds, repeat }: Options): Run => {
  const path = join(directory, 'exchange.json');
  const kernelDirectory = join(directory, 'kernel');
  const found = readRecord(path);
  if (found === undefined && existsSync(directory) && readdirSync(directory).length > 0) {
    throw new UsageError(`${directory} holds something else; give another --directory`);
  }

  /** In one step: a process that is killed while writing leaves the old record or the new one. */
  const write = (record: RunRecord) => {
    writeFileSync(`${path}.new`, `${JSON.stringify(record, undefined, 2)}\n`);
    renameSync(`${path}.new`, path);
  };
  const finish = (extent: Extent) => (outcome: Outcome) => write({ format: 1, extent, outcome });

  const takeUp =
    found !== undefined &&
    found.discarding === undefined &&
    fresh !== 'always' &&
    (fresh === 'never' || found.outcome === undefined);
  if (takeUp) {
    const { extent, outcome } = found;
    for (const [name, asked] of Object.entries({ rounds, repeat })) {
      const has = extent[name as keyof Extent];
      if (asked !== undefined && asked !== has) {
        throw new UsageError(
          `the run in ${directory} has --${name} ${has}: leave --${name} out to go on with it, ` +
            'or add --fresh to start anew',
        );
      }
    }
    const state = outcome === undefined ? 'interrupted' : 'finished';
    return { state, replaced: false, extent, outcome, kernelDirectory, finish: finish(extent) };
  }

  const extent: Extent = {
    rounds: rounds ?? wholeExtent.rounds,
    repeat: repeat ?? wholeExtent.repeat,
  };
  mkdirSync(directory, { recursive: true });
  if (existsSync(kernelDirectory)) {
    write({ format: 1, extent, discarding: true });
    rmSync(kernelDirectory, { recursive: true });
  }
  write({ format: 1, extent });
  return {
    state: 'new',
    replaced: found !== undefined,
    extent,
    outcome: undefined,
    kernelDirectory,
    finish: finish(extent),
  };
};
