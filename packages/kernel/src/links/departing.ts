/** References, messages and settlements on their way out. */
import {
  isPromiseRef,
  type KObject,
  type KPromise,
  type KRef,
  messageOf,
  errorCapData,
  insistModestAtOnce,
  type Pace,
  type PeerID,
  type Rejection,
  rejectionBy,
  type Work,
} from '@cooperage/types';
import type { Messages } from '../messages/messages.js';
import { resolutionsFrom } from '../messages/notifications.js';
import { leaderOf } from '../messages/redirection.js';
import { panic } from '../panic.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import { idOf } from '../tables/links/link-rows.js';
import type { Departing } from './departing-contract.js';
import type { Lending } from './lending.js';
import {
  type AllegedBy,
  type LinkTarget,
  MOST_HOPS,
  type PromiseName,
  type Settlement,
  type Slot,
} from './link-message.js';
import type { Outbox } from './outbox.js';

/** The promise led back to itself through other kernels, each of which gave it another name. */
const LEADS_TO_ITSELF = rejectionBy(
  { code: 'PROMISE_BROKEN' },
  errorCapData(`the promise was passed on by ${MOST_HOPS} kernels: it leads to itself`),
);

export interface DepartingPowers {
  readonly tables: KernelTables;
  readonly messages: () => Messages;
  readonly outbox: Outbox;
  readonly lending: Lending;
  readonly pace: Pace;
}

/** What a peer learns about the party that rejected a promise. Ids of vats mean nothing to it. */
const allegedBy = ({ by }: Rejection): AllegedBy | null => {
  if (by === undefined) return null;
  const { code, name, reasonCode } = by;
  return {
    ...(code !== undefined && { code }),
    ...(name !== undefined && { name }),
    ...(reasonCode !== undefined && { reasonCode }),
  };
};

/** Why a peer would take it for corrupt: the host may send what no vat may. */
const whyTooMuch = (data: { body: string; slots: readonly string[] }): Rejection | undefined => {
  try {
    insistModestAtOnce([data]);
    return undefined;
  } catch (thrown) {
    return rejectionBy({ code: 'BAD_ARGUMENT' }, errorCapData(messageOf(thrown)));
  }
};

const notFar = (target: KRef): never => panic(`${target} is not of a peer`);

