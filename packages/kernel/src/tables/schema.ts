/**
 * The key schema of the kernel tables. Each row that the kernel or a vat
 * manager writes is described here once; `docs` and the whole-database check
 * are made from it. Keys of one vat begin with its id and a dot.
 *
 * Values are short texts: fields separated by blanks where every field is a
 * number or a reference, JSON where there is data.
 */
import type { DeliveryNumber, KRef, KObject, KPromise, VatID, VRef } from '@cooperage/types';

export interface RowKind {
  /** The key, with `<…>` for what varies. */
  readonly pattern: string;
  /** The value's form. */
  readonly value: string;
  readonly meaning: string;
}

export const SCHEMA: readonly RowKind[] = [
  {
    pattern: 'k.<counter>',
    value: 'number',
    meaning:
      'the last number given out for `object`, `promise`, `vat`, `issue`, `creation`, `output`, `account`; `filed`; `remains`: vats whose rows are still to be deleted; `choice`: how often a delivery was let out alone; `retired`: all issue numbers up to this one are done with',
  },
  {
    pattern: 'turns',
    value: 'sequential | adversarial <seed>',
    meaning: 'one delivery is out at a time, and which one; not there in other orders',
  },
  {
    pattern: 'ambient.time',
    value: 'milliseconds since 1970',
    meaning: 'the last time that a vat with the option `ambient` was told',
  },
  {
    pattern: 'ambient.seed',
    value: 'hexadecimal digits',
    meaning: 'a secret of the kernel, from which the seeds of such vats’ cranks are made',
  },
  {
    pattern: 'ko<N>',
    value: 'owner reachable recognizable queued',
    meaning:
      'an object: the vat, `host` or `kernel` that owns it, or `none` (`none:<vatID>` if its owner ended; the row may still have its id); how many hold it; which garbage actions (1 drop, 2 retire) wait in the owner’s inbox',
  },
  {
    pattern: 'kp<N>',
    value: 'state references decider queued links subscribers taken followers',
    meaning:
      'a promise: u, f or r; how many hold it; the one that may resolve it, or the promise that it follows since it was redirected, or `-`; how many messages wait on it; 1 if its resolution names promises; who is told, separated by commas, or `-`; the place of the first that waits; how many promises follow it; the last two only where they are not 0',
  },
  { pattern: 'kp<N>.d', value: 'capdata', meaning: 'what the promise was resolved to' },
  {
    pattern: 'kp<N>.q.<i>',
    value: '{ methargs, result, from }',
    meaning: 'a message that waits on the promise, and who sent it',
  },
  {
    pattern: 'kp<N>.f.<kpref>',
    value: '1',
    meaning: 'this promise was redirected to it, and is resolved together with it',
  },
  {
    pattern: 'q.<issue>',
    value: 'vatID',
    meaning: 'whose delivery has this issue number and is not retired',
  },
  { pattern: 'v<N>.options', value: 'VatOptions', meaning: 'the vat is alive' },
  {
    pattern: 'v<N>.in.head, v<N>.in.tail',
    value: 'number',
    meaning: 'the inbox: the last entry taken out, the last one put in',
  },
  { pattern: 'v<N>.in.<i>', value: 'inbox entry', meaning: 'a delivery that was not handed out' },
  {
    pattern: 'v<N>.delivered, v<N>.acked',
    value: 'number',
    meaning: 'the last delivery handed out, the last one whose record is retired',
  },
  {
    pattern: 'v<N>.out.<n>',
    value: 'issue tag[@computrons] text',
    meaning:
      'a delivery that was handed out, exactly as it was, and what its crank may use where the meter holds less than one crank may',
  },
  {
    pattern: 'v<N>.object, v<N>.promise',
    value: 'number',
    meaning: 'the last o- and p- given out',
  },
  { pattern: 'v<N>.k.<kref>', value: 'vref', meaning: 'c-list, kernel to vat' },
  {
    pattern: 'v<N>.r.<vref>',
    value: 'kref reachable named dropping retiring',
    meaning:
      'c-list, vat to kernel; the last delivery that named it; the deliveries that drop and retire it and are not retired themselves (0 for none)',
  },
  {
    pattern: 'v<N>.parameters',
    value: 'capdata',
    meaning:
      'what the vat was started with, and is started with again by an upgrade that brings nothing else; not there for `undefined`. Its slots are not counted as references',
  },
  { pattern: 'v<N>.vs.<key>', value: 'text', meaning: 'the vatstore' },
  {
    pattern: 'v<N>.hold',
    value: '{ issue, request, step, last, stopped, undo, unreaped, withoutHeap }',
    meaning:
      'an upgrade that is under way and has the vat to itself; `withoutHeap` where the old incarnation was halted, and deliveries to it from `acked` on are parked',
  },
  {
    pattern: 'v<N>.incarnation, v<N>.first',
    value: 'number',
    meaning: 'how often the vat was upgraded; the first delivery of the present incarnation',
  },
  {
    pattern: 'v<N>.dirt',
    value: 'deliveries references',
    meaning:
      'what was delivered to the vat since it was last told to bring out its dead: how many deliveries, and how many references the kernel let go of in them',
  },
  {
    pattern: 'untidy.<vatID>',
    value: '1',
    meaning:
      'the vat has had `reapAtRest` deliveries since it was last told to bring out its dead: it is told when there is nothing else to do',
  },
  {
    pattern: 'v<N>.waits',
    value: 'vatID vatID',
    meaning:
      'back-pressure: the vat whose inbox this one has filled, and the next one that waits for the same, or `-`; the vat is handed out nothing',
  },
  {
    pattern: 'v<N>.slows',
    value: 'vatID',
    meaning: 'the first of the vats that wait for this one’s inbox',
  },
  {
    pattern: 'v<N>.quarantine',
    value: '{ n, index, expected, actual }',
    meaning:
      'the vat is in quarantine, because a replay took another course: the delivery, and the first syscall that differs',
  },
  {
    pattern: 'v<N>.suspended',
    value: '{ n, why, computrons }',
    meaning:
      'the vat is suspended, because crank n used up its meter or more than a crank may, and was undone; what it used',
  },
  { pattern: 'v<N>.done', value: 'kprefs', meaning: 'promises to settle when the vat ends' },
  { pattern: 'v<N>.t.<n>', value: '{ delivery, record }', meaning: 'the transcript' },
  { pattern: 'v<N>.t.newest', value: 'number', meaning: 'the newest entry of the transcript' },
  { pattern: 'v<N>.s.<n>', value: '{ hash, engine }', meaning: 'a heap snapshot after delivery n' },
  {
    pattern: 'creation.<i>',
    value: '{ vatID, root, result, state, error }',
    meaning: 'a vat that was asked for and is not announced',
  },
  {
    pattern: 'remains.<vatID>',
    value: '1',
    meaning:
      'the vat is no more, and rows of its transcript and its vatstore may be left; or it was upgraded, and entries of earlier incarnations may be',
  },
  { pattern: 'v<N>.unheld', value: '1', meaning: 'nobody has the vat’s admin facet any more' },
  {
    pattern: 'ended.<vatID>',
    value: '{ name, isFailure, reason, info }',
    meaning:
      'why a vat that was announced is no more: there for as long as somebody has its admin facet, and then until so many others are filed',
  },
  {
    pattern: 'filed.<i>',
    value: 'vatID',
    meaning: 'a vat that has ended and whose admin facet nobody has, the last of them last',
  },
  {
    pattern: 'out.<i>',
    value: 'output',
    meaning: 'a call of a service or the news of a promise, for the host',
  },
  {
    pattern: 'device.<ko>',
    value: 'vatAdmin | meter | admin <vatID> | admin <vatID> <ko>',
    meaning: 'what an object of the kernel’s own does; the root that an admin facet holds',
  },
  {
    pattern: 'image.<hash>',
    value: 'hash | -',
    meaning: 'a heap image among the blobs; the one that it is a difference to',
  },
  {
    pattern: 'meter.<ko>',
    value: '{ remaining, threshold, waiting, suspended }',
    meaning:
      'computrons that are left; below which those are told who wait for it; vats that wait for more',
  },
  {
    pattern: 'account.<i>',
    value: '{ vats, memory, vatQuota, memoryQuota, parent }',
    meaning: 'what the vats that pay together use, and may use',
  },
  { pattern: 'pin.<kref>', value: 'number', meaning: 'how often the host holds it' },
  {
    pattern: 'name.<space>.<name>',
    value: 'text',
    meaning: 'what the host calls vats, services and bundles',
  },
  {
    pattern: 'history.<crank>',
    value: 'hash cause',
    meaning:
      'a crank on the tables: the hash of what it wrote, chained to the crank before; what the host called, or whose record was retired, refused or undone',
  },
  {
    pattern: 'history.newest',
    value: 'crank hash',
    meaning: 'the newest crank of the history; there if a history is kept',
  },
];

