import type { VRef } from '@cooperage/types';
import { DURABLE_ROW, type DurableState, pillarsOf } from './durable-state.js';
import type { Token } from './payload.js';
import type { Random } from '../random.js';
import type { VatTables } from './vat-tables.js';

export interface Leaving {
  readonly tables: VatTables;
  readonly random: Random;
  readonly finishing: boolean;
  /** What the vat's last incarnation left. */
  readonly durable: DurableState | undefined;
}

export const putDurableState = (tables: VatTables, state: DurableState): void =>
  tables.say(['vatstoreSet', DURABLE_ROW, JSON.stringify(state)]);

const isDurable = (vref: VRef): boolean => vref === 'o+0' || vref.startsWith('o+d');

/** What an upgrade leaves of whatever the vat's code would have. */
const common = (tables: VatTables) => {
  const objects = [...tables.objects].filter(([vref]) => isDurable(vref));
  const lost = [...tables.objects].filter(([vref]) => !isDurable(vref));
  return {
    counters: { ...tables.counters },
    objects,
    awaited: [...tables.awaited],
    leftover: [...tables.leftover, ...tables.decided.keys()],
    abandoned: [...new Set([...tables.abandoned, ...lost.map(([, { token }]) => token)])],
  };
};

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
  const state: DurableState = { ...common(tables), held, recognized, finishing };
  const pillars = pillarsOf(state);
  for (const key of before === undefined ? [] : pillarsOf(before)) {
    if (!pillars.includes(key)) tables.say(['vatstoreDelete', key]);
  }
  for (const key of pillars) tables.say(['vatstoreSet', key, '1']);
  putDurableState(tables, state);
};

/** What stays of a vat that is upgraded without `stopVat`: of its imports those that its rows speak of. */
export const findDurableState = (
  { tables, finishing }: { readonly tables: VatTables; readonly finishing: boolean },
  before: DurableState | undefined,
): DurableState => {
  const dropped = (vref: VRef): boolean => tables.imports.get(vref)?.hold === 'dropped';
  const known = (list: DurableState['held'] = []) =>
    finishing ? [] : list.filter(([vref]) => tables.imports.has(vref));
  const held = known(before?.held);
  return {
    ...common(tables),
    held: held.filter(([vref]) => !dropped(vref)),
    recognized: [...known(before?.recognized), ...held.filter(([vref]) => dropped(vref))],
    finishing,
    isFound: true,
  };
};
