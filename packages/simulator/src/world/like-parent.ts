/** What is true of a fork in the moment in which it is there. */
import { endOf, keys, type KernelTables } from '@cooperage/kernel';
import { isKPromise, type KObject, type VatID } from '@cooperage/types';
import type { VatTables } from '../vats/vat-tables.js';
import { insist } from '../violation.js';

const rowsUnder = ({ rows }: KernelTables, prefix: string, start = prefix): string =>
  JSON.stringify(
    [...rows.keys(start, endOf(prefix))].map((key) => [key.slice(prefix.length), rows.get(key)]),
  );

/** What is before the present incarnation waits for the sweep; a fork does not take it along. */
const historyOf = (tables: KernelTables, vatID: VatID): string =>
  rowsUnder(tables, `${vatID}.t.`, keys.transcript(vatID, tables.counters.read(keys.first(vatID))));

/** Its own objects that were given to no other vat are dropped before anything else is done. */
const insistToldFirst = ({ ends, inboxes }: KernelTables, vatID: VatID): void => {
  // Where the answer had no receiver, the references in it are dropped after that.
  if (!ends.isHeld(vatID)) return;
  const tags = [...inboxes.list(vatID)].map(({ work: [tag] }) => tag);
  const isOfExports = (tag: string): boolean => tag === 'dropExports' || tag === 'retireExports';
  const other = tags.findIndex((tag) => !isOfExports(tag));
  insist(
    other < 0 || !tags.slice(other).some(isOfExports),
    () => `the fork ${vatID} is to hear ${tags.join(', ')}`,
  );
};

/**
 * The fork has what its parent had: its storage, its history, what it imports. It has its own in place of what was the
 * parent's own: no object has two owners and no promise two deciders.
 *
 * @param known what the parent's liveslots knew
 * @throws {Violation}
 */
export const insistLikeParent = (
  tables: KernelTables,
  vatID: VatID,
  parent: VatID,
  known: VatTables,
): void => {
  const { cLists, objects, promises, vats } = tables;
  for (const [part, rowsOf] of Object.entries({
    storage: (each: VatID) => rowsUnder(tables, `${each}.vs.`),
    history: (each: VatID) => historyOf(tables, each),
  })) {
    insist(
      rowsOf(vatID) === rowsOf(parent),
      () => `the fork ${vatID} has another ${part} than ${parent}`,
    );
  }
  for (const vref of [...known.imports.keys(), ...known.awaited.keys()]) {
    const [of, has] = [cLists.toKernel(parent, vref)?.kref, cLists.toKernel(vatID, vref)?.kref];
    // The kernel had begun to let go of what it does not know by this name any more.
    insist(
      of === undefined || of === has,
      () => `${vref} is ${of} in ${parent}, ${has} in ${vatID}`,
    );
  }
  for (const vref of [...known.objects.keys(), ...known.decided.keys()]) {
    const [of, has] = [cLists.toKernel(parent, vref)?.kref, cLists.toKernel(vatID, vref)?.kref];
    if (of === undefined) continue;
    insist(has !== undefined && has !== of, () => `${vref} of ${parent} is ${has} in ${vatID}`);
    if (has === undefined) continue;
    const owner = isKPromise(has) ? promises.get(has).decider : objects.get(has as KObject).owner;
    insist(owner === vatID, () => `${vref} (${has}) of the fork ${vatID} is of ${owner}`);
  }
  insistToldFirst(tables, vatID);
  const [of, has] = [vats.options(parent), vats.options(vatID)];
  insist(
    of.bundleID === has.bundleID && of.window === has.window,
    () => `the fork ${vatID} has other options than ${parent}`,
  );
};
