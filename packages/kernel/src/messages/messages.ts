import {
  type CapData,
  errorCapData,
  isKPromise,
  isPeerID,
  type KObject,
  type KPromise,
  type KRef,
  type Message,
  type Pace,
  type PeerID,
  rejectionBy,
  type Rejection,
  solePromise,
  type VatID,
  type Work,
} from '@cooperage/types';
import type { Effects } from '../effects.js';
import type { Departing } from '../links/departing-contract.js';
import { panic } from '../panic.js';
import { type Departure, makeDepartures } from './departures.js';
import { makePlaces } from './places.js';
import { makeToPeers } from './to-peers.js';
import { follow, leaderOf } from './redirection.js';
import { notForZygotes, route } from './routing.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import type { PromiseRow } from '../tables/references/promises.js';

/** The sender of a message; undefined if unknown, because the message was routed before. */
export type Sender = VatID | PeerID | 'host' | undefined;

/** Answers a message to an object of the kernel. Its work is done when it returns. */
export type DeviceCall = (target: KObject, message: Message<KRef>, from: Sender) => void;

const LEADS_TO_ITSELF = rejectionBy(
  { code: 'PROMISE_BROKEN' },
  errorCapData(
    'the promise was resolved to itself, by way of others or directly: it can never be fulfilled',
  ),
);

export interface Messages {
  /**
   * Puts a message where its target leads now. The sender stops being the decider of the result. No vat decides it
   * while the message is in the kernel; the receiver does when the message is handed out.
   * @param hops how many kernels have forwarded it
   */
  send(target: KRef, message: Message<KRef>, from?: Sender, hops?: number): void;
  /**
   * The receiver of a message becomes the decider of its result. A vat with `enablePipelining` gets the messages that
   * wait on that promise, each at its place in the inbox.
   */
  becomeDecider(vatID: VatID, result: KRef): void;
  /** Schedules work in this crank, in slices, behind the work that is already scheduled. */
  later(step: () => Work): void;
  /**
   * Runs the work that sending and settling have scheduled: it notifies the subscribers of settled promises, and
   * forwards their messages.
   */
  drain(): Work;
  /** Whether work is scheduled. */
  readonly hasWork: boolean;
  /** Resets the state after an aborted crank. */
  forget(): void;
  /**
   * Resolves a promise, regardless of its decider, and notifies its subscribers. If `data` is just a promise, the
   * promise is redirected: it is resolved when and as the other one is.
   */
  fulfill(kp: KPromise, data: CapData<KRef>): void;
  /** Rejects a promise, regardless of its decider, and notifies its subscribers. */
  reject(kp: KPromise, reason: Rejection): void;
}

/**
 * Sending and settling lead to each other: a settled promise releases its messages, and a message that cannot be
 * delivered settles its result. The work is kept in a list instead of on the stack, because a chain of pipelined
 * messages can be very long.
 */
