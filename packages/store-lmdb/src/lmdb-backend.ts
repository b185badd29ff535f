import { join } from 'node:path';
import { type CommitGroup, CooperageError, LIMITS } from '@cooperage/types';
import { makeLmdbBlobs } from './blobs.js';
import type { Environment } from './environment.js';
import type { CommitGate } from './files/commit-gate.js';
import { DATA_FILE } from './files/data-file.js';
import type { Presence } from './files/presence.js';
import { isLargeGroup, makeLargeGroupWriter } from './large-groups/large-group-writer.js';
import { queueGroup, queueRows } from './large-groups/write-group.js';
import { FORMAT, putNote, readEpoch, readNote } from './meta-rows.js';
import { makeReadableRows } from './readable-rows.js';
import type { LmdbBackend } from './lmdb-store.js';
import { makeRowDecoder } from './coding/row-decoder.js';
import { makeRowWriter } from './row-writer.js';
import { makeView } from './make-view.js';

/** Above this many characters a value could not be encoded. */
const VALUE_LENGTH = 2 ** 28;

export interface LmdbBackendPowers {
  /** Where it is, for messages and blob files. */
  readonly directory: string;
  readonly environment: Environment;
  /** Around each commit. */
  readonly gate: CommitGate;
  readonly presence: Presence;
  /** Under which this process owns the store. */
  readonly epoch: number;
  /** Sequence of the newest group. */
  readonly committed: number;
  /** Whether a commit waits for the disk. */
  readonly durable: boolean;
  /** What is to be done when all writing is over. */
  readonly shut: () => Promise<void>;
}

/** The port over an open environment. */
export const makeLmdbBackend = ({
  directory,
  environment,
  gate,
  presence,
  epoch,
  committed,
  durable,
  shut,
}: LmdbBackendPowers): LmdbBackend => {
  const { root, tables, meta, blobs } = environment;
  const writer = makeRowWriter({ directory, root, gate, presence });
  const large = makeLargeGroupWriter(join(directory, DATA_FILE), durable);
  let newest = committed;
  let underWay: Promise<void> | undefined;
  let closing: Promise<void> | undefined;

  const insistOpen = (): void => {
    if (closing !== undefined) throw new CooperageError('CLOSED', 'the store is closed');
  };

  const ownBlobs = makeLmdbBlobs(directory, blobs, writer, insistOpen);

  /**
   * LMDB keeps the writes that were queued before one that it refuses, so
   * everything that it could refuse is refused here.
   */
  const insistWritable = (group: CommitGroup): void => {
    writer.insistSound();
    if (underWay !== undefined) {
      throw new CooperageError('BAD_ARGUMENT', 'a commit is under way already: wait for it');
    }
    const owner = readEpoch(meta);
    if (group.epoch !== epoch || owner !== epoch) {
      throw new CooperageError(
        'STORE_EPOCH_LOST',
        `a commit under epoch ${group.epoch}: the store in ${directory} is owned under ${owner}`,
      );
    }
    if (group.sequence !== newest + 1) {
      throw new CooperageError(
        'STORE_FAILED',
        `group ${group.sequence} cannot follow group ${newest}`,
      );
    }
  };

  const insistRow = (key: string, value: string | null): void => {
    if (key.length > LIMITS.tableKeyLength || (value !== null && value.length > VALUE_LENGTH)) {
      throw new CooperageError('BAD_ARGUMENT', `a row too large: ${key.slice(0, 80)}`);
    }
  };

  const write: LmdbBackend['commit'] = async ({ sequence, writes, note }) => {
    const what = `commit of group ${sequence}`;
    if (isLargeGroup(writes)) {
      const size = await large.take(writes, insistRow);
      await writer.writeElsewhere(what, size, () => large.commit(sequence, note));
    } else {
      for (const [key, value] of writes) insistRow(key, value);
      await writer.write(what, () => queueGroup(environment, sequence, writes, note));
    }
    newest = sequence;
  };

  const commit: LmdbBackend['commit'] = async (group) => {
    insistOpen();
    insistWritable(group);
    underWay = write(group);
    try {
      await underWay;
    } finally {
      underWay = undefined;
    }
  };

  const load: LmdbBackend['load'] = async (writes, note) => {
    insistOpen();
    for (const [key, value] of writes) insistRow(key, value);
    await writer.write('loading rows', () => {
      if (note !== undefined) putNote(meta, note);
      return queueRows(environment, writes);
    });
  };

  const close = async (): Promise<void> => {
    await underWay?.catch(() => {});
    await large.close();
    await shut();
  };

  return {
    epoch,
    get committed() {
      return newest;
    },
    ...makeReadableRows({ tables, decode: makeRowDecoder(directory, FORMAT), insistOpen }),
    get note() {
      insistOpen();
      return readNote(meta);
    },
    commit,
    load,
    view: () => {
      insistOpen();
      return makeView(environment, directory, ownBlobs);
    },
    blobs: ownBlobs,
    onLost: (listener) => presence.onLost(listener),
    close: () => (closing ??= close()),
  };
};
