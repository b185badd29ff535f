import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FromWriter, ToWriter, WriterData } from './protocol.js';

type Writes = ReadonlyMap<string, string | null>;

/**
 * Writes groups with so many rows that to write them here would keep the thread from everything else: a thread of its own
 * seals, encodes and puts them. It is started when the first of them comes, and stays.
 */
export interface LargeGroupWriter {
  /**
   * Takes the rows of a group to the thread, in slices.
   *
   * @param insist throws for a row that cannot be written: then nothing was taken
   * @returns characters of what is put
   */
  take(writes: Writes, insist: (key: string, value: string | null) => void): Promise<number>;
  /** Writes what was taken in one transaction, which waits for the disk unless the store is not durable. Rejects with what LMDB said. */
  commit(sequence: number, note?: string): Promise<void>;
  /** Resolves when the thread is gone. */
  close(): Promise<void>;
}

/** From here on a group is not written by the thread that made it. */
const LARGE_ROWS = 4_000;
const LARGE_CHARACTERS = 4_000_000;

/** What is taken to the thread at a time. */
const PIECE_ROWS = 1_000;
const PIECE_CHARACTERS = 1_000_000;

export const isLargeGroup = (writes: Writes): boolean => {
  if (writes.size > LARGE_ROWS) return true;
  let characters = 0;
  for (const value of writes.values()) characters += value?.length ?? 0;
  return characters > LARGE_CHARACTERS;
};

/** Also from the source, where tests run it. */
const entry = (): string => {
  const path = fileURLToPath(new URL('./writer-thread.js', import.meta.url));
  return path.replace(/src([/\\]large-groups[/\\]writer-thread\.js)$/, 'dist$1');
};

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (cause: Error) => void;
}

const causeOf = ({ code, message }: { readonly code: unknown; readonly message: string }): Error =>
  Object.assign(Error(message), { code });

export const makeLargeGroupWriter = (dataFile: string, durable: boolean): LargeGroupWriter => {
  let thread: Worker | undefined;
  let waiter: Waiter | undefined;
  let gone: Promise<void> = Promise.resolve();

  const settle = (act: (waiting: Waiter) => void): void => {
    const waiting = waiter;
    waiter = undefined;
    thread?.unref();
    if (waiting !== undefined) act(waiting);
  };

  const start = (): Worker => {
    const started = new Worker(entry(), {
      workerData: { dataFile, durable } satisfies WriterData,
      execArgv: [],
      env: {},
      name: 'cooperage-store',
    });
    let thrown: unknown;
    started.unref();
    started.on('message', (message: FromWriter) => {
      settle(({ resolve, reject }) => {
        if (message[0] === 'durable') resolve();
        else reject(causeOf(message[1]));
      });
    });
    started.on('error', (error) => {
      thrown = error;
    });
    gone = new Promise((resolve) => {
      started.on('exit', (code) => {
        thread = undefined;
        const cause = thrown ?? Error(`the thread that writes ended with exit code ${code}`);
        settle(({ reject }) => reject(cause as Error));
        resolve();
      });
    });
    return started;
  };

  const say = (message: ToWriter): void => {
    thread ??= start();
    thread.postMessage(message);
  };

  const sendAll = async (
    writes: Writes,
    insist: (key: string, value: string | null) => void,
  ): Promise<number> => {
    let size = 0;
    let piece: (string | null)[] = [];
    let characters = 0;
    for (const [key, value] of writes) {
      insist(key, value);
      piece.push(key, value);
      if (value !== null) characters += key.length + value.length;
      if (piece.length < 2 * PIECE_ROWS && characters < PIECE_CHARACTERS) continue;
      say(['rows', piece]);
      size += characters;
      piece = [];
      characters = 0;
      await setImmediate();
    }
    say(['rows', piece]);
    return size + characters;
  };

  return {
    take: async (writes, insist) => {
      try {
        return await sendAll(writes, insist);
      } catch (error) {
        thread?.postMessage(['forget'] satisfies ToWriter);
        throw error;
      }
    },
    commit: (sequence, note) =>
      new Promise((resolve, reject) => {
        waiter = { resolve, reject };
        say(['commit', sequence, note]);
        // The process lives until it is written.
        thread?.ref();
      }),
    close: async () => {
      if (thread === undefined) return;
      thread.ref();
      say(['close']);
      await gone;
    },
  };
};
