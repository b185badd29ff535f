import {
  byNumber,
  formatKPromise,
  isKPromise,
  isPromiseRef,
  type KPromise,
  type KRef,
  type Message,
  type Pace,
  type PeerID,
  type Rejection,
  sortInSlices,
  type Tables,
  type VatID,
  type Work,
} from '@cooperage/types';
import { panic } from '../../panic.js';
import type { CellCache } from '../cells.js';
import type { Counters } from '../counters.js';
import { endOf, keys } from '../schema.js';

/** The party that may resolve a promise; undefined while the message that it answers is in the kernel. */
export type Decider = VatID | PeerID | 'host' | 'kernel' | undefined;
export type Subscriber = VatID | PeerID | 'host';

/**
 * A message that waits on a promise, its sender, and its number among all messages that have waited in this kernel
 * (absent if an earlier version stored it).
 */
export type WaitingMessage = Message<KRef> & {
  readonly from?: VatID | PeerID | 'host';
  readonly stamp?: number;
  /** How many kernels have forwarded it. */
  readonly hops?: number;
};

export interface PromiseRow {
  state: 'unresolved' | 'fulfilled' | 'rejected';
  /** References: c-list entries, queued messages, promise data, outputs, pins. */
  references: number;
  decider: Decider;
  /**
   * The vat with `enablePipelining` whose inbox contains the message that the promise answers. It becomes the decider
   * when that message is handed out; messages to the promise have their places in its inbox already.
   */
  nextDecider: VatID | undefined;
  /** The promise to which it was redirected: it is settled with that one, and has no decider. */
  follows: KPromise | undefined;
  /** The number of promises that follow it. */
  followers: number;
  /** The number of messages that wait on it. */
  queued: number;
  /** How many were removed before the first of them; 0 if none waits. */
  taken: number;
  /** Its resolution names promises, so it can be part of a cycle. */
  links: boolean;
  subscribers: Subscriber[];
  /** How many kernels have passed it on before it came here. */
  hops: number;
}

/**
 * The only reference to it is that of a follower, and it follows another promise: the follower can follow that one
 * directly.
 */
export const isDetour = ({ follows, followers, references }: PromiseRow): boolean =>
  follows !== undefined && references === 1 && followers === 1;

export interface Promises {
  add(decider: Decider): KPromise;
  find(kp: KPromise): PromiseRow | undefined;
  get(kp: KPromise): PromiseRow;
  put(kp: KPromise, row: PromiseRow): void;
  delete(kp: KPromise): void;
  /** Its resolution, and the party that rejected it. If it follows another promise, the data of that one. */
  getData(kp: KPromise): Rejection;
  /** The promises that its resolution names. The data itself is not cached. */
  getLinks(kp: KPromise): readonly KPromise[];
  /** Changes `row` as well; the caller puts it. */
  setData(kp: KPromise, row: PromiseRow, data: Rejection): void;
  /** Makes `kp` follow `to`, or no promise. Changes and puts the rows of all three; counts no reference. */
  setFollows(kp: KPromise, to: KPromise | undefined): void;
  /** The promise at the end of the chain that it follows; itself if it follows none. */
  leader(kp: KPromise): KPromise;
  /** Its followers, oldest first. */
  followers(kp: KPromise, pace: Pace): Work<KPromise[]>;
  /** Changes `row` as well; the caller puts it. */
  enqueue(kp: KPromise, row: PromiseRow, message: WaitingMessage): void;
  messages(kp: KPromise, row: PromiseRow): WaitingMessage[];
  /**
   * The messages that wait on it now, in order. Each is read when it is requested; ends at a message that is gone by
   * then.
   */
  waiting(kp: KPromise, row: PromiseRow): IterableIterator<WaitingMessage>;
  /** Removes and returns the first message. Changes `row` as well; the caller puts it. */
  takeMessage(kp: KPromise, row: PromiseRow): WaitingMessage;
  /** Removes all messages, each as it is requested. Changes `row` as well; the caller puts it. */
  takeMessages(kp: KPromise, row: PromiseRow): IterableIterator<WaitingMessage>;
  /** Forgets redirections of the crank: they are flushed or undone. */
  settle(): void;
}

const STATES = { u: 'unresolved', f: 'fulfilled', r: 'rejected' } as const;

export const parsePromiseRow = (text: string): PromiseRow => {
  const fields = text.split(' ');
  const [state, references, decider, queued, links, subscribers] = fields as [
    'u' | 'f' | 'r',
    ...[references: string, decider: string, queued: string, links: string, subscribers: string],
  ];
  const [taken = '0', followers = '0', hops = '0'] = fields.slice(6);
  const follows = isKPromise(decider) ? decider : undefined;
  const nextDecider = decider.endsWith('?') ? (decider.slice(0, -1) as VatID) : undefined;
  const isDecided = decider !== '-' && follows === undefined && nextDecider === undefined;
  return {
    state: STATES[state],
    references: Number(references),
    decider: isDecided ? (decider as Decider) : undefined,
    nextDecider,
    follows,
    followers: Number(followers),
    queued: Number(queued),
    taken: Number(taken),
    links: links === '1',
    subscribers: subscribers === '-' ? [] : (subscribers.split(',') as Subscriber[]),
    hops: Number(hops),
  };
};

const format = (row: PromiseRow): string => {
  const { state, references, followers, queued, links, subscribers, taken } = row;
  const next = row.nextDecider === undefined ? '-' : `${row.nextDecider}?`;
  const decider = row.decider ?? row.follows ?? next;
  const told = subscribers.length === 0 ? '-' : subscribers.join(',');
  const hops = row.hops > 0 ? ` ${row.hops}` : '';
  const rest =
    followers > 0 || hops !== '' ? ` ${taken} ${followers}${hops}` : taken > 0 ? ` ${taken}` : '';
  return `${state[0] as string} ${references} ${decider} ${queued} ${links ? 1 : 0} ${told}${rest}`;
};