export const makeDeparting = ({
  tables,
  messages,
  outbox,
  lending,
  pace,
}: DepartingPowers): Departing => {
  const { links, promises, references } = tables;

  const setName = (peer: PeerID, name: PromiseName, kp: KPromise): void => {
    links.setName(peer, name, kp);
    references.retain(kp);
  };

  const subscribe = (peer: PeerID, name: PromiseName, kp: KPromise): void => {
    setName(peer, name, kp);
    links.setTold(kp, peer, name);
    const row = promises.get(kp);
    promises.put(kp, { ...row, subscribers: [...row.subscribers, peer] });
  };

  const decidedBy = (peer: PeerID, name: PromiseName, kp: KPromise): void => {
    setName(peer, name, kp);
    links.setVia(kp, { peer, name, sentOn: 0 });
  };

  const objectOut = (to: PeerID, ko: KObject): Slot => {
    const far = links.far(ko);
    if (far === undefined) {
      lending.lend(to, ko, outbox.self());
      return { type: 'object', home: outbox.self(), id: idOf(ko) };
    }
    const { home, id } = far;
    if (home === to || links.isLost(home)) return { type: 'object', home, id };
    const n = outbox.post(home, { op: 'grant', id, peer: to });
    return { type: 'object', home, id, via: { peer: outbox.self(), n } };
  };

  /** A settled promise is passed under a new name, and its resolution follows. */
  const settledOut = (to: PeerID, kp: KPromise, hops: number): Slot => {
    const name = outbox.newName();
    setName(to, name, kp);
    messages().later(() => tellUnder(to, kp, name));
    return { type: 'promise', name, hops };
  };

  const endOfRing = (to: PeerID): Slot => {
    const kp = promises.add('kernel');
    messages().reject(kp, LEADS_TO_ITSELF);
    return settledOut(to, kp, 0);
  };

  const promiseOut = (to: PeerID, kp: KPromise): Slot => {
    const { hops, state } = promises.get(kp);
    if (hops >= MOST_HOPS) return endOfRing(to);
    if (state !== 'unresolved') return settledOut(to, kp, hops + 1);
    const leader = leaderOf(tables, kp);
    const row = promises.get(leader);
    // A promise may still follow another one that was settled earlier in the crank.
    if (row.state !== 'unresolved') return settledOut(to, leader, hops + 1);
    const via = row.decider === to ? links.via(leader) : undefined;
    // The decider has no name for it yet where it is the result of the very message that carries it.
    const known = via?.name ?? links.told(leader, to);
    if (known !== undefined) return { type: 'promise', name: known, hops: row.hops + 1 };
    const name = outbox.newName();
    subscribe(to, name, leader);
    return { type: 'promise', name, hops: row.hops + 1 };
  };

  const slotOut = (to: PeerID, kref: KRef): Slot =>
    isPromiseRef(kref) ? promiseOut(to, kref as KPromise) : objectOut(to, kref as KObject);

  /** Promises whose data name one another are resolved in one message: a name is free when its resolution is applied. */
  const tellUnder = function* (to: PeerID, start: KPromise, name: PromiseName): Work {
    const news = yield* resolutionsFrom(tables, start, pace);
    const names = new Map([[start, name]]);
    for (const [kp] of news) {
      if (names.has(kp) || promises.get(kp).hops >= MOST_HOPS) continue;
      const another = outbox.newName();
      setName(to, another, kp);
      names.set(kp, another);
    }
    const settled: Settlement[] = [];
    for (const [kp, { state, data: found }] of news) {
      const own = names.get(kp);
      if (own === undefined) continue;
      const tooMuch = whyTooMuch(found);
      const data: Rejection = tooMuch ?? found;
      const slots = data.slots.map((slot): Slot => {
        const known = names.get(slot as KPromise);
        if (known === undefined) return slotOut(to, slot);
        return { type: 'promise', name: known, hops: promises.get(slot as KPromise).hops + 1 };
      });
      const isReject = state === 'rejected' || tooMuch !== undefined;
      settled.push({ name: own, isReject, body: data.body, slots, by: allegedBy(data) });
      if (pace.spend(2 + slots.length)) yield;
    }
    outbox.post(to, { op: 'resolve', settled });
  };

  const resultOut = (to: PeerID, kp: KPromise): PromiseName => {
    const name = outbox.newName();
    decidedBy(to, name, kp);
    return name;
  };

  const targetOut = (target: KObject | KPromise): { to: PeerID; target: LinkTarget } => {
    if (!isPromiseRef(target)) {
      const { home, id } = links.far(target as KObject) ?? notFar(target);
      return { to: home, target: { type: 'object', home, id } };
    }
    const kp = target as KPromise;
    const via = links.via(kp) ?? notFar(target);
    links.setVia(kp, { ...via, sentOn: via.sentOn + 1 });
    return { to: via.peer, target: { type: 'promise', name: via.name } };
  };

  return {
    subscribe,
    decidedBy,
    transmit: (receiver, { methargs, result }, hops) => {
      const why = whyTooMuch(methargs);
      if (why !== undefined) return why;
      const { to, target } = targetOut(receiver);
      const slots = methargs.slots.map((slot) => slotOut(to, slot));
      const name = result === null ? null : resultOut(to, result as KPromise);
      outbox.post(to, {
        ...{ op: 'send', target, body: methargs.body, slots },
        ...{ result: name, hops: hops + 1 },
      });
      // Nothing in this kernel holds them any longer because of the message.
      methargs.slots.forEach((slot) => references.recheck(slot));
      return undefined;
    },
    *tell(peer, kp) {
      const name = links.told(kp, peer);
      if (name === undefined || links.isLost(peer)) return;
      links.deleteTold(kp, peer);
      yield* tellUnder(peer, kp, name);
    },
  };
};
