/**
 * The check of the whole database: everything that the rows say twice is counted and followed anew, and compared. It
 * changes nothing and believes nothing; what it finds is data. Meant for the simulator, which runs it after every
 * step, and for an operator who doubts a disk.
 */
import { DROP_QUEUED, formerOwner, isOrphan, RETIRE_QUEUED } from '../tables/references/objects.js';
import { endOf, keys } from '../tables/schema.js';
import { type InboxWork, waitsForQuiet } from '../tables/deliveries/inboxes.js';
import { isObjectRef } from '../messages/routing.js';
import { type KernelTables, makeKernelTables } from '../tables/kernel-tables.js';
import {
  type CapData,
  type DeliveryNumber,
  isKRef,
  isPromiseRef,
  isVatAllocated,
  isVatID,
  type KObject,
  type KPromise,
  type KRef,
  messageOf,
  type Message,
  type NumberedDelivery,
  type ReadableTables,
  type Tables,
  type VatID,
} from '@cooperage/types';
import { checkAccounts } from './accounts.js';
import { checkBackPressure } from './back-pressure.js';
import { type Counted, makeCounted } from './counted.js';
import { holdByDevices } from './devices.js';
import { holdExclusive } from './exclusive.js';
import { checkEnds } from './ends.js';
import { checkHistory } from './history.js';
import { checkHosted } from './hosted.js';
import { checkImages } from './images.js';
import { checkKeys } from './keys.js';
import { countLeft } from './remains.js';
import { checkPlaces } from './promises/places.js';
import { checkRedirection } from './promises/redirection.js';
import { checkUpgrade, isNamedInParked, parkedOf } from './upgrades.js';

export interface Finding {
  readonly key: string;
  readonly problem: string;
}

type Report = (key: string, problem: string) => void;

/** What is on its way to one vat. */
interface OnItsWay {
  /** By kref: the garbage actions that wait in the inbox. */
  readonly queuedDrops: Set<KRef>;
  readonly queuedRetires: Set<KRef>;
  readonly queuedImportRetires: Set<KRef>;
  /** By delivery number: what is out. */
  readonly out: Map<number, NumberedDelivery>;
}

interface Check {
  readonly tables: KernelTables;
  readonly rows: ReadableTables;
  readonly counted: Counted;
  readonly report: Report;
  readonly onItsWay: Map<VatID, OnItsWay>;
}

const holdData = ({ counted }: Check, { slots }: CapData<KRef>, holder?: KRef): void => {
  for (const slot of slots) counted.hold(slot, holder);
};

const holdMessage = (check: Check, { methargs, result }: Message<KRef>, holder?: KRef): void => {
  holdData(check, methargs, holder);
  if (result !== null) check.counted.hold(result, holder);
};

const krefsWithPrefix = function* (rows: ReadableTables, prefix: 'ko' | 'kp'): Iterable<KRef> {
  for (const key of rows.keys(prefix, `${prefix}:`)) if (isKRef(key)) yield key;
};

const countInbox = (check: Check, vatID: VatID, work: InboxWork): void => {
  const { queuedDrops, queuedRetires, queuedImportRetires } = wayTo(check, vatID);
  switch (work[0]) {
    case 'message':
      check.counted.hold(work[1]);
      holdMessage(check, work[2]);
      break;
    case 'startVat':
    case 'stopVat':
      holdData(check, work[1]);
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
      holdExclusive(check.counted, work);
      break;
    case 'pipelined':
    case 'notify':
    case 'bringOutYourDead':
      break;
  }
};

const wayTo = ({ onItsWay }: Check, vatID: VatID): OnItsWay => {
  let way = onItsWay.get(vatID);
  if (way === undefined) {
    way = {
      queuedDrops: new Set(),
      queuedRetires: new Set(),
      queuedImportRetires: new Set(),
      out: new Map(),
    };
    onItsWay.set(vatID, way);
  }
  return way;
};

