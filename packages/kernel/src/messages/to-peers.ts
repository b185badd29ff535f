/** Messages to peer kernels, and the messages that are queued on their results. */
import type { KPromise, KRef, Message, PeerID, Rejection } from '@cooperage/types';
import { type Departing, FORWARDED_TOO_OFTEN } from '../links/departing-contract.js';
import { MOST_HOPS } from '../links/link-message.js';
import type { Promises } from '../tables/references/promises.js';
import { type Departure, type Departures, makeDepartures } from './departures.js';
import { isObjectRef, type Route } from './routing.js';

export interface ToPeers {
  /** @param hops how many kernels have forwarded the message */
  send(to: Extract<Route, { to: 'peer' }>, message: Message<KRef>, hops: number): void;
  /** Sends on the first message of a queue of departures; what that releases joins the queue. */
  depart(from: Departures, departure: Departure): void;
  /** After an aborted crank. */
  forget(): void;
}

export interface ToPeersPowers {
  readonly promises: Promises;
  readonly departing: () => Departing;
  readonly depart: (departure: Departure) => void;
  /** The decider of the result of a message is another one from now on. */
  readonly decideResult: (message: Message<KRef>, decider: PeerID) => void;
  readonly refuse: (message: Message<KRef>, why: Rejection) => void;
}

export const makeToPeers = (powers: ToPeersPowers): ToPeers => {
  const { promises, departing, decideResult, refuse } = powers;
  /** Where no settlement releases messages: those that go behind one message, in the order in which they came to wait. */
  const behind = makeDepartures();
  /** The queue from which messages are being taken. */
  let current: Departures | undefined;

  const depart = (from: Departures, departure: Departure): void => {
    current = from;
    powers.depart(departure);
    current = undefined;
  };

  /** Messages queued on the result of a message to a peer are sent there, before any later ones to that result. */
  const sendBehind = (result: KRef | null): void => {
    if (result === null) return;
    const kp = result as KPromise;
    const row = promises.get(kp);
    if (row.queued === 0) return;
    const waiting = promises.takeMessages(kp, row);
    promises.put(kp, row);
    if (current !== undefined) {
      current.add(kp, waiting);
      return;
    }
    behind.add(kp, waiting);
    for (let each = behind.take(); each !== undefined; each = behind.take()) depart(behind, each);
  };

  return {
    depart,
    send: ({ peer, target }, message, hops) => {
      if (!isObjectRef(target) && hops >= MOST_HOPS) {
        refuse(message, FORWARDED_TOO_OFTEN);
        return;
      }
      decideResult(message, peer);
      const why = departing().transmit(target, message, hops);
      if (why !== undefined) refuse(message, why);
      else sendBehind(message.result);
    },
    forget: () => {
      behind.clear();
      current = undefined;
    },
  };
};
