/** Which version of which engine made a vat's history. */
import { type KernelTables, keys } from '@cooperage/kernel';
import type { EngineName, VatID } from '@cooperage/types';

/** From the delivery after this one on. */
export type Era = readonly [after: number, version: string];

export const engineOf = ({ vats }: KernelTables, vatID: VatID): EngineName =>
  vats.options(vatID).engine ?? 'v8';

/** The versions that made the vat's present history, oldest first; none where that was not noted. */
export const erasOf = (tables: KernelTables, vatID: VatID): readonly Era[] => {
  const { counters, rows } = tables;
  const text = rows.get(keys.engineOf(vatID));
  const version = rows.get(keys.engine(engineOf(tables, vatID)));
  const whole: readonly Era[] = version === undefined ? [] : [[0, version]];
  const eras = text === undefined ? whole : (JSON.parse(text) as readonly Era[]);
  // An upgrade began another history.
  const before = counters.read(keys.first(vatID)) - 1;
  return eras.filter((_, i) => (eras[i + 1]?.[0] ?? Infinity) > Math.max(0, before));
};
