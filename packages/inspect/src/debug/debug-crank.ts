/** A crank of the past under a debugger: its vat is replayed in a process of its own, and stopped in that crank. */
import type { ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import {
  callback,
  CooperageError,
  insistOptions,
  type OptionTable,
  text,
  type VatID,
  wholeNumber,
} from '@cooperage/types';
import type { AuthorPlace, ReplayOrder, ReplaySaid } from './messages.js';
import { end, errorOf, recordingOf, startReplay } from './replay-child.js';

export interface DebugCrankOptions {
  /** The directory of a kernel, or a recording. Nothing in it is changed. */
  readonly source: string;
  /** A crank of a vat. */
  readonly crank: number;
  /** Of the debugger, on the loopback interface. Default: one that is free. */
  readonly port?: number;
  /** What the vat writes to its console. */
  readonly onConsole?: (line: string) => void;
}

/** A vat that stands in a crank of the past. */
export interface DebuggedCrank {
  readonly crank: number;
  readonly vatID: VatID;
  readonly name: string;
  /** Number of the delivery in the life of the vat. */
  readonly n: number;
  /** Where a debugger attaches: `ws://127.0.0.1:…`. */
  readonly url: string;
  readonly port: number;
  /** Where it has stopped; undefined where no code of the author runs in this crank. */
  readonly stoppedAt?: AuthorPlace;
}

export interface DebugSession {
  readonly at: DebuggedCrank;
  /** Replays the vat anew, up to its crank before this one. A debugger attaches again, at the same port. */
  before(): Promise<DebuggedCrank>;
  /** The same for its crank after this one. */
  after(): Promise<DebuggedCrank>;
  close(): Promise<void>;
}

const OPTIONS = {
  source: { value: text('the path of a directory or a recording'), required: true },
  crank: { value: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'a crank'), required: true },
  port: { value: wholeNumber(0, 65_535) },
  onConsole: { value: callback },
} as const satisfies OptionTable;

/** Resolves when the vat has stopped, or its crank is over. */
const whenStopped = (child: ChildProcess): Promise<DebuggedCrank> =>
  new Promise((done, fail) => {
    let replayed: Omit<DebuggedCrank, 'stoppedAt'> | undefined;
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      errors = `${errors}${part}`.slice(-4_000);
    });
    createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
      const said = JSON.parse(line) as ReplaySaid;
      if (said.type === 'replayed') {
        const { type: _, ...about } = said;
        replayed = { ...about, port: Number(new URL(said.url).port) };
      } else if (said.type === 'failed') {
        fail(errorOf(said));
      } else if (replayed !== undefined) {
        done(said.type === 'stopped' ? { ...replayed, stoppedAt: said.place } : replayed);
      }
    });
    child.once('exit', (code, signal) =>
      fail(
        new CooperageError(
          'WORKER_CRASHED',
          `the process that replays the vat ended (${signal ?? code}): ${errors.trim()}`,
        ),
      ),
    );
  });

/**
 * Replays the vat of a crank in a process of its own, locked down, up to that crank, and stops it at the first line of
 * its author's code there. A debugger for Node attaches on the loopback interface, and has variables and sources.
 *
 * @throws {CooperageError} `BAD_ARGUMENT`, `NO_HISTORY`, `BAD_RECORDING`, `BAD_EXPORT`, `REPLAY_DIVERGED`, `WORKER_CRASHED`
 */
export const debugCrank = async (options: DebugCrankOptions): Promise<DebugSession> => {
  insistOptions('debugCrank', options, OPTIONS);
  const { onConsole } = options;
  const { recording, remove } = await recordingOf(resolve(options.source));
  let child: ChildProcess | undefined;
  let at: DebuggedCrank;

  const replay = async (order: Omit<ReplayOrder, 'source'>): Promise<DebuggedCrank> => {
    if (child !== undefined) await end(child);
    const started = startReplay({ source: recording, ...order });
    child = started;
    createInterface({ input: started.stdout as Readable }).on('line', (line) => onConsole?.(line));
    try {
      return await whenStopped(started);
    } catch (error) {
      await end(started);
      throw error;
    }
  };

  const go = async (step: 'before' | 'after'): Promise<DebuggedCrank> => {
    const { crank, port } = at;
    try {
      at = await replay({ crank, step, port });
    } catch (error) {
      at = await replay({ crank, step: 'at', port });
      throw error;
    }
    return at;
  };

  try {
    at = await replay({ crank: options.crank, step: 'at', port: options.port ?? 0 });
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    get at() {
      return at;
    },
    before: () => go('before'),
    after: () => go('after'),
    close: async () => {
      if (child !== undefined) await end(child);
      await remove();
    },
  };
};