export const makePromises = (tables: Tables, cache: CellCache, counters: Counters): Promises => {
  const cells = cache.make({
    parse: parsePromiseRow,
    format,
    copy: (row) => ({ ...row, subscribers: [...row.subscribers] }),
  });
  const dataCells = cache.make({
    parse: (text) => JSON.parse(text) as Rejection,
    format: JSON.stringify,
    weigh: ({ body }) => body.length,
  });
  const queues = cache.make({
    parse: (text) => JSON.parse(text) as WaitingMessage,
    format: JSON.stringify,
    weigh: ({ methargs }) => methargs.body.length,
  });
  const marks = cache.make({ parse: String, format: String });
  const find = (kp: KPromise): PromiseRow | undefined => cells.get(kp);
  const get = (kp: KPromise): PromiseRow =>
    find(kp) ?? panic(`${kp} is retained but does not exist`);
  const leader = (kp: KPromise): KPromise => {
    let found = kp;
    for (let next = get(kp).follows; next !== undefined; next = get(found).follows) found = next;
    return found;
  };
  const addFollower = (followed: KPromise, by: number): void => {
    const row = get(followed);
    cells.set(followed, { ...row, followers: row.followers + by });
  };
  /** Redirections of this crank, which no row has yet. */
  let fresh = new Map<KPromise, Set<KPromise>>();
  /** All followers, and some former ones. */
  const candidates = function* (kp: KPromise): IterableIterator<KPromise> {
    const prefix = keys.follower(kp, '');
    for (const key of tables.keys(prefix, endOf(prefix))) {
      yield key.slice(prefix.length) as KPromise;
    }
    yield* fresh.get(kp) ?? [];
  };
  const messageAt = (kp: KPromise, i: number): WaitingMessage =>
    queues.get(keys.promiseMessage(kp, i)) ?? panic(`message ${i} of ${kp} is missing`);
  const messages = (kp: KPromise, row: PromiseRow): WaitingMessage[] =>
    Array.from({ length: row.queued }, (_, i) => messageAt(kp, row.taken + i));
  const takeFrom = function* (
    kp: KPromise,
    first: number,
    end: number,
  ): IterableIterator<WaitingMessage> {
    for (let i = first; i < end; i += 1) {
      const message = messageAt(kp, i);
      queues.delete(keys.promiseMessage(kp, i));
      yield message;
    }
  };
  return {
    find,
    put: (kp, row) => cells.set(kp, row),
    messages,
    get,
    setFollows: (kp, to) => {
      const { follows, ...row } = get(kp);
      if (follows !== undefined) {
        marks.delete(keys.follower(follows, kp));
        addFollower(follows, -1);
      }
      if (to !== undefined) {
        marks.add(keys.follower(to, kp), '1');
        const known = fresh.get(to);
        if (known === undefined) fresh.set(to, new Set([kp]));
        else known.add(kp);
        addFollower(to, 1);
      }
      cells.set(kp, { ...row, follows: to });
    },
    *followers(kp, pace) {
      if (get(kp).followers === 0) return [];
      const found = new Set<KPromise>();
      for (const follower of candidates(kp)) {
        if (marks.get(keys.follower(kp, follower)) !== undefined) found.add(follower);
        if (pace.spend(1)) yield;
      }
      const list = [...found];
      yield* sortInSlices(list, byNumber, pace);
      return list;
    },
    add: (decider) => {
      const kp = formatKPromise(counters.next(keys.counter('promise')));
      cells.add(kp, {
        state: 'unresolved',
        references: 0,
        decider,
        nextDecider: undefined,
        follows: undefined,
        followers: 0,
        queued: 0,
        taken: 0,
        links: false,
        subscribers: [],
        hops: 0,
      });
      return kp;
    },
    delete: (kp) => {
      cells.delete(kp);
      dataCells.delete(keys.promiseData(kp));
    },
    leader,
    getData: (kp) =>
      dataCells.get(keys.promiseData(leader(kp))) ?? panic(`${kp} is resolved but has no data`),
    getLinks: (kp) => {
      const led = leader(kp);
      if (!get(led).links) return [];
      const key = keys.promiseData(led);
      const { slots } = dataCells.peek(key) ?? panic(`${kp} is resolved but has no data`);
      return slots.filter((slot): slot is KPromise => isPromiseRef(slot));
    },
    setData: (kp, row, data) => {
      row.links = data.slots.some(isPromiseRef);
      dataCells.set(keys.promiseData(kp), data);
    },
    enqueue: (kp, row, message) => {
      const stamp = counters.next(keys.counter('stamp'));
      queues.add(keys.promiseMessage(kp, row.taken + row.queued), { ...message, stamp });
      row.queued += 1;
    },
    *waiting(kp, { taken, queued }) {
      for (let i = taken; i < taken + queued; i += 1) {
        const message = queues.get(keys.promiseMessage(kp, i));
        if (message === undefined) return;
        yield message;
      }
    },
    takeMessage: (kp, row) => {
      const first = messageAt(kp, row.taken);
      queues.delete(keys.promiseMessage(kp, row.taken));
      row.queued -= 1;
      row.taken = row.queued === 0 ? 0 : row.taken + 1;
      return first;
    },
    takeMessages: (kp, row) => {
      const first = row.taken;
      const end = first + row.queued;
      row.queued = 0;
      row.taken = 0;
      return takeFrom(kp, first, end);
    },
    settle: () => {
      if (fresh.size > 0) fresh = new Map();
    },
  };
};
