import { CooperageError, type ErrorCode, messageOf, type StoreBackend } from '@cooperage/types';

const FAILURES: readonly unknown[] = [
  'STORE_FULL',
  'STORE_DENIED',
  'STORE_CORRUPT',
  'STORE_EPOCH_LOST',
  'STORE_LOST',
  'STORE_UNREACHABLE',
  'STORE_UNSAFE',
] satisfies ErrorCode[];

/** Where the writes of a group come from and how they are taken back from the layers. */
export interface GroupSource {
  startFlight(): ReadonlyMap<string, string | null>;
  land(): void;
}

export interface GroupCommit {
  readonly filling: number;
  readonly durable: number;
  /** @throws {CooperageError} why nothing may become part of the filling group any more */
  insistOpen(): void;
  /** The filling group has grown by a crank. */
  crankAccepted(): void;
  flush(): Promise<void>;
  /** Takes nothing more; commits what was accepted, unless a commit has failed. */
  finish(discard: boolean): Promise<void>;
}

/**
 * Group commit without timers: while one group is being written, the next one
 * fills; it starts when the first has landed. So the disk is never idle while
 * there is work, groups grow with the disk's latency, and a store that is not
 * busy commits at once.
 */
export const makeGroupCommit = (backend: StoreBackend, source: GroupSource): GroupCommit => {
  let durable = backend.committed;
  /** Cranks in the filling group. */
  let accepted = 0;
  let running: Promise<void> | undefined;
  let queued: Promise<void> | undefined;
  let failure: { readonly sequence: number; readonly cause: unknown } | undefined;
  let closed = false;

  const failed = ({ sequence, cause }: NonNullable<typeof failure>): CooperageError => {
    const code = (cause as { code?: unknown } | undefined)?.code;
    return new CooperageError(
      FAILURES.includes(code) ? (code as ErrorCode) : 'STORE_FAILED',
      `group ${sequence} could not be committed, and the store accepts no more groups: ${messageOf(cause)}`,
      { cause },
    );
  };

  const insistOpen = (): void => {
    if (failure !== undefined) throw failed(failure);
    if (closed) throw new CooperageError('CLOSED', 'the store is closed');
  };

  const commitFilling = async (): Promise<void> => {
    const sequence = durable + 1;
    accepted = 0;
    const writes = source.startFlight();
    try {
      await backend.commit({ epoch: backend.epoch, sequence, writes });
    } catch (cause) {
      // The group stays among the layers: reads go on seeing what was accepted.
      failure = { sequence, cause };
      throw failed(failure);
    }
    durable = sequence;
    running = undefined;
    source.land();
  };

  const flush = (): Promise<void> => {
    if (failure !== undefined) return Promise.reject(failed(failure));
    if (queued !== undefined) return queued;
    if (accepted === 0) return running ?? Promise.resolve();
    if (running === undefined) return (running = commitFilling());
    queued = running.then(() => {
      queued = undefined;
      return (running = commitFilling());
    });
    return queued;
  };

  return {
    get filling() {
      return durable + (running === undefined ? 1 : 2);
    },
    get durable() {
      return durable;
    },
    insistOpen,
    crankAccepted: () => {
      accepted += 1;
    },
    flush: async () => {
      if (closed) insistOpen();
      await flush();
    },
    finish: async (discard) => {
      closed = true;
      if (failure === undefined && !discard) await flush();
    },
  };
};