export const makeMessages = (
  tables: KernelTables,
  effects: Effects,
  callDevice: DeviceCall,
  departing: () => Departing,
  pace: Pace,
): Messages => {
  const { inboxes, outputs, promises, references, vats } = tables;
  const departures = makeDepartures();
  const places = makePlaces(tables, departures);
  let work: (() => Work)[] = [];
  /** Index in `work` of the next step. */
  let next = 0;

  const later = (step: () => Work): void => {
    work.push(step);
  };

  const decideResult = (
    message: Message<KRef>,
    decider: PeerID | 'host' | 'kernel' | undefined,
  ): void => {
    if (message.result === null) return;
    const kp = message.result as KPromise;
    const row = promises.get(kp);
    if (row.state !== 'unresolved') panic(`${kp} is the result of a message but is resolved`);
    const before = row.decider ?? row.nextDecider;
    if (row.decider !== decider || row.nextDecider !== undefined) {
      promises.put(kp, { ...row, decider, nextDecider: undefined });
    }
    // The messages that wait on it have places in the inbox of a vat that will not decide it any more.
    if (places.isPipelining(before)) departures.add(kp, promises.waiting(kp, row), 'nowhere');
  };

  /** The arguments lose their last reference here: the message may have been the last one that kept a cycle. */
  const refuse = (message: Message<KRef>, why: Rejection): void => {
    decideResult(message, undefined);
    if (message.result !== null) reject(message.result as KPromise, why);
    for (const slot of message.methargs.slots) references.recheck(slot);
  };

  const send = (target: KRef, message: Message<KRef>, from?: Sender, hops = 0): void => {
    const to = route(tables, target);
    switch (to.to) {
      case 'vat': {
        const why = notForZygotes(to.vatID, vats.options(to.vatID), from);
        if (why !== undefined) {
          refuse(message, why);
          break;
        }
        decideResult(message, undefined);
        references.retain(to.target);
        references.retainMessage(message);
        inboxes.append(to.vatID, ['message', to.target, message]);
        if (places.isPipelining(to.vatID)) places.awaitDecider(to.vatID, message.result);
        break;
      }
      case 'host':
        decideResult(message, 'host');
        references.retain(to.target);
        references.retainMessage(message);
        effects.add({ type: 'output', number: outputs.append(['call', to.target, message]) });
        break;
      case 'kernel':
        decideResult(message, 'kernel');
        callDevice(to.target, message, from);
        break;
      case 'promise': {
        decideResult(message, undefined);
        references.retainMessage(message);
        const row = promises.get(to.promise);
        promises.enqueue(to.promise, row, {
          ...message,
          ...(from !== undefined && { from }),
          ...(hops > 0 && { hops }),
        });
        promises.put(to.promise, row);
        const decider = row.decider ?? row.nextDecider;
        if (places.isPipelining(decider)) places.give(decider, to.promise, message.result);
        break;
      }
      case 'peer':
        toPeers.send(to, message, hops);
        break;
      case 'refusal':
        refuse(message, to.why);
        break;
    }
  };

  const depart = ({ promise, message: waiting, placeIn }: Departure): void => {
    if (placeIn === 'nowhere') places.lose(promise, waiting);
    else if (placeIn !== undefined) places.giveIfDecided(placeIn, promise, waiting.result);
    else {
      const { from, methargs, result, hops } = waiting;
      send(promise, { methargs, result }, from, hops);
      references.releaseMoved(waiting);
    }
  };

  const toPeers = makeToPeers({ promises, departing, depart, decideResult, refuse });

  const drain = function* (): Work {
    // Each step may schedule more work, and may do the work before it continues.
    for (;;) {
      // Messages go before notifications, so that no message that a notification causes can overtake them.
      const departure = departures.take();
      if (departure !== undefined) {
        toPeers.depart(departures, departure);
        if (pace.spend(8 + 2 * departure.message.methargs.slots.length)) yield;
        continue;
      }
      if (next === work.length) break;
      const step = work[next] as () => Work;
      next += 1;
      yield* step();
    }
    work = [];
    next = 0;
  };

  /** The promise is settled: notify its subscribers. */
  const conclude = (kp: KPromise, state: PromiseRow['state']): void => {
    const row = promises.get(kp);
    const { subscribers } = row;
    const waiting = promises.takeMessages(kp, row);
    row.state = state;
    row.decider = undefined;
    row.nextDecider = undefined;
    row.subscribers = [];
    promises.put(kp, row);
    references.recheck(kp);
    departures.add(kp, waiting);
    later(function* () {
      for (const subscriber of subscribers) {
        if (subscriber === 'host') {
          effects.add({ type: 'output', number: outputs.append(['notify', kp]) });
        } else if (isPeerID(subscriber)) {
          yield* departing().tell(subscriber, kp);
        } else if (vats.isAlive(subscriber)) {
          inboxes.append(subscriber, ['notify', kp]);
        }
        if (pace.spend(4)) yield;
      }
      yield* concludeFollowers(kp, state);
    });
  };

  const concludeFollowers = function* (kp: KPromise, state: PromiseRow['state']): Work {
    const leader = promises.get(kp).follows;
    for (const follower of yield* promises.followers(kp, pace)) {
      // A follower that was redirected since was notified already.
      if (promises.get(follower).state !== 'unresolved') continue;
      // Shortens long chains of redirections, so that each is followed only once.
      if (leader !== undefined) follow(tables, follower, leader);
      conclude(follower, state);
      if (pace.spend(8)) yield;
    }
  };

  /**
   * The messages that wait on it go behind those that wait on the other promise, and before all later messages to
   * either.
   */
  const redirect = (kp: KPromise, to: KPromise): void => {
    const leader = leaderOf(tables, to);
    if (leader === kp) {
      reject(kp, LEADS_TO_ITSELF);
      return;
    }
    follow(tables, kp, leader);
    const { state } = promises.get(leader);
    if (state !== 'unresolved') {
      conclude(kp, state);
      return;
    }
    const row = promises.get(kp);
    const waiting = promises.takeMessages(kp, row);
    row.decider = undefined;
    row.nextDecider = undefined;
    promises.put(kp, row);
    references.recheck(kp);
    departures.add(kp, waiting);
  };

  const settle = (kp: KPromise, state: 'fulfilled' | 'rejected', data: Rejection): void => {
    const row = promises.get(kp);
    promises.setData(kp, row, data);
    promises.put(kp, row);
    references.retainAll(data);
    conclude(kp, state);
  };

  const insistOpen = (kp: KPromise): void => {
    const { state, follows } = promises.get(kp);
    if (state !== 'unresolved' || follows !== undefined) panic(`${kp} is resolved twice`);
  };

  const fulfill = (kp: KPromise, { body, slots }: CapData<KRef>): void => {
    insistOpen(kp);
    const to = solePromise({ body, slots });
    if (to !== undefined && isKPromise(to)) redirect(kp, to);
    else settle(kp, 'fulfilled', { body, slots });
  };

  const reject = (kp: KPromise, { body, slots, by = {} }: Rejection): void => {
    insistOpen(kp);
    const who = by.code === undefined || by.id !== undefined ? by : { ...by, id: kp };
    settle(kp, 'rejected', rejectionBy(who, { body, slots }));
  };

  return {
    send,
    becomeDecider: places.becomeDecider,
    fulfill,
    reject,
    later,
    drain,
    get hasWork() {
      return next < work.length || !departures.isEmpty;
    },
    forget: () => {
      departures.clear();
      toPeers.forget();
      work = [];
      next = 0;
    },
  };
};
