/** Tells those who run a kernel that something waits for a vat which is handed out nothing, and what to do. */
import type { Suspension } from '@cooperage/kernel';
import type { Divergence, VatID } from '@cooperage/types';
import type { HaltedVat } from '@cooperage/vat-manager';
import type { LogSink } from '../../services/logger.js';
import type { Emitter } from '../events.js';
import type { Switchboard } from '../switchboard.js';
import { makeHaltedPatience } from './patience.js';

export interface HaltedNotices {
  quarantined(halted: HaltedVat, divergence: Divergence): void;
  suspended(halted: HaltedVat, suspension: Suspension): void;
  waits(halted: HaltedVat): void;
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

export const describeHalted = ({ vatID, name, halt, n, waiting }: HaltedVat): string => {
  const wait = waiting === 1 ? '1 delivery waits' : `${waiting} deliveries wait`;
  return `vat "${name}" (${vatID}) ${REASONS[halt](n)}. ${wait} for it. ${REMEDIES[halt](vatID)}`;
};

export const makeHaltedNotices = (
  emitter: Emitter,
  log: LogSink,
  switchboard: Pick<Switchboard, 'runner' | 'shortened'>,
  rejectHaltedAfter: number | undefined,
): HaltedNotices => {
  const patience = makeHaltedPatience(switchboard, rejectHaltedAfter);
  /** Each is said once: a vat may be sent thousands of messages meanwhile. */
  const said = new Set<VatID>();
  const say = (halted: HaltedVat): void => {
    said.add(halted.vatID);
    log('warn', describeHalted(halted));
  };
  return {
    quarantined: (halted, divergence) => {
      emitter.emit('vat-quarantined', {
        vatID: halted.vatID,
        name: halted.name,
        ...divergence,
      });
      say(halted);
      patience.waits(halted.vatID);
    },
    suspended: (halted, suspension) => {
      emitter.emit('vat-suspended', { vatID: halted.vatID, name: halted.name, ...suspension });
      say(halted);
      patience.waits(halted.vatID);
    },
    waits: (halted) => {
      emitter.emit('delivery-waits', halted);
      if (!said.has(halted.vatID)) say(halted);
      patience.waits(halted.vatID);
    },
    over: (vatID) => void said.delete(vatID),
    end: () => patience.end(),
  };
};
