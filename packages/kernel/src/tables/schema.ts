/**
 * The schema of the keys. It describes each row that the kernel or a vat manager writes; docs/kernel.md and the
 * whole-database check are made from it. Keys of a vat begin with its id and a dot. Values are short texts: fields
 * separated by blanks if every field is a number or a reference, JSON otherwise.
 */
import type { PromiseName } from '../links/link-message.js';
import type {
  DeliveryNumber,
  EngineName,
  KRef,
  KObject,
  KPromise,
  PeerID,
  VatID,
  VRef,
} from '@cooperage/types';

export interface RowKind {
  /** The key, with `<…>` for its variable parts. */
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
      'the newest number of each `object`, `promise`, `vat`, `issue`, `creation`, `output`, `account` and `tombstone` row, and of the names that this kernel gave to promises on links (`linkName`); `leftRows`: how many terminated vats still have rows; `suspects`: how many promises wait to be looked at, `suspectsEarned` and `suspectsNeeded`: how much work the cranks since then have earned for it, and how much it needs; `choice`: how many deliveries were handed out in `sequential` or `adversarial` order; `retired`: every delivery with an issue number up to this one is retired; `schema`: the number of this schema of keys',
  },
  {
    pattern: 'deliveryOrder',
    value: 'sequential | adversarial <seed> | chosen <choices>',
    meaning:
      '`sequential` or `adversarial` order: one delivery is out at a time, and this says how the next one is chosen: the oldest, by a seed, or by choices that are given by their numbers. Absent in other orders',
  },
  {
    pattern: 'ambient.time',
    value: 'milliseconds since 1970',
    meaning: 'the latest time given to a vat with the option `ambient`',
  },
  {
    pattern: 'ambient.seed',
    value: 'hexadecimal digits',
    meaning:
      'a secret of the kernel: the seed of all randomness for vats with the option `ambient`',
  },
  {
    pattern: 'ko<N>',
    value: 'owner reachable recognizable queued',
    meaning:
      'an object: its owner (a vat, a peer kernel, `host`, `kernel`, or `none`; `none:<vatID>` or the id of a terminated vat if its owner terminated, `none:host` if it ended with a former process of the host, `none:<peer>` if that peer is lost); its reachable and recognizable counts; which garbage actions (1 drop, 2 retire) wait in the owner’s inbox',
  },
  {
    pattern: 'kp<N>',
    value: 'state references decider queued links subscribers taken followers hops',
    meaning:
      'a promise: u (unresolved), f (fulfilled) or r (rejected); its reference count; its decider, or the promise that it follows, or the vat with a question mark in whose inbox the message waits that the promise answers (only for vats with `enablePipelining`), or `-`; the number of queued messages; 1 if its resolution names promises; its subscribers, separated by commas, or `-`; the index of the first queued message; the number of promises that follow it; the number of kernels that have passed it on. The last three are left out if they are 0',
  },
  {
    pattern: 'kp<N>.d',
    value: '{ body, slots, by }',
    meaning:
      'the resolution of the promise; where it was rejected, `by` has the code and the vat or service that rejected it, which no vat can write',
  },
  {
    pattern: 'kp<N>.q.<i>',
    value: '{ methargs, result, from, stamp, hops }',
    meaning:
      'a message that is queued on the promise, with its sender, its number among all that have been queued on promises, and how many kernels have forwarded it',
  },
  {
    pattern: 'kp<N>.f.<kpref>',
    value: '1',
    meaning: 'the second promise follows the first, and is resolved together with it',
  },
  {
    pattern: 'q.<issue>',
    value: 'vatID',
    meaning: 'the vat whose unretired delivery has this issue number',
  },
  { pattern: 'v<N>.options', value: 'VatOptions', meaning: 'the vat is alive' },
  {
    pattern: 'v<N>.in.head, v<N>.in.tail',
    value: 'number',
    meaning: 'the inbox: the newest entry taken out, the newest entry put in',
  },
  {
    pattern: 'v<N>.in.<i>',
    value: 'inbox entry',
    meaning: 'a delivery that is not handed out yet',
  },
  {
    pattern: 'v<N>.delivered, v<N>.acked',
    value: 'number',
    meaning: 'the newest delivery handed out, the newest delivery whose record is retired',
  },
  {
    pattern: 'v<N>.out.<n>',
    value: 'issue tag[@computrons] text',
    meaning:
      'the exact text of a delivery that is out, with the allowance of its crank if the meter holds less than the limit of a crank',
  },
  {
    pattern: 'v<N>.object, v<N>.promise',
    value: 'number',
    meaning: 'the newest o- and p- numbers',
  },
  { pattern: 'v<N>.k.<kref>', value: 'vref', meaning: 'c-list, kernel to vat' },
  {
    pattern: 'v<N>.r.<vref>',
    value: 'kref reachable named dropping retiring',
    meaning:
      'c-list, vat to kernel: the kref; the newest delivery that named it; the unretired deliveries that drop and retire it (0 for none)',
  },
  {
    pattern: 'v<N>.parameters',
    value: 'capdata',
    meaning:
      'what the vat was started with, and is started with again by an upgrade that brings nothing else; not there for `undefined`. Its slots are not counted as references',
  },
  { pattern: 'v<N>.vs.<key>', value: 'text', meaning: 'the vatstore' },
  {
    pattern: 'v<N>.upgrade',
    value: '{ issue, request, step, last, stopped, undo, unreaped, withoutHeap }',
    meaning:
      'an upgrade that is under way; `withoutHeap` if the old incarnation was quarantined or suspended, with its deliveries from `acked` on parked',
  },
  {
    pattern: 'v<N>.incarnation, v<N>.first',
    value: 'number',
    meaning: 'the number of upgrades; the first delivery of the present incarnation',
  },
  {
    pattern: 'v<N>.reapCounters',
    value: 'deliveries references',
    meaning:
      'since the last `bringOutYourDead`: the deliveries to the vat, and the references that the kernel dropped or retired in them',
  },
  {
    pattern: 'reapDue.<vatID>',
    value: '1',
    meaning:
      'the vat has had `reapAtRest` deliveries since its last `bringOutYourDead`: the next one comes when the kernel has no other work',
  },
  {
    pattern: 'v<N>.waits',
    value: 'vatID vatID',
    meaning:
      'back-pressure: this vat gets no deliveries until the inbox of the named vat, or the link to the named peer, is shorter; the next vat that waits for the same inbox or link, or `-`',
  },
  {
    pattern: 'v<N>.slows',
    value: 'vatID',
    meaning: 'back-pressure: the first vat that waits for the inbox of this one',
  },
  {
    pattern: 'v<N>.quarantine',
    value: '{ n, index, expected, actual }',
    meaning:
      'the vat is quarantined because a replay diverged: the delivery, and the first syscall that differs',
  },
  {
    pattern: 'v<N>.suspended',
    value: '{ n, why, computrons }',
    meaning:
      'the vat is suspended: crank n exceeded its meter or its limit, and was undone; the computrons that it used',
  },
  {
    pattern: 'v<N>.done',
    value: 'kprefs',
    meaning: 'promises that are settled when the vat terminates',
  },
  { pattern: 'v<N>.t.<n>', value: '{ delivery, record }', meaning: 'the transcript' },
  { pattern: 'v<N>.t.newest', value: 'number', meaning: 'the newest entry of the transcript' },
  { pattern: 'v<N>.s.<n>', value: '{ hash, engine }', meaning: 'a heap snapshot after delivery n' },
  {
    pattern: 'creation.<i>',
    value: '{ vatID, root, result, state, error, code, name }',
    meaning: 'a requested vat that is not announced yet',
  },
  {
    pattern: 'leftRows.<vatID>',
    value: '1',
    meaning:
      'rows of the vat are still to be deleted: of a terminated vat its transcript, vatstore and c-list, of an upgraded vat the transcripts of earlier incarnations',
  },
  {
    pattern: 'suspect.<kp>',
    value: '1',
    meaning:
      'the promise has lost a reference and may be part of a cycle that nothing else references. It leads to so many promises that a later crank looks at them',
  },
  {
    pattern: 'v<N>.facetDropped',
    value: '1',
    meaning: 'no party has the vat’s admin facet any more',
  },
  {
    pattern: 'ended.<vatID>',
    value: '{ name, isFailure, reason, code, info }',
    meaning:
      'why an announced vat terminated: kept while its admin facet is referenced, and then as one of the newest `LIMITS.endsKept`',
  },
  {
    pattern: 'tombstone.<i>',
    value: 'vatID',
    meaning: 'a terminated vat whose admin facet is no longer referenced, oldest first',
  },
  {
    pattern: 'out.<i>',
    value: 'output',
    meaning: 'an output: a call of a service, or the resolution of a promise for the host',
  },
  {
    pattern: 'device.<ko>',
    value: 'vatAdmin | meter | admin <vatID> | admin <vatID> <ko>',
    meaning: 'the behaviour of an object of the kernel; the root that an admin facet retains',
  },
  {
    pattern: 'image.<hash>',
    value: 'hash | -',
    meaning: 'a heap image among the blobs; the image that it is a difference to',
  },
  {
    pattern: 'meter.<ko>',
    value: '{ remaining, threshold, waiting, suspended }',
    meaning:
      'a meter: the computrons left; the threshold below which `notify()` resolves; the vats that it suspended',
  },
  {
    pattern: 'account.<i>',
    value: '{ vats, memory, vatQuota, memoryQuota, parent }',
    meaning: 'an account: the vats and memory that its vats use, and their quotas',
  },
  { pattern: 'pin.<kref>', value: 'number', meaning: 'how often the host retains the object' },
  {
    pattern: 'hosted.<kref>',
    value: '1 | kept <label>',
    meaning:
      'an object of the host’s process that is no service, or a promise that the process settles: it breaks when the next process opens the kernel, unless it is kept for a client of the host',
  },
  {
    pattern: 'name.<space>.<name>',
    value: 'text',
    meaning:
      'names of vats, services and bundles, texts of the host, and references that outlive the host’s process (`kept`)',
  },
  {
    pattern: 'engine.v8, engine.quickjs',
    value: 'version',
    meaning:
      'the version of the engine that runs vats. In no hash, because it is about the host and not about the kernel',
  },
  {
    pattern: 'engine.vat.<vatID>',
    value: '[[delivery, version], …]',
    meaning: 'of a vat whose engine was changed: after which delivery each version ran it',
  },
  {
    pattern: 'linkSelf',
    value: 'peer',
    meaning: 'the name of this kernel for the kernels that it is linked with',
  },
  {
    pattern: 'peer.<peer>',
    value: '{ sent, taken, needs, lost }',
    meaning:
      'a peer kernel: the newest message sent to it, the newest that it is known to have taken (left out if there is none), and the newest taken from it; which messages of other links the next message to it depends on; why it is lost, if it is',
  },
  {
    pattern: 'link.<peer>.slows',
    value: 'vatID',
    meaning: 'back-pressure: the first vat that waits for the link to this peer',
  },
  {
    pattern: 'link.<peer>.s.<n>',
    value: 'text',
    meaning: 'a message to the peer that the peer is not known to have taken',
  },
  {
    pattern: 'link.<peer>.p.<promiseName>',
    value: 'kref',
    meaning: 'a promise by its name on the link with the peer',
  },
  {
    pattern: 'link.<peer>.e.<promiseName>',
    value: '{ promise, data }',
    meaning:
      'the peer has resolved the promise, and the resolution is not applied before the peer has answered an `echo`',
  },
  {
    pattern: 'link.<peer>.o.<i>',
    value: 'kref',
    meaning: 'an object of the peer by its number there',
  },
  {
    pattern: 'link.<peer>.l.<ko>',
    value: '{ by, keeps }',
    meaning:
      'an object of this kernel that the peer holds: how often each kernel has given it to the peer and it was not given back; whether the peer still compares it',
  },
  {
    pattern: 'far.<ko>',
    value: '{ home, id, received, keeps }',
    meaning:
      'an object of a peer: its home and its number there; how often it was received from each kernel since its home was last told; whether its home was told that it is still compared here',
  },
  {
    pattern: 'via.<kpref>',
    value: '{ peer, name, sentOn }',
    meaning:
      'the peer that decides the promise, its name on that link, and how many messages went to it by that link',
  },
  {
    pattern: 'told.<kpref>.<peer>',
    value: 'name',
    meaning: 'the name under which the peer was told of the promise; the peer subscribes to it',
  },
  {
    pattern: 'history.<crank>',
    value: 'hash cause',
    meaning:
      'the history: one crank on the tables, with the hash of its writes chained to the crank before, and its cause: calls of the host, or a record that was retired, refused or undone',
  },
  {
    pattern: 'history.newest',
    value: 'crank hash',
    meaning: 'the newest crank of the history; absent if no history is kept',
  },
  {
    pattern: 'times.<crank>',
    value: '{ at, cranks, threads, marks }',
    meaning:
      'when the cranks of a group ran, from this one on: microseconds since 1970 at the commit, and relative to it when each crank began, how long it took, and the number of the thread that ran it, where it is known; when workers of vats started, were unloaded or were lost. In no hash, because it is about the host and not about the kernel',
  },
];