const pad = (n: number): string => n.toString(36).padStart(9, '0');

/** Numbers in keys are in base 36 and padded, so that key order is number order. */
export const keys = {
  counter: (name: string): string => `k.${name}`,
  turns: 'turns',
  promiseData: (kp: KPromise): string => `${kp}.d`,
  promiseMessage: (kp: KPromise, i: number): string => `${kp}.q.${pad(i)}`,
  follower: (leader: KPromise, kp: KPromise | ''): string => `${leader}.f.${kp}`,
  issue: (issue: number): string => `q.${pad(issue)}`,
  options: (vatID: VatID): string => `${vatID}.options`,
  parameters: (vatID: VatID): string => `${vatID}.parameters`,
  inboxHead: (vatID: VatID): string => `${vatID}.in.head`,
  inboxTail: (vatID: VatID): string => `${vatID}.in.tail`,
  inbox: (vatID: VatID, i: number): string => `${vatID}.in.${pad(i)}`,
  delivered: (vatID: VatID): string => `${vatID}.delivered`,
  acked: (vatID: VatID): string => `${vatID}.acked`,
  out: (vatID: VatID, n: DeliveryNumber): string => `${vatID}.out.${pad(n)}`,
  vatCounter: (vatID: VatID, name: 'object' | 'promise'): string => `${vatID}.${name}`,
  toVat: (vatID: VatID, kref: KRef): string => `${vatID}.k.${kref}`,
  toKernel: (vatID: VatID, vref: VRef): string => `${vatID}.r.${vref}`,
  /** From where to where the rows of a c-list are that speak of objects: the rest is promises. */
  namesOfObjects: (vatID: VatID): readonly [string, string] => [`${vatID}.k.ko`, `${vatID}.k.kp`],
  objectsOf: (vatID: VatID): readonly [string, string] => [`${vatID}.r.o`, `${vatID}.r.p`],
  vatstore: (vatID: VatID, key: string): string => `${vatID}.vs.${key}`,
  /** As the store writes them: in base 10. */
  transcript: (vatID: VatID, n: number): string => `${vatID}.t.${String(n).padStart(16, '0')}`,
  transcriptNewest: (vatID: VatID): string => `${vatID}.t.newest`,
  dirt: (vatID: VatID): string => `${vatID}.dirt`,
  untidy: (vatID: VatID): string => `untidy.${vatID}`,
  waits: (vatID: VatID): string => `${vatID}.waits`,
  slows: (vatID: VatID): string => `${vatID}.slows`,
  quarantine: (vatID: VatID): string => `${vatID}.quarantine`,
  suspended: (vatID: VatID): string => `${vatID}.suspended`,
  hold: (vatID: VatID): string => `${vatID}.hold`,
  incarnation: (vatID: VatID): string => `${vatID}.incarnation`,
  first: (vatID: VatID): string => `${vatID}.first`,
  done: (vatID: VatID): string => `${vatID}.done`,
  creation: (i: number): string => `creation.${pad(i)}`,
  remains: (vatID: VatID): string => `remains.${vatID}`,
  ended: (vatID: VatID): string => `ended.${vatID}`,
  unheld: (vatID: VatID): string => `${vatID}.unheld`,
  filed: (i: number): string => `filed.${pad(i)}`,
  output: (i: number): string => `out.${pad(i)}`,
  device: (ko: KObject): string => `device.${ko}`,
  meter: (ko: KObject): string => `meter.${ko}`,
  account: (i: number): string => `account.${pad(i)}`,
  pin: (kref: KRef): string => `pin.${kref}`,
  name: (space: string, name: string): string => `name.${space}.${name}`,
  history: (crank: number): string => `history.${pad(crank)}`,
  historyNewest: 'history.newest',
  ambientTime: 'ambient.time',
  ambientSeed: 'ambient.seed',
};

/** The end of the range of keys that begin with `prefix` (which ends in a dot). */
export const endOf = (prefix: string): string => `${prefix.slice(0, -1)}/`;

/** Undoes the padding. */
export const numberAtEnd = (key: string): number =>
  parseInt(key.slice(key.lastIndexOf('.') + 1), 36);
