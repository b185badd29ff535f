import type { VRef } from '@cooperage/types';
import { DURABLE_ROW, type DurableState, pillarsOf } from './durable-state.js';
import type { Token } from './payload.js';
import type { Random } from './random.js';
import type { VatTables } from './vat-tables.js';

export interface Leaving {
  readonly tables: VatTables;
  readonly random: Random;
  readonly finishing: boolean;
  /** What the vat's last incarnation left. */
  readonly durable: DurableState | undefined;
}

const isDurable = (vref: VRef): boolean => vref === 'o+0' || vref.startsWith('o+d');

/** What the vat does in `stopVat`. */
export const leaveDurableState = ({
  tables,
  random,
  finishing,
  durable: before,
}: Leaving): void => {
  const held: [VRef, Token][] = [];
  const recognized: [VRef, Token][] = [];
  for (const [vref, { token, hold, weak }] of tables.imports) {
    if (finishing) continue;
    // What the kernel was told to drop can be recognized only.
    if (hold !== 'dropped' && random.chance(0.4)) held.push([vref, token]);
    else if ((hold !== 'dropped' || weak) && random.chance(0.5)) recognized.push([vref, token]);
  }
  const objects = [...tables.objects].filter(([vref]) => isDurable(vref));
  const lost = [...tables.objects].filter(([vref]) => !isDurable(vref));
  const state: DurableState = {
    counters: { ...tables.counters },
    objects,
    held,
    recognized,
    awaited: [...tables.awaited],
    leftover: [...tables.leftover, ...tables.decided.keys()],
    abandoned: [...new Set([...tables.abandoned, ...lost.map(([, { token }]) => token)])],
    finishing,
  };
  const pillars = pillarsOf(state);
  for (const key of before === undefined ? [] : pillarsOf(before)) {
    if (!pillars.includes(key)) tables.say(['vatstoreDelete', key]);
  }
  for (const key of pillars) tables.say(['vatstoreSet', key, '1']);
  tables.say(['vatstoreSet', DURABLE_ROW, JSON.stringify(state)]);
};
