import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import {
  CooperageError,
  insistOptions,
  type OptionTable,
  text,
  wholeNumber,
} from '@cooperage/types';
import type { ConsoleLine, ReplaySaid } from './messages.js';
import { end, errorOf, recordingOf, startReplay } from './replay-child.js';

export interface ConsoleOfOptions {
  /** The directory of a kernel, or a recording. Nothing in it is changed. */
  readonly source: string;
  /** A crank of a vat: the last one of which the lines are wanted. */
  readonly crank: number;
}

const OPTIONS = {
  source: { value: text('the path of a directory or a recording'), required: true },
  crank: { value: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'a crank'), required: true },
} as const satisfies OptionTable;

/** Lines that are kept: the newest ones. */
const MOST_LINES = 2_000;

/**
 * What the vat of a crank wrote to its console, up to and with that crank. A history does not keep it: the vat is
 * replayed in a process of its own, which is locked down.
 *
 * @throws {CooperageError} `BAD_ARGUMENT`, `NO_HISTORY`, `BAD_RECORDING`, `BAD_EXPORT`, `REPLAY_DIVERGED`, `WORKER_CRASHED`
 */
export const consoleOf = async (options: ConsoleOfOptions): Promise<ConsoleLine[]> => {
  insistOptions('consoleOf', options, OPTIONS);
  const { recording, remove } = await recordingOf(resolve(options.source));
  const child = startReplay({ source: recording, crank: options.crank, step: 'at' });
  try {
    const lines: ConsoleLine[] = [];
    let isOver = false;
    let failure: CooperageError | undefined;
    createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
      const said = JSON.parse(line) as ReplaySaid;
      if (said.type === 'failed') failure = errorOf(said);
      else if (said.type === 'over') isOver = true;
      else if (said.type === 'printed') {
        const { type: _, ...printed } = said;
        lines.push(printed);
        if (lines.length > 2 * MOST_LINES) lines.splice(0, MOST_LINES);
      }
    });
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (failure !== undefined) throw failure;
    if (isOver) return lines.slice(-MOST_LINES);
    throw new CooperageError(
      'WORKER_CRASHED',
      `the process that replays the vat ended (${signal ?? code})`,
    );
  } finally {
    await end(child);
    await remove();
  }
};
