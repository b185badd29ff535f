import { createHash } from 'node:crypto';
import {
  type BlobBackend,
  type CommitGroup,
  callback,
  CooperageError,
  insistOptions,
  messageOf,
  type OptionTable,
  type StoreBackend,
  type StoreView,
} from '@cooperage/types';
import { Layer } from './layer.js';

/**
 * What may go wrong, as the test decides: a function that throws
 * or rejects is a fault, one whose promise stays pending is a slow disk.
 */
export interface MemoryFaults {
  /** Before anything of the group is kept. */
  readonly beforeCommit?: (group: CommitGroup) => void | Promise<void>;
  /** After all of the group was kept, before the caller hears of it. */
  readonly afterCommit?: (group: CommitGroup) => void | Promise<void>;
}

export interface MemoryBackend extends StoreBackend {
  /**
   * Opens the same disk under the next epoch, whether this handle was closed or not: what a process
   * finds that starts after the last one was closed, or killed. A commit of this handle that has not
   * been applied by then never will be.
   */
  reopen(faults?: MemoryFaults): MemoryBackend;
  /** Opens a copy of what is durable now; neither sees the other from here on. */
  fork(faults?: MemoryFaults): MemoryBackend;
  /** What is durable now, ascending by key. */
  dump(): [key: string, value: string][];
}

/** What survives its handles. */
interface Disk {
  readonly rows: Layer<string>;
  readonly blobs: Map<string, Uint8Array>;
  committed: number;
  epoch: number;
  /** Told of each group in the same moment in which its rows are there. */
  readonly onGroup?: (writes: CommitGroup['writes']) => void;
}

const sha512 = (bytes: Uint8Array): string => createHash('sha512').update(bytes).digest('hex');

/** @param insistOpen throws where the handle is closed */
const makeMemoryBlobs = ({ blobs }: Disk, insistOpen: () => void): BlobBackend => ({
  put: async (bytes) => {
    insistOpen();
    const hash = sha512(bytes);
    if (!blobs.has(hash)) blobs.set(hash, bytes.slice());
    return hash;
  },
  has: (hash) => {
    insistOpen();
    return blobs.has(hash);
  },
  get: (hash) => {
    insistOpen();
    return blobs.get(hash)?.slice();
  },
  delete: async (hash) => {
    insistOpen();
    blobs.delete(hash);
  },
  list: () => {
    insistOpen();
    return [...blobs.keys()].values();
  },
});

/** A copy of what is durable now. */
const viewOf = (disk: Disk): StoreView => {
  const copy = new Layer(disk.rows.rows);
  let isHeld = true;
  const insistHeld = (): void => {
    if (!isHeld) throw new CooperageError('CLOSED', 'the view was released');
  };
  return {
    committed: disk.committed,
    get: (key) => {
      insistHeld();
      return copy.rows.get(key);
    },
    has: (key) => {
      insistHeld();
      return copy.rows.has(key);
    },
    keys: (start, end) => {
      insistHeld();
      return copy.keys(start, end);
    },
    blobs: makeMemoryBlobs({ ...disk, blobs: new Map(disk.blobs) }, insistHeld),
    release: async () => {
      isHeld = false;
      copy.clear();
    },
  };
};

const openDisk = (disk: Disk, faults: MemoryFaults): MemoryBackend => {
  disk.epoch += 1;
  const { epoch } = disk;
  const { rows } = disk;
  let closed = false;
  let underWay: Promise<void> | undefined;

  const insistOpen = (): void => {
    if (closed) throw new CooperageError('CLOSED', 'the store is closed');
  };

  const insistEpoch = (group: CommitGroup): void => {
    if (group.epoch === disk.epoch) return;
    throw new CooperageError(
      'STORE_EPOCH_LOST',
      `a commit under epoch ${group.epoch}: the store was opened again, under ${disk.epoch}`,
    );
  };

  const write = async (group: CommitGroup): Promise<void> => {
    insistEpoch(group);
    if (group.sequence !== disk.committed + 1) {
      throw new CooperageError(
        'STORE_FAILED',
        `group ${group.sequence} cannot follow group ${disk.committed}`,
      );
    }
    await faults.beforeCommit?.(group);
    // Another process may have taken the disk meanwhile.
    insistEpoch(group);
    for (const [key, value] of group.writes) {
      if (value === null) rows.remove(key);
      else rows.set(key, value);
    }
    disk.committed = group.sequence;
    disk.onGroup?.(group.writes);
    await faults.afterCommit?.(group);
  };

  const commit = async (group: CommitGroup): Promise<void> => {
    insistOpen();
    if (underWay !== undefined) {
      throw new CooperageError('BAD_ARGUMENT', 'a commit is under way already: wait for it');
    }
    try {
      await (underWay = write(group));
    } catch (cause) {
      if (cause instanceof CooperageError) throw cause;
      throw new CooperageError('STORE_FAILED', `commit failed: ${messageOf(cause)}`, { cause });
    } finally {
      underWay = undefined;
    }
  };

  return {
    epoch,
    get committed() {
      return disk.committed;
    },
    get: (key) => {
      insistOpen();
      return rows.rows.get(key);
    },
    has: (key) => {
      insistOpen();
      return rows.rows.has(key);
    },
    keys: (start, end) => {
      insistOpen();
      return rows.keys(start, end);
    },
    commit,
    view: () => {
      insistOpen();
      return viewOf(disk);
    },
    blobs: makeMemoryBlobs(disk, insistOpen),
    close: async () => {
      closed = true;
      await underWay?.catch(() => {});
    },
    reopen: (nextFaults = {}) => openDisk(disk, nextFaults),
    fork: (nextFaults = {}) =>
      openDisk(
        {
          rows: new Layer(rows.rows),
          blobs: new Map(disk.blobs),
          committed: disk.committed,
          epoch: disk.epoch,
        },
        nextFaults,
      ),
    // The default order of strings is that of the tables; keys are distinct.
    dump: () => [...rows.rows].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
};

export const MEMORY_FAULTS: OptionTable = {
  beforeCommit: { value: callback },
  afterCommit: { value: callback },
};

/**
 * A backend in memory with the behaviour of one on a disk: for tests,
 * simulators, and kernels that need not outlive their process.
 * @throws {CooperageError} `BAD_ARGUMENT`
 */
export const makeMemoryBackend = (faults: MemoryFaults = {}): MemoryBackend => {
  insistOptions('makeMemoryBackend', faults, MEMORY_FAULTS);
  return makeDisk().open(faults);
};

/** A new disk, whose handles are opened one after the other. */
export const makeDisk = (
  onGroup?: Disk['onGroup'],
): { readonly open: (faults: MemoryFaults) => MemoryBackend } => {
  const disk: Disk = {
    ...{ rows: new Layer<string>(), blobs: new Map(), committed: 0, epoch: 0 },
    ...(onGroup !== undefined && { onGroup }),
  };
  return { open: (faults) => openDisk(disk, faults) };
};
