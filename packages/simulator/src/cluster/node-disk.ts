/** The disk of a kernel. A commit reaches it, and its answer comes back, when the schedule says so. */
import { makeKernelStore, makeMemoryBackend, type MemoryBackend } from '@cooperage/store';
import type { KernelStore } from '@cooperage/types';
import { insist } from '../violation.js';

export interface NodeDisk {
  readonly store: KernelStore;
  /** What is durable. */
  readonly backend: MemoryBackend;
  /** Of the commit that is under way, if any: whether the disk has it. */
  readonly isApplied: boolean | undefined;
  /** A commit of a former process is still on its way. */
  readonly isLate: boolean;
  /** Starts a commit. @param mark belongs to what becomes durable with it */
  commit(mark: number): void;
  /** The commit reaches the disk. Gives its mark. */
  apply(): Promise<number>;
  /** The answer of the disk comes back. */
  land(): Promise<void>;
  /** The commit of the former process reaches the disk, which must refuse it. Gives whether it did. */
  arriveLate(): Promise<boolean>;
  /** Another process opens the disk. What was on its way may come late. */
  reopen(): void;
}

interface Gate {
  readonly passed: Promise<void>;
  open(): void;
}

interface Commit {
  readonly flushed: Promise<void>;
  readonly mark: number;
  isApplied: boolean;
}

const makeGate = (): Gate => {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
};

const microtasks = async (until: () => boolean): Promise<void> => {
  for (let i = 0; i < 50 && !until(); i += 1) await Promise.resolve();
  insist(until(), () => 'the store does not get on');
};

export const makeNodeDisk = (): NodeDisk => {
  let gates = { before: makeGate(), after: makeGate() };
  /** Each handle of the disk has gates of its own: a former one may still stand at them. */
  const faults = () => {
    const own = { before: makeGate(), after: makeGate() };
    gates = own;
    return { beforeCommit: () => own.before.passed, afterCommit: () => own.after.passed };
  };
  let backend = makeMemoryBackend(faults());
  let store = makeKernelStore(backend);
  let commit: Commit | undefined;
  let late: { open(): void; readonly flushed: Promise<void> } | undefined;

  return {
    get store() {
      return store;
    },
    get backend() {
      return backend;
    },
    get isApplied() {
      return commit?.isApplied;
    },
    get isLate() {
      return late !== undefined;
    },
    commit: (mark) => {
      commit = { flushed: store.flush(), mark, isApplied: false };
      commit.flushed.catch(() => {});
    },
    apply: async () => {
      const current = commit as Commit;
      const sequence = store.durable + 1;
      gates.before.open();
      await microtasks(() => backend.committed === sequence);
      current.isApplied = true;
      return current.mark;
    },
    land: async () => {
      gates.after.open();
      await (commit as Commit).flushed;
      commit = undefined;
      gates.before = makeGate();
      gates.after = makeGate();
    },
    arriveLate: async () => {
      const { committed } = backend;
      const zombie = late;
      late = undefined;
      zombie?.open();
      const isRefused = await zombie?.flushed.then(
        () => false,
        () => true,
      );
      return isRefused === true && backend.committed === committed;
    },
    reopen: () => {
      if (commit?.isApplied === false) {
        const { before, after } = gates;
        after.open();
        late = { open: () => before.open(), flushed: commit.flushed };
      }
      commit = undefined;
      backend = backend.reopen(faults());
      store = makeKernelStore(backend);
    },
  };
};
