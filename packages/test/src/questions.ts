/** What a test asks of the tables of its kernel. */
import { isVatAllocated, type KRef } from '@cooperage/types';
import type { PlayedKernel } from 'cooperage/testing';

const tablesOf = (inside: PlayedKernel | undefined) => inside?.runner.core.kernel.tables;

/** The kernel's name of a reference that came from a vat. */
export const krefOf = (inside: PlayedKernel | undefined, object: object): KRef | undefined =>
  inside?.switchboard.presences.krefOf(object);

/** Names of the vats that hold an object, apart from the one that made it. */
export const holdersOf = (inside: PlayedKernel | undefined, object: object): string[] => {
  const kref = krefOf(inside, object);
  const tables = tablesOf(inside);
  if (kref === undefined || tables === undefined) return [];
  return tables.vats
    .list()
    .filter((vatID) => {
      const vref = tables.cLists.toVat(vatID, kref);
      return vref !== undefined && !isVatAllocated(vref);
    })
    .map((vatID) => tables.vats.options(vatID).name);
};

/** Why nothing goes on: the promises for which the scenario waits, and who decides them. */
export const describeWaits = (inside: PlayedKernel | undefined): string => {
  const tables = tablesOf(inside);
  const waits: string[] = [];
  if (tables !== undefined) {
    for (const key of tables.rows.keys('kp', 'kq')) {
      if (!/^kp\d+$/.test(key)) continue;
      const row = tables.promises.find(key as never);
      if (row?.state !== 'unresolved' || !row.subscribers.includes('host')) continue;
      const decider = row.decider ?? 'a message that is not delivered';
      const name = tables.vats.list().find((vatID) => vatID === decider);
      waits.push(`${key} of ${name === undefined ? decider : tables.vats.options(name).name}`);
    }
  }
  const what = waits.length === 0 ? 'something outside of the world' : waits.join(', ');
  return (
    `the scenario waits for ${what}, and nothing is left that could go on: ` +
    'no delivery, no timer. Resolve it, or wait for what is outside with `world.outside(promise)`'
  );
};
