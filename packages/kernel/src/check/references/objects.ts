import { keys } from '../../tables/schema.js';
import {
  DROP_QUEUED,
  formerOwner,
  isOrphan,
  RETIRE_QUEUED,
} from '../../tables/references/objects.js';
import { isPeerID, isVatAllocated, isVatID, type KObject } from '@cooperage/types';
import { type Check, krefsWithPrefix, wayTo } from '../context.js';

/** No unreachable object exists, except those with a queued garbage action. */
const checkUnreachable = (check: Check, ko: KObject): void => {
  const { tables, report } = check;
  const { owner, recognizable, queued } = tables.objects.get(ko);
  if (isOrphan(owner)) {
    const former = formerOwner(owner);
    // Its rows are still to be deleted.
    if (isVatID(former) && tables.cLists.toVat(former, ko) !== undefined) return;
    if (recognizable === 0) report(ko, 'no vat, queue or promise refers to it');
    for (const peer of tables.links.peers()) {
      if (tables.links.lent(peer, ko) !== undefined)
        report(ko, `${peer} is not told that it is gone`);
    }
    for (const vatID of tables.vats.list()) {
      const vref = tables.cLists.toVat(vatID, ko);
      if (vref === undefined) continue;
      const way = wayTo(check, vatID);
      const entry = tables.cLists.toKernel(vatID, vref);
      const told = entry !== undefined && entry.retiring !== 0;
      if (!told && !way.queuedImportRetires.has(ko)) {
        report(ko, `${vatID} has no delivery that tells it of the retirement`);
      }
    }
    return;
  }
  // The host may pass it again as long as a vat recognizes it.
  if (owner === 'host' && tables.hosted.has(ko) && recognizable > 0) return;
  // What only compares it has to hear it from its home.
  if (isPeerID(owner) && recognizable > 0 && tables.links.far(ko)?.keeps === true) return;
  if (!isVatID(owner)) {
    report(ko, `it is unreachable, and ${owner} has not dropped it`);
    return;
  }
  const vref = tables.cLists.toVat(owner, ko);
  const entry = vref === undefined ? undefined : tables.cLists.toKernel(owner, vref);
  if (entry === undefined) return;
  if (entry.reachable && entry.dropping === 0 && !(queued & DROP_QUEUED)) {
    report(ko, `it is unreachable, and ${owner} has no delivery that drops it`);
  }
  if (recognizable === 0 && entry.retiring === 0 && !(queued & RETIRE_QUEUED)) {
    report(ko, `it is unrecognizable, and ${owner} has no delivery that retires it`);
  }
};

/** The counts of an object match its references, and its owner has a c-list entry for it. */
export const checkObjects = (check: Check): void => {
  const { tables, rows, counted, report } = check;
  for (const kref of krefsWithPrefix(rows, 'ko')) {
    const ko = kref as KObject;
    const { owner, reachable, recognizable, queued } = tables.objects.get(ko);
    const really = [counted.reachable(ko), counted.recognizable(ko)];
    if (reachable !== really[0] || recognizable !== really[1]) {
      report(ko, `counts ${reachable} ${recognizable}, holders ${really.join(' ')}`);
    }
    const isDevice = rows.has(keys.device(ko));
    if (isDevice !== (owner === 'kernel'))
      report(ko, 'owned by the kernel without a device row, or the reverse');
    if (isVatID(owner)) {
      const vref = tables.cLists.toVat(owner, ko);
      if (!tables.vats.isAlive(owner)) report(ko, `its owner ${owner} is not alive`);
      else if (vref === undefined || !isVatAllocated(vref))
        report(ko, `${owner} has no c-list entry for it`);
      const { queuedDrops, queuedRetires } = wayTo(check, owner);
      if (queuedDrops.has(ko) !== Boolean(queued & DROP_QUEUED))
        report(ko, 'the drop flag is wrong');
      if (queuedRetires.has(ko) !== Boolean(queued & RETIRE_QUEUED)) {
        report(ko, 'the retire flag is wrong');
      }
    } else if (queued !== 0) report(ko, 'garbage actions for an object without an owner');
    if (reachable === 0) checkUnreachable(check, ko);
  }
  for (const key of rows.keys('device.', 'device/')) {
    if (!rows.has(key.slice('device.'.length))) report(key, 'the object does not exist');
  }
};
