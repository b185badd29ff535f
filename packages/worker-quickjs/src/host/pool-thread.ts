/** One thread of the pool, in which each vat has a QuickJS machine. */
import { type HostedVat, makePooledThread, type PooledThread } from '@cooperage/worker-kit';
import { threadProgram } from '../built-files.js';
import type { Build } from '../engine/engine.js';
import type { FromThread, StartMessage, ToThread } from '../protocol.js';
import { insistFromThread } from './insist-message.js';

export interface PoolThreadPowers {
  readonly liveslots: Readonly<Record<string, string>>;
  /** Machines of each build that the thread's vats share. */
  readonly machineSlots: number;
  /** The build for vats that are not metered. */
  readonly unmetered: Build;
  /** What the thread itself prints, for the people who run the host. */
  readonly log: (text: string) => void;
  /** An image that others will be based on. */
  readonly onBase: (hash: string, bytes: Uint8Array) => void;
  /** The thread has run its first crank. */
  readonly onFirstRecord: () => void;
  /** The thread is gone, and its vats with it. */
  readonly onGone: () => void;
}

type Shared = Pick<
  PooledThread<ToThread>,
  'id' | 'vats' | 'busy' | 'heard' | 'utilization' | 'sign' | 'condemn' | 'terminate'
>;

export interface PoolThread extends Shared {
  add(vat: HostedVat, start: StartMessage): void;
  replay(vat: HostedVat, entries: readonly string[]): void;
  deliver(
    vat: HostedVat,
    deliveries: readonly string[],
    computrons?: readonly (number | undefined)[],
  ): void;
  snapshot(vat: HostedVat): void;
  /** Resolves when nothing of the vat runs any more. */
  remove(vat: HostedVat): Promise<void>;
}

/**
 * Megabytes of stack. Recursion in a vat is bounded by the engine in the thread, at the same depth everywhere; the
 * stack under the engine must be large enough for that.
 */
const STACK = 16;

export const makePoolThread = (powers: PoolThreadPowers): PoolThread => {
  const { liveslots, machineSlots, unmetered, log, onBase, onFirstRecord, onGone } = powers;
  const stopFlag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let hasRun = false;
  const thread = makePooledThread<ToThread, FromThread>({
    program: threadProgram,
    name: 'cooperage-quickjs-vats',
    resourceLimits: { stackSizeMb: STACK },
    data: { stopFlag: stopFlag.buffer, liveslots, machineSlots, unmetered },
    insist: insistFromThread,
    hear: (message, hearCommon) => {
      if (message[0] === 'base') {
        onBase(message[1], message[2]);
        return;
      }
      hearCommon(message);
      if (message[0] !== 'records' || hasRun) return;
      hasRun = true;
      onFirstRecord();
    },
    read: ({ spec }, operation, key) => {
      if (operation === 'bundle') return spec.loadBundle();
      return operation === 'get' ? spec.vatstore.get(key) : spec.vatstore.getNextKey(key);
    },
    log,
    onGone,
  });

  const replay: PoolThread['replay'] = (vat, entries) => {
    if (!thread.expect(vat, entries.length)) return;
    const last = thread.lastPost();
    if (last?.[0] === 'replay' && last[1] === vat.index) {
      for (const entry of entries) last[2].push(entry);
    } else thread.post(['replay', vat.index, [...entries]]);
  };
  const deliver: PoolThread['deliver'] = (vat, deliveries, computrons) => {
    if (!thread.expect(vat, deliveries.length)) return;
    const last = thread.lastPost();
    const isMore = last?.[0] === 'deliver' && last[1] === vat.index;
    // A metered vat gets one delivery after the other, each with its limit.
    if (isMore && computrons === undefined && last[3] === undefined) {
      for (const delivery of deliveries) last[2].push(delivery);
    } else thread.post(['deliver', vat.index, [...deliveries], computrons && [...computrons]]);
  };
  return Object.assign(thread, {
    add: (vat: HostedVat, start: StartMessage): void => {
      thread.enter(vat);
      thread.post(['start', vat.index, start]);
    },
    replay,
    deliver,
    snapshot: (vat: HostedVat): void => {
      if (thread.expect(vat, 1)) thread.post(['snapshot', vat.index]);
    },
    remove: (vat: HostedVat): Promise<void> => {
      // A crank of it that is under way is broken off when the engine next asks.
      if (thread.vats.has(vat.index)) Atomics.store(stopFlag, 0, vat.index);
      return thread.stop(vat, ['stop', vat.index]);
    },
  });
};