const pad = (n: number): string => n.toString(36).padStart(9, '0');

/** Keys that every crank of a vat uses. */
const makeFixedKeys = (vatID: VatID) => ({
  options: `${vatID}.options`,
  inboxHead: `${vatID}.in.head`,
  inboxTail: `${vatID}.in.tail`,
  delivered: `${vatID}.delivered`,
  acked: `${vatID}.acked`,
  transcriptNewest: `${vatID}.t.newest`,
  reapCounters: `${vatID}.reapCounters`,
  waits: `${vatID}.waits`,
  slows: `${vatID}.slows`,
  quarantine: `${vatID}.quarantine`,
  suspended: `${vatID}.suspended`,
  upgrade: `${vatID}.upgrade`,
});

type FixedKeys = ReturnType<typeof makeFixedKeys>;

/** Vats whose keys are cached. */
const KEYS_OF_VATS = 4_096;

let known = new Map<VatID, FixedKeys>();

/**
 * Made once for each vat: a string that was looked up before has its hash. A crank looks up about thirty of these
 * keys, each in 30 ns instead of 90.
 */
const fixedKeys = (vatID: VatID): FixedKeys => {
  const found = known.get(vatID);
  if (found !== undefined) return found;
  if (known.size >= KEYS_OF_VATS) known = new Map();
  const made = makeFixedKeys(vatID);
  known.set(vatID, made);
  return made;
};

