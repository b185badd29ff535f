import { endOf, keys } from '../../tables/schema.js';
import { type InboxWork, waitsForQuiet } from '../../tables/deliveries/inboxes.js';
import type { DeliveryNumber, NumberedDelivery, VatID } from '@cooperage/types';
import { type Check, countData, countMessage, wayTo } from '../context.js';
import { parkedOf } from '../vats/upgrades.js';
import { countExclusive } from './exclusive.js';

const countInbox = (check: Check, vatID: VatID, work: InboxWork): void => {
  const { queuedDrops, queuedRetires, queuedImportRetires } = wayTo(check, vatID);
  switch (work[0]) {
    case 'message':
      check.counted.retain(work[1]);
      countMessage(check, work[2]);
      break;
    case 'startVat':
    case 'stopVat':
      countData(check, work[1]);
      break;
    case 'dropExports':
      work[1].forEach((ko) => queuedDrops.add(ko));
      break;
    case 'retireExports':
      work[1].forEach((ko) => queuedRetires.add(ko));
      break;
    case 'retireImports':
      work[1].forEach((ko) => queuedImportRetires.add(ko));
      break;
    case 'upgrade':
    case 'changeOptions':
    case 'fork':
    case 'takeOffline':
      countExclusive(check.counted, work);
      break;
    case 'pipelined':
    case 'notify':
    case 'bringOutYourDead':
      break;
  }
};

/** Inbox and window have no gaps and are in issue order; the window is full while the inbox holds work. */
export const checkQueues = (check: Check, vatID: VatID): number[] => {
  const { tables, rows, report } = check;
  const issues: number[] = [];
  const delivered = tables.windows.delivered(vatID);
  const acked = tables.windows.acked(vatID);
  let newestAcked = 0;
  for (let n = acked + 1; n <= delivered; n += 1) {
    const key = keys.out(vatID, n as DeliveryNumber);
    const row = tables.windows.find(vatID, n as DeliveryNumber);
    if (row === undefined) {
      report(key, 'a delivery of the window is missing');
      continue;
    }
    issues.push(row.issue);
    const numbered = JSON.parse(row.text) as NumberedDelivery;
    wayTo(check, vatID).out.set(n, numbered);
    if (numbered.n !== n || numbered.delivery[0] !== row.tag)
      report(key, 'the text belongs to another delivery');
    if (numbered.acked < newestAcked || numbered.acked > acked)
      report(key, '`acked` is out of order');
    newestAcked = numbered.acked;
  }
  const parked = parkedOf(tables, vatID);
  for (const numbered of parked) wayTo(check, vatID).out.set(numbered.n, numbered);
  const head = tables.counters.read(keys.inboxHead(vatID));
  const tail = tables.counters.read(keys.inboxTail(vatID));
  for (let i = head + 1; i <= tail; i += 1) {
    const key = keys.inbox(vatID, i);
    const text = rows.get(key);
    if (text === undefined) {
      report(key, 'an entry of the inbox is missing');
      continue;
    }
    const [issue, work] = JSON.parse(text) as [number, InboxWork];
    issues.push(issue);
    countInbox(check, vatID, work);
  }
  const size = delivered - acked;
  const { window } = tables.vats.options(vatID);
  const first = tables.inboxes.first(vatID);
  const isHeld =
    tables.upgradesInProgress.find(vatID) !== undefined ||
    tables.isPaused(vatID) ||
    (first !== undefined && waitsForQuiet(first.work) && size > 0);
  const isSlowed = tables.backPressure.isSlowed(vatID);
  // In these orders one delivery is out at a time, in any order.
  const isAlone = tables.counters.read(keys.counter('choice')) > 0;
  if (size > window || (tail > head && size < window && !isHeld && !isSlowed && !isAlone)) {
    report(
      keys.delivered(vatID),
      `${size} of at most ${window} are in the window and ${tail - head} wait in the inbox`,
    );
  }
  const count = (prefix: string): number => [...rows.keys(prefix, endOf(prefix))].length;
  // `head` and `tail` exist once an entry was appended.
  const counters = ['head', 'tail'].filter((name) => rows.has(`${vatID}.in.${name}`)).length;
  if (count(`${vatID}.in.`) !== tail - head + counters) {
    report(keys.inboxTail(vatID), 'there are entries beyond the ends of the inbox');
  }
  if (count(`${vatID}.out.`) !== size + parked.length)
    report(keys.delivered(vatID), 'there are rows beyond the ends of the window');
  issues.forEach((issue, i) => {
    if (!isAlone && i > 0 && issue <= (issues[i - 1] as number))
      report(vatID, 'the issue numbers are out of order');
  });
  return issues;
};
