/** What the timer keeps, for people: whether the kernel runs or not. */
import type { KernelTables } from '@cooperage/kernel';
import { isKPromise, isVatID, type KObject, type VatID } from '@cooperage/types';
import type { Schedule } from './schedule.js';
import { listDeadlines, listEntries } from './timer-rows.js';

export interface ShownTimer {
  /** Names it until it is over. */
  readonly id: string;
  readonly kind: 'delay' | Schedule['kind'];
  /** The vat that waits, or that has the handler. */
  readonly vatID: VatID | null;
  readonly vat: string | null;
  /** The next time, in ISO 8601. */
  readonly at: string;
  /** Milliseconds between two wake-ups. */
  readonly every?: number;
  readonly pattern?: string;
  readonly timeZone?: string;
}

const shownSchedule = (schedule: Schedule): Pick<ShownTimer, 'every' | 'pattern' | 'timeZone'> => {
  if (schedule.kind === 'repeat') return { every: schedule.every };
  if (schedule.kind === 'wakeup') return {};
  const { pattern, timeZone } = schedule;
  return { pattern, ...(timeZone !== undefined && { timeZone }) };
};

export const listTimers = (tables: KernelTables): ShownTimer[] => {
  const { objects, outputs, promises, vats } = tables;
  const named = (vatID: VatID | undefined): Pick<ShownTimer, 'vat' | 'vatID'> => ({
    vatID: vatID ?? null,
    vat: vatID !== undefined && vats.isAlive(vatID) ? vats.options(vatID).name : null,
  });
  const ownerOf = (kref: KObject): VatID | undefined => {
    const owner = objects.find(kref)?.owner;
    return isVatID(owner) ? owner : undefined;
  };
  const waiterOf = (call: string): VatID | undefined => {
    const output = outputs.find(Number(call));
    const result = output?.[0] === 'call' ? output[2].result : undefined;
    const row = isKPromise(result) ? promises.find(result) : undefined;
    return row?.subscribers.find(isVatID);
  };
  const shown = [
    ...[...listDeadlines(tables)].map(([id, at]) => ({
      ...{ id, at, kind: 'delay' as const },
      ...named(waiterOf(id)),
    })),
    ...[...listEntries(tables)].map(([id, { at, handler, schedule }]) => ({
      ...{ id, at, kind: schedule.kind },
      ...named(ownerOf(handler)),
      ...shownSchedule(schedule),
    })),
  ];
  return shown
    .sort((a, b) => a.at - b.at)
    .map(({ at, ...rest }) => ({ ...rest, at: new Date(at).toISOString() }));
};
