/** Tells those who run a kernel that something waits for a vat which is handed out nothing, and what to do. */
import type { Suspension } from '@cooperage/kernel';
import type { Divergence, VatID } from '@cooperage/types';
import type { PausedVat } from '@cooperage/vat-manager';
import type { LogSink } from '../../services/logger.js';
import type { Emitter } from '../events.js';
import type { Switchboard } from '../switchboard.js';
import { makeWaitingCallers } from './waiting-callers.js';

export interface PausedNotices {
  quarantined(paused: PausedVat, divergence: Divergence): void;
  suspended(paused: PausedVat, suspension: Suspension): void;
  waits(paused: PausedVat): void;
  /** The vat has ended, or has another incarnation. */
  over(vatID: VatID): void;
  /** The kernel is closed. */
  end(): void;
}

const REMEDIES = {
  quarantined: (vatID: VatID): string =>
    `Give it new code (cooperage upgrade ${vatID}), let it replay again (cooperage quarantine ${vatID} --release), or terminate it (--terminate REASON).`,
  suspended: (vatID: VatID): string =>
    `Raise its limit (cooperage suspended ${vatID} --computron-limit N), top up its meter (cooperage meters METER --add N), or give it new code (cooperage upgrade ${vatID}).`,
} as const;

const REASONS = {
  quarantined: (n: number): string => `is quarantined: its replay diverged at delivery ${n}`,
  suspended: (n: number): string =>
    `is suspended: crank ${n} used up its computrons, and was undone`,
} as const;

export const describePaused = ({ vatID, name, state, n, waiting }: PausedVat): string => {
  const wait = waiting === 1 ? '1 delivery waits' : `${waiting} deliveries wait`;
  return `vat "${name}" (${vatID}) ${REASONS[state](n)}. ${wait} for it. ${REMEDIES[state](vatID)}`;
};

export const makePausedNotices = (
  emitter: Emitter,
  log: LogSink,
  switchboard: Pick<Switchboard, 'runner' | 'shortened'>,
  rejectPausedAfter: number | undefined,
): PausedNotices => {
  const patience = makeWaitingCallers(switchboard, rejectPausedAfter);
  /** Each is said once: a vat may be sent thousands of messages meanwhile. */
  const said = new Set<VatID>();
  const say = (paused: PausedVat): void => {
    said.add(paused.vatID);
    log('warn', describePaused(paused));
  };
  return {
    quarantined: (paused, divergence) => {
      emitter.emit('vat-quarantined', {
        vatID: paused.vatID,
        name: paused.name,
        ...divergence,
      });
      say(paused);
      patience.waits(paused.vatID);
    },
    suspended: (paused, suspension) => {
      emitter.emit('vat-suspended', { vatID: paused.vatID, name: paused.name, ...suspension });
      say(paused);
      patience.waits(paused.vatID);
    },
    waits: (paused) => {
      emitter.emit('delivery-waits', paused);
      if (!said.has(paused.vatID)) say(paused);
      patience.waits(paused.vatID);
    },
    over: (vatID) => void said.delete(vatID),
    end: () => patience.end(),
  };
};