/** Numbers in keys are in base 36 and padded, so that key order is number order. */
export const keys = {
  counter: (name: string): string => `k.${name}`,
  schema: 'k.schema',
  deliveryOrder: 'deliveryOrder',
  promiseData: (kp: KPromise): string => `${kp}.d`,
  promiseMessage: (kp: KPromise, i: number): string => `${kp}.q.${pad(i)}`,
  follower: (leader: KPromise, kp: KPromise | ''): string => `${leader}.f.${kp}`,
  issue: (issue: number): string => `q.${pad(issue)}`,
  options: (vatID: VatID): string => fixedKeys(vatID).options,
  parameters: (vatID: VatID): string => `${vatID}.parameters`,
  inboxHead: (vatID: VatID): string => fixedKeys(vatID).inboxHead,
  inboxTail: (vatID: VatID): string => fixedKeys(vatID).inboxTail,
  inbox: (vatID: VatID, i: number): string => `${vatID}.in.${pad(i)}`,
  delivered: (vatID: VatID): string => fixedKeys(vatID).delivered,
  acked: (vatID: VatID): string => fixedKeys(vatID).acked,
  out: (vatID: VatID, n: DeliveryNumber): string => `${vatID}.out.${pad(n)}`,
  vatCounter: (vatID: VatID, name: 'object' | 'promise'): string => `${vatID}.${name}`,
  toVat: (vatID: VatID, kref: KRef): string => `${vatID}.k.${kref}`,
  toKernel: (vatID: VatID, vref: VRef): string => `${vatID}.r.${vref}`,
  /** The range of the c-list rows of objects; the other rows are promises. */
  namesOfObjects: (vatID: VatID): readonly [string, string] => [`${vatID}.k.ko`, `${vatID}.k.kp`],
  objectsOf: (vatID: VatID): readonly [string, string] => [`${vatID}.r.o`, `${vatID}.r.p`],
  vatstore: (vatID: VatID, key: string): string => `${vatID}.vs.${key}`,
  /** The store writes these in base 10. */
  transcript: (vatID: VatID, n: number): string => `${vatID}.t.${String(n).padStart(16, '0')}`,
  transcriptNewest: (vatID: VatID): string => fixedKeys(vatID).transcriptNewest,
  reapCounters: (vatID: VatID): string => fixedKeys(vatID).reapCounters,
  reapDue: (vatID: VatID): string => `reapDue.${vatID}`,
  waits: (vatID: VatID): string => fixedKeys(vatID).waits,
  slows: (vatID: VatID): string => fixedKeys(vatID).slows,
  quarantine: (vatID: VatID): string => fixedKeys(vatID).quarantine,
  suspended: (vatID: VatID): string => fixedKeys(vatID).suspended,
  upgrade: (vatID: VatID): string => fixedKeys(vatID).upgrade,
  incarnation: (vatID: VatID): string => `${vatID}.incarnation`,
  first: (vatID: VatID): string => `${vatID}.first`,
  done: (vatID: VatID): string => `${vatID}.done`,
  creation: (i: number): string => `creation.${pad(i)}`,
  leftRows: (vatID: VatID): string => `leftRows.${vatID}`,
  suspect: (kp: KPromise): string => `suspect.${kp}`,
  ended: (vatID: VatID): string => `ended.${vatID}`,
  facetDropped: (vatID: VatID): string => `${vatID}.facetDropped`,
  tombstone: (i: number): string => `tombstone.${pad(i)}`,
  output: (i: number): string => `out.${pad(i)}`,
  device: (ko: KObject): string => `device.${ko}`,
  meter: (ko: KObject): string => `meter.${ko}`,
  account: (i: number): string => `account.${pad(i)}`,
  pin: (kref: KRef): string => `pin.${kref}`,
  hosted: (kref: KRef): string => `hosted.${kref}`,
  name: (space: string, name: string): string => `name.${space}.${name}`,
  engine: (engine: EngineName): string => `engine.${engine}`,
  engineOf: (vatID: VatID | ''): string => `engine.vat.${vatID}`,
  history: (crank: number): string => `history.${pad(crank)}`,
  historyNewest: 'history.newest',
  timesPrefix: 'times.',
  times: (crank: number): string => `times.${pad(crank)}`,
  linkSelf: 'linkSelf',
  peer: (peer: PeerID | ''): string => `peer.${peer}`,
  linkSents: (peer: PeerID): string => `link.${peer}.s.`,
  linkSent: (peer: PeerID, n: number): string => `link.${peer}.s.${pad(n)}`,
  linkSlows: (peer: PeerID): string => `link.${peer}.slows`,
  linkName: (peer: PeerID, name: PromiseName | ''): string => `link.${peer}.p.${name}`,
  embargo: (peer: PeerID, name: PromiseName | ''): string => `link.${peer}.e.${name}`,
  farIDs: (home: PeerID): string => `link.${home}.o.`,
  farID: (home: PeerID, id: number): string => `link.${home}.o.${pad(id)}`,
  lent: (peer: PeerID, ko: KObject | ''): string => `link.${peer}.l.${ko}`,
  far: (ko: KObject): string => `far.${ko}`,
  via: (kp: KPromise): string => `via.${kp}`,
  told: (kp: KPromise, peer: PeerID): string => `told.${kp}.${peer}`,
  ambientTime: 'ambient.time',
  ambientSeed: 'ambient.seed',
};

/** The end of the range of keys that begin with `prefix` (which ends in a dot). */
export const endOf = (prefix: string): string => `${prefix.slice(0, -1)}/`;

/** Undoes the padding. */
export const numberAtEnd = (key: string): number =>
  parseInt(key.slice(key.lastIndexOf('.') + 1), 36);