/** Inbox and window are dense and in issue order; the window is full as long as the inbox holds work. */
const checkQueues = (check: Check, vatID: VatID): number[] => {
  const { tables, rows, report } = check;
  const issues: number[] = [];
  const delivered = tables.windows.delivered(vatID);
  const acked = tables.windows.acked(vatID);
  let newestAcked = 0;
  for (let n = acked + 1; n <= delivered; n += 1) {
    const key = keys.out(vatID, n as DeliveryNumber);
    const row = tables.windows.find(vatID, n as DeliveryNumber);
    if (row === undefined) {
      report(key, 'a delivery that is out is missing');
      continue;
    }
    issues.push(row.issue);
    const numbered = JSON.parse(row.text) as NumberedDelivery;
    wayTo(check, vatID).out.set(n, numbered);
    if (numbered.n !== n || numbered.delivery[0] !== row.tag) report(key, 'the text is another’s');
    if (numbered.acked < newestAcked || numbered.acked > acked) report(key, 'acked out of order');
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
    tables.holds.find(vatID) !== undefined ||
    tables.isHalted(vatID) ||
    (first !== undefined && waitsForQuiet(first.work) && size > 0);
  const isSlowed = tables.backPressure.isSlowed(vatID);
  // One delivery at a time, and in any order.
  const isAlone = tables.counters.read(keys.counter('choice')) > 0;
  if (size > window || (tail > head && size < window && !isHeld && !isSlowed && !isAlone)) {
    report(keys.delivered(vatID), `${size} of ${window} are out and ${tail - head} wait`);
  }
  const count = (prefix: string): number => [...rows.keys(prefix, endOf(prefix))].length;
  // `head` and `tail` are there as soon as anything was put in.
  const counters = ['head', 'tail'].filter((name) => rows.has(`${vatID}.in.${name}`)).length;
  if (count(`${vatID}.in.`) !== tail - head + counters) {
    report(keys.inboxTail(vatID), 'there are entries outside the inbox');
  }
  if (count(`${vatID}.out.`) !== size + parked.length)
    report(keys.delivered(vatID), 'rows outside the window');
  issues.forEach((issue, i) => {
    if (!isAlone && i > 0 && issue <= (issues[i - 1] as number))
      report(vatID, 'issue numbers out of order');
  });
  return issues;
};

const checkIssues = ({ rows, tables, report }: Check, open: Map<number, VatID>): void => {
  for (const key of rows.keys('q.', 'q/')) {
    const issue = parseInt(key.slice(2), 36);
    if (open.get(issue) !== rows.get(key)) report(key, 'no delivery of the vat has this number');
    open.delete(issue);
  }
  for (const [issue, vatID] of open) report(keys.issue(issue), `missing, ${vatID} has it`);
  const retired = tables.counters.read('k.retired');
  const last = tables.counters.read('k.issue');
  const isHalted = (key: string): boolean => tables.isHalted(rows.get(key) as VatID);
  for (const key of rows.keys('q.', keys.issue(retired + 1))) {
    if (!isHalted(key)) report(key, 'below the oldest');
  }
  const next = keys.issue(retired + 1);
  if (retired < last && (!rows.has(next) || isHalted(next))) {
    report('k.retired', `issue number ${retired + 1} is done with, too`);
  }
};

const namesInNotify = (way: OnItsWay, vref: string): boolean =>
  [...way.out.values()].some(
    ({ delivery }) => delivery[0] === 'notify' && delivery[1].some(([each]) => each === vref),
  );

/** Whether the delivery that a c-list entry speaks of is out and says so. */
const isUnderWay = (way: OnItsWay, n: number, tag: string, vref: string): boolean => {
  const delivery = way.out.get(n)?.delivery;
  return (
    delivery !== undefined &&
    delivery[0] === tag &&
    (delivery[1] as readonly string[]).includes(vref)
  );
};

const checkCList = (check: Check, vatID: VatID): void => {
  const { tables, rows, counted, report } = check;
  const way = wayTo(check, vatID);
  const delivered = tables.windows.delivered(vatID);
  const prefix = `${vatID}.k.`;
  for (const key of rows.keys(prefix, endOf(prefix))) {
    const vref = rows.get(key) as never;
    const back = tables.cLists.toKernel(vatID, vref);
    if (back?.kref !== key.slice(prefix.length)) report(key, `${vref as string} leads elsewhere`);
  }
  for (const [vref, entry] of tables.cLists.list(vatID)) {
    const { kref, reachable, named, dropping, retiring } = entry;
    const key = keys.toKernel(vatID, vref);
    if (!rows.has(kref)) report(key, `${kref} does not exist`);
    const isLed = tables.cLists.toVat(vatID, kref) === vref || namesInNotify(way, vref);
    if (!isLed && !isNamedInParked(tables, vatID, vref)) {
      report(key, `${kref} leads elsewhere, and no notify is on its way`);
    }
    if (named > delivered) report(key, `named by delivery ${named}, which was not handed out`);
    if (isPromiseRef(kref) !== isPromiseRef(vref)) report(key, 'of two types');
    if (isPromiseRef(kref)) {
      counted.hold(kref);
      if (!reachable || dropping !== 0 || retiring !== 0) report(key, 'no promise is collected');
      continue;
    }
    const owner = tables.objects.find(kref as KObject)?.owner;
    if (isVatAllocated(vref)) {
      if (owner !== vatID) report(key, `an export that ${owner} owns`);
      if (dropping !== 0 && !isUnderWay(way, dropping, 'dropExports', vref)) {
        report(key, `no drop is under way in delivery ${dropping}`);
      }
      if (retiring !== 0 && !isUnderWay(way, retiring, 'retireExports', vref)) {
        report(key, `no retire is under way in delivery ${retiring}`);
      }
      continue;
    }
    if (owner === vatID) report(key, 'an import of what the vat itself exports');
    if (dropping !== 0) report(key, 'the kernel drops an import');
    if (retiring !== 0 && !isUnderWay(way, retiring, 'retireImports', vref)) {
      report(key, `no retire is under way in delivery ${retiring}`);
    }
    if (reachable) counted.hold(kref);
    else counted.recognize(kref);
  }
};

const countKernelHolds = (check: Check): void => {
  const { tables, rows, counted, report } = check;
  const { creations, names, outputs, promises } = tables;
  for (const kp of krefsWithPrefix(rows, 'kp')) {
    const row = promises.get(kp as KPromise);
    if (row.follows !== undefined) counted.hold(row.follows, kp);
    else if (row.state !== 'unresolved') {
      const text = rows.get(keys.promiseData(kp as KPromise));
      if (text === undefined) report(kp, 'resolved, but to nothing');
      else holdData(check, JSON.parse(text) as CapData<KRef>, kp);
    }
    const prefix = `${kp}.q.`;
    let waiting = 0;
    for (const key of rows.keys(prefix, endOf(prefix))) {
      const place = keys.promiseMessage(kp as KPromise, row.taken + waiting++);
      if (key !== place) report(key, 'out of its order');
      holdMessage(check, JSON.parse(rows.get(key) as string) as Message<KRef>, kp);
    }
    const isWrong = waiting !== row.queued || (row.queued === 0 && row.taken > 0);
    if (isWrong) report(kp, `${row.queued} messages said to wait, ${waiting} do`);
    for (const each of row.subscribers) if (each === 'host') counted.hold(kp);
  }
  for (const [, output] of outputs.list()) {
    counted.hold(output[1]);
    if (output[0] === 'call') holdMessage(check, output[2]);
  }
  for (const [place, { vatID, root, result, state }] of creations.list()) {
    const key = keys.creation(place);
    counted.hold(root);
    counted.hold(result);
    const first = creations.first()?.[0] === place;
    const alive = tables.vats.isAlive(vatID);
    if (alive !== (state !== 'failed'))
      report(key, `${state}, but the vat is${alive ? '' : ' not'} alive`);
    if (first && state !== 'booting') report(key, 'its turn has come, and it is not announced');
    if (state === 'booting' && tables.windows.acked(vatID) > 0) report(key, 'it has started');
  }
  holdByDevices(tables, counted);
  for (const [, service] of names.list('service')) counted.hold(service as KRef);
  checkHosted(tables, report, counted);
  for (const key of rows.keys('pin.', 'pin/')) {
    for (let i = tables.pins.read(key); i > 0; i -= 1) counted.hold(key.slice(4) as KRef);
  }
};

const countDone = ({ tables, rows, counted }: Check): void => {
  for (const vatID of tables.vats.list()) {
    const waiting = rows.get(keys.done(vatID));
    for (const kp of waiting === undefined ? [] : waiting.split(' ')) counted.hold(kp as KRef);
  }
};

/** No unreachable object is left, except those that a queued garbage action will delete. */
const checkUnreachable = (check: Check, ko: KObject): void => {
  const { tables, report } = check;
  const { owner, recognizable, queued } = tables.objects.get(ko);
  if (isOrphan(owner)) {
    const former = formerOwner(owner);
    // The sweep has not come to it yet.
    if (isVatID(former) && tables.cLists.toVat(former, ko) !== undefined) return;
    if (recognizable === 0) report(ko, 'no vat, queue or promise knows it');
    for (const vatID of tables.vats.list()) {
      const vref = tables.cLists.toVat(vatID, ko);
      if (vref === undefined) continue;
      const way = wayTo(check, vatID);
      const entry = tables.cLists.toKernel(vatID, vref);
      const told = entry !== undefined && entry.retiring !== 0;
      if (!told && !way.queuedImportRetires.has(ko)) {
        report(ko, `${vatID} is not told that it is gone`);
      }
    }
    return;
  }
  // The host may tell it again, as long as a vat can.
  if (owner === 'host' && tables.hosted.has(ko) && recognizable > 0) return;
  if (!isVatID(owner)) {
    report(ko, `it is unreachable, and ${owner} has not dropped it`);
    return;
  }
  const vref = tables.cLists.toVat(owner, ko);
  const entry = vref === undefined ? undefined : tables.cLists.toKernel(owner, vref);
  if (entry === undefined) return;
  if (entry.reachable && entry.dropping === 0 && !(queued & DROP_QUEUED)) {
    report(ko, `it is unreachable, and ${owner} is not told to drop it`);
  }
  if (recognizable === 0 && entry.retiring === 0 && !(queued & RETIRE_QUEUED)) {
    report(ko, `it is unrecognizable, and ${owner} is not told to retire it`);
  }
};

const checkObjects = (check: Check): void => {
  const { tables, rows, counted, report } = check;
  for (const kref of krefsWithPrefix(rows, 'ko')) {
    const ko = kref as KObject;
    const { owner, reachable, recognizable, queued } = tables.objects.get(ko);
    const really = [counted.reachable(ko), counted.recognizable(ko)];
    if (reachable !== really[0] || recognizable !== really[1]) {
      report(ko, `counts ${reachable} ${recognizable}, holders ${really.join(' ')}`);
    }
    const isDevice = rows.has(keys.device(ko));
    if (isDevice !== (owner === 'kernel')) report(ko, 'owned by the kernel and no device, or else');
    if (isVatID(owner)) {
      const vref = tables.cLists.toVat(owner, ko);
      if (!tables.vats.isAlive(owner)) report(ko, `its owner ${owner} is not alive`);
      else if (vref === undefined || !isVatAllocated(vref))
        report(ko, `${owner} has no name for it`);
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

const checkPromise = (check: Check, kp: KPromise): void => {
  const { tables, rows, counted, report } = check;
  const row = tables.promises.get(kp);
  checkRedirection(tables, rows, report, kp, row);
  const holders = counted.reachable(kp);
  if (row.references !== holders) report(kp, `counts ${row.references}, holders ${holders}`);
  if (row.state === 'unresolved') {
    if (rows.has(keys.promiseData(kp))) report(kp, 'unresolved, but has data');
    if (isVatID(row.decider) && tables.cLists.toVat(row.decider, kp) === undefined) {
      report(kp, `its decider ${row.decider} has no name for it`);
    }
    for (const vatID of row.subscribers) {
      if (vatID !== 'host' && tables.cLists.toVat(vatID, kp) === undefined) {
        report(kp, `its subscriber ${vatID} has no name for it`);
      }
    }
    return;
  }
  if (row.follows !== undefined) return;
  const links = counted.heldBy(kp).some((kref) => !isObjectRef(kref));
  if (row.links !== links) report(kp, `links is ${row.links}`);
  if (row.decider !== undefined || row.queued > 0 || row.subscribers.length > 0) {
    report(kp, 'resolved, but it still has subscribers or a decider');
  }
};

const checkPromises = (check: Check): void => {
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
    if (!reached.has(kref)) report(kref, 'no party can name it again');
  }
  for (const key of rows.keys('kp', 'kp:')) {
    const kref = key.slice(0, Math.max(0, key.indexOf('.')));
    if (kref !== '' && !rows.has(kref)) report(key, 'the promise does not exist');
  }
};

const READ_ONLY = (): never => {
  throw new TypeError('the check writes nothing');
};

/**
 * @param rows a kernel's tables between two cranks
 * @returns what is wrong with them; nothing for a sound database
 */
export const checkTables = (rows: ReadableTables): Finding[] => {
  const findings: Finding[] = [];
  const readOnly: Tables = {
    get: (key) => rows.get(key),
    has: (key) => rows.has(key),
    keys: (start, end) => rows.keys(start, end),
    set: READ_ONLY,
    delete: READ_ONLY,
  };
  const check: Check = {
    tables: makeKernelTables(readOnly),
    rows,
    counted: makeCounted(),
    report: (key, problem) => findings.push({ key, problem }),
    onItsWay: new Map(),
  };
  const stage = (name: string, act: () => void): void => {
    try {
      act();
    } catch (error) {
      // A row that cannot even be read.
      findings.push({ key: name, problem: messageOf(error) });
    }
  };
  const open = new Map<number, VatID>();
  stage('keys', () => checkKeys(check.tables, rows, check.report));
  for (const vatID of check.tables.vats.list().reverse()) {
    stage(vatID, () => {
      for (const issue of checkQueues(check, vatID)) open.set(issue, vatID);
      checkUpgrade(check.tables, check.counted, check.report, vatID);
      checkBackPressure(check.tables, check.report, vatID);
      checkCList(check, vatID);
    });
  }
  stage('remains', () => countLeft(check.tables, rows, check.counted));
  stage('history', () => checkHistory(check.tables.history, check.report));
  stage('issues', () => checkIssues(check, open));
  stage('kernel', () => countKernelHolds(check));
  stage('done', () => countDone(check));
  stage('ends', () => checkEnds(check.tables, check.report));
  stage('accounts', () => checkAccounts(check.tables, check.report));
  stage('images', () => checkImages(check.tables, check.report));
  stage('objects', () => checkObjects(check));
  stage('promises', () => checkPromises(check));
  return findings;
};
