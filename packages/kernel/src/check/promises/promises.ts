import { keys } from '../../tables/schema.js';
import { isObjectRef } from '../../messages/routing.js';
import { isPromiseRef, isVatID, type KPromise, type KRef } from '@cooperage/types';
import { type Check, krefsWithPrefix } from '../context.js';
import { checkPlaces } from './places.js';
import { checkRedirection } from './redirection.js';

const checkPromise = (check: Check, kp: KPromise): void => {
  const { tables, rows, counted, report } = check;
  const row = tables.promises.get(kp);
  checkRedirection(tables, rows, report, kp, row);
  const holders = counted.reachable(kp);
  if (row.references !== holders) report(kp, `counts ${row.references}, holders ${holders}`);
  if (row.state === 'unresolved') {
    if (rows.has(keys.promiseData(kp))) report(kp, 'it is unresolved, but has data');
    if (isVatID(row.decider) && tables.cLists.toVat(row.decider, kp) === undefined) {
      report(kp, `its decider ${row.decider} has no c-list entry for it`);
    }
    for (const vatID of row.subscribers) {
      if (isVatID(vatID) && tables.cLists.toVat(vatID, kp) === undefined) {
        report(kp, `its subscriber ${vatID} has no c-list entry for it`);
      }
    }
    return;
  }
  if (row.follows !== undefined) return;
  const links = counted.heldBy(kp).some((kref) => !isObjectRef(kref));
  if (row.links !== links) report(kp, `links is ${row.links}`);
  if (row.decider !== undefined || row.queued > 0 || row.subscribers.length > 0) {
    report(kp, 'it is resolved, but has subscribers or a decider');
  }
};

/** Each promise is complete and reachable. */
export const checkPromises = (check: Check): void => {
  const { tables, rows, counted, report } = check;
  const reached = new Set<KRef>();
  const visit = [...counted.rooted].filter(isPromiseRef);
  for (let kp = visit.pop(); kp !== undefined; kp = visit.pop()) {
    if (reached.has(kp)) continue;
    reached.add(kp);
    for (const held of counted.heldBy(kp)) if (isPromiseRef(held)) visit.push(held);
  }
  checkPlaces(tables, report, krefsWithPrefix(rows, 'kp') as Iterable<KPromise>);
  for (const kref of krefsWithPrefix(rows, 'kp')) {
    checkPromise(check, kref as KPromise);
    if (!reached.has(kref)) report(kref, 'no party can reach it');
  }
  for (const key of rows.keys('kp', 'kp:')) {
    const kref = key.slice(0, Math.max(0, key.indexOf('.')));
    if (kref !== '' && !rows.has(kref)) report(key, 'the promise does not exist');
  }
};
