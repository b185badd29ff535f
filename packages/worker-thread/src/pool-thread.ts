/** One thread of the pool, in which vats share V8's heap. */
import { type BundleID, clip, codeOf, messageOf } from '@cooperage/types';
import { type HostedVat, makePooledThread, type PooledThread } from '@cooperage/worker-kit';
import { insistFromThread } from './insist-message.js';
import type { FromThread, ToThread } from './protocol.js';
import { makeThreadStat, type ThreadStat } from './watch/thread-stat.js';
import { findRunningPlace } from './watch/running-place.js';
import { readRows } from './read-rows.js';
import { threadProgram } from './thread-program.js';

export interface PoolThreadPowers {
  /** Megabytes of heap that vats may keep. */
  readonly heapLimit: number;
  /** Megabytes outside the heap. */
  readonly externalLimit: number;
  /** What the thread itself prints, for the people who run the host. */
  readonly log: (text: string) => void;
  /** Module that exports `makeLiveSlots`, by name; null for ours, undefined for an unknown name. */
  readonly specifierOf: (liveslots: string) => string | null | undefined;
  /** The thread is gone, and its vats with it. */
  readonly onGone: () => void;
}

type Shared = Pick<
  PooledThread<ToThread>,
  'id' | 'vats' | 'busy' | 'heard' | 'utilization' | 'sign' | 'worker' | 'condemn' | 'terminate'
>;

export interface PoolThread extends Shared, ThreadStat {
  add(vat: HostedVat): void;
  send(vat: HostedVat, tag: 'replay' | 'deliver', texts: readonly string[]): void;
  /** Resolves when nothing of the vat runs any more. */
  remove(vat: HostedVat): Promise<void>;
  /** Says in words what of a vat's code the thread is running. */
  findPlace(): Promise<string | undefined>;
}

/**
 * Megabytes between what vats may take and where the engine itself refuses. That ends the thread at the next step
 * of the code, but inside one long built-in operation it ends the whole process. So the engine's limit is so far off
 * that the largest things that one operation makes fit in between, and vats are stopped before they come near it.
 */
const HEADROOM = 3_072;

/** Milliseconds in which a thread that does not end is to say where it is. A built-in function may run for longer. */
const PATIENCE = 5_000;

const describeError = (thrown: unknown) =>
  codeOf(thrown) === 'ERR_WORKER_OUT_OF_MEMORY'
    ? ({ kind: 'out-of-memory', message: 'the engine ran out of heap' } as const)
    : ({ kind: 'crashed', message: clip(messageOf(thrown)) } as const);

export const makePoolThread = (powers: PoolThreadPowers): PoolThread => {
  const { heapLimit, externalLimit, log, specifierOf, onGone } = powers;
  const bundles = new Set<BundleID>();
  let threadID: number | undefined;
  const thread = makePooledThread<ToThread, FromThread>({
    program: threadProgram,
    name: 'cooperage-vats',
    resourceLimits: { maxOldGenerationSizeMb: heapLimit + externalLimit + HEADROOM },
    data: { heapLimit, externalLimit },
    insist: insistFromThread,
    hear: (message, hearCommon) => {
      if (message[0] === 'ready') [, threadID] = message;
      else hearCommon(message);
    },
    read: ({ spec }, operation, key) =>
      operation === 'get' ? spec.vatstore.get(key) : spec.vatstore.getNextKey(key),
    describeError,
    log,
    onGone,
  });

  const add = (vat: HostedVat): void => {
    const { index, spec } = vat;
    thread.enter(vat);
    const liveslots = specifierOf(spec.liveslots);
    if (liveslots === undefined) {
      throw Error(`no liveslots is named ${spec.liveslots}`);
    }
    const rows = readRows(spec.vatstore);
    const known = bundles.has(spec.bundleID);
    bundles.add(spec.bundleID);
    thread.post([
      'start',
      index,
      {
        vatID: spec.vatID,
        name: spec.name,
        liveslots,
        bundleID: spec.bundleID,
        ...(known ? {} : { bundle: spec.loadBundle() }),
        ...(rows === undefined ? {} : { rows }),
      },
    ]);
  };

  const send: PoolThread['send'] = (vat, tag, texts) => {
    if (!thread.expect(vat, texts.length)) return;
    const last = thread.lastPost();
    if (last !== undefined && last[0] === tag && last[1] === vat.index) {
      for (const text of texts) last[2].push(text);
    } else thread.post([tag, vat.index, [...texts]]);
  };
  return Object.assign(
    thread,
    makeThreadStat(() => threadID),
    {
      add,
      send,
      findPlace: () => findRunningPlace(thread.worker, PATIENCE),
      remove: (vat: HostedVat) => thread.stop(vat, ['stop', vat.index]),
    },
  );
};
