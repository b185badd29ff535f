/** What each op of a peer does. */
import {
  errorCapData,
  type CapData,
  type KObject,
  type KPromise,
  type PeerID,
  rejectionBy,
  soleObject,
  solePromise,
} from '@cooperage/types';
import type { Messages } from '../messages/messages.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import { ownObject } from '../tables/links/link-rows.js';
import { type Arriving, NOT_GIVEN } from './arriving.js';
import type { Lending } from './lending.js';
import type { AllegedBy, LinkOp, OpOf, PromiseName, Settlement } from './link-message.js';
import type { Outbox } from './outbox.js';
import { corrupt } from './parse-link-message.js';

export interface Take {
  /** @throws {CooperageError} `LINK_CORRUPT`: give up the crank */
  take(from: PeerID, op: LinkOp): void;
  /** A settlement is applied that waited for an answer of the peer. */
  applyEmbargoed(from: PeerID, name: PromiseName): void;
  /** Where a settled promise leads: the home of the object that it was settled to, if it was. */
  homeOfLead(data: CapData): PeerID | undefined;
}

export interface TakePowers {
  readonly tables: KernelTables;
  readonly messages: () => Messages;
  readonly outbox: Outbox;
  readonly lending: Lending;
  readonly arriving: Arriving;
}

interface Told {
  readonly kp: KPromise;
  readonly name: PromiseName;
  readonly isReject: boolean;
  readonly by: AllegedBy | null;
  /** Undefined if the peer may not pass one of its references. */
  readonly data: CapData<KObject | KPromise> | undefined;
}

export const makeTake = ({ tables, messages, outbox, lending, arriving }: TakePowers): Take => {
  const { hostNames, links, objects, promises, references } = tables;

  const send = (from: PeerID, op: OpOf<'send'>): void => {
    const { target, result, hops } = op;
    if (target.type === 'object' && target.home !== outbox.self()) {
      corrupt(`${from} sends to o.${target.home}.${target.id}, which is not of this kernel`);
    }
    const to =
      target.type === 'promise'
        ? arriving.named(from, target.name)
        : arriving.ownGiven(from, target.id);
    const methargs = arriving.data(from, op);
    const answer = result === null ? null : arriving.result(from, result);
    if (to === undefined || methargs === undefined) {
      if (answer !== null) messages().reject(answer, NOT_GIVEN);
      return;
    }
    messages().send(to, { methargs, result: answer }, from, hops);
  };

  const homeOfLead = (data: CapData): PeerID | undefined => {
    const lead = soleObject(data) as KObject | undefined;
    return lead === undefined ? undefined : (links.far(lead)?.home ?? outbox.self());
  };

  const release = (from: PeerID, name: PromiseName, kp: KPromise): void => {
    links.deleteName(from, name);
    references.release(kp);
  };

  /** All are read before any is applied: they may name one another. */
  const readSettlement = (from: PeerID, settlement: Settlement): Told => {
    const { name, isReject, body, by } = settlement;
    const kp = arriving.named(from, name);
    const via = links.via(kp);
    if (via?.peer !== from || via.name !== name) {
      corrupt(`${from} resolves ${name}, which it does not decide`);
    }
    if (!isReject && solePromise({ body, slots: settlement.slots.map(() => '') }) !== undefined) {
      corrupt(`${from} resolves ${name} to a promise: a settlement is final`);
    }
    return { kp, name, isReject, by, data: arriving.data(from, settlement) };
  };

  const settle = (from: PeerID, { kp, isReject, by, data }: Omit<Told, 'name'>): void => {
    if (data === undefined) messages().reject(kp, NOT_GIVEN);
    else if (isReject) messages().reject(kp, rejectionBy({ ...by, peer: from }, data));
    else messages().fulfill(kp, data);
  };

  const applySettlement = (from: PeerID, told: Told): void => {
    const { kp, name, isReject, data } = told;
    const sentOn = links.via(kp)?.sentOn ?? 0;
    links.deleteVia(kp);
    const home = isReject || data === undefined ? undefined : homeOfLead(data);
    if (sentOn > 0 && data !== undefined && home !== undefined && home !== from) {
      // What was sent there is on a longer way than what would be sent from now on.
      promises.put(kp, { ...promises.get(kp), decider: undefined });
      links.deleteName(from, name);
      links.setEmbargo(from, name, { promise: kp, data });
      references.retainAll(data);
      outbox.post(from, { op: 'echo', name });
      return;
    }
    outbox.post(from, { op: 'retire', name });
    settle(from, told);
    release(from, name, kp);
  };

  const resolve = (from: PeerID, { settled }: OpOf<'resolve'>): void => {
    const all = new Set(settled.map(({ name }) => name));
    if (all.size < settled.length) corrupt(`${from} resolves a promise twice`);
    const told = settled.map((each) => readSettlement(from, each));
    for (const each of told) applySettlement(from, each);
  };

  /** The peer has applied a settlement: its name is free. */
  const heard = (from: PeerID, { op, name }: OpOf<'retire' | 'echo'>): void => {
    const kp = arriving.named(from, name);
    if (promises.get(kp).state === 'unresolved') {
      corrupt(`${from} acknowledges a resolution of ${name}, which was not sent`);
    }
    if (op === 'echo') {
      const at = homeOfLead(promises.getData(kp)) ?? null;
      const isElsewhere = at !== null && at !== outbox.self() && at !== from;
      outbox.post(from, {
        ...{ op: 'echoed', name, at },
        upTo: isElsewhere ? links.peer(at).sent : 0,
      });
    }
    release(from, name, kp);
  };

  const applyEmbargoed = (from: PeerID, name: PromiseName): void => {
    const { promise, data } =
      links.embargo(from, name) ??
      corrupt(`${from} answers an echo of ${name}, which was not sent`);
    links.deleteEmbargo(from, name);
    messages().fulfill(promise, data);
    references.releaseAll(data);
    references.release(promise);
  };

  const echoed = (from: PeerID, { name, at, upTo }: OpOf<'echoed'>): void => {
    const data = links.embargo(from, name)?.data;
    const home = data === undefined ? undefined : homeOfLead(data);
    if (home === undefined || home !== at) {
      corrupt(`${from} answers an echo of ${name}, which leads to ${home ?? 'nothing'}, not ${at}`);
    }
    if (at !== null) outbox.need(at, from, upTo);
    applyEmbargoed(from, name);
  };

  const grant = (from: PeerID, { id, peer }: OpOf<'grant'>): void => {
    if (peer === outbox.self() || peer === from) corrupt(`${from} grants object ${id} to ${peer}`);
    const ko = arriving.ownGiven(from, id);
    // Void where it was not given, and for a peer that is lost: nothing would give it back.
    if (ko !== undefined && !links.isLost(peer)) lending.lend(peer, ko, from);
  };

  const gc = (from: PeerID, { objects: list }: OpOf<'gc'>): void => {
    for (const [id, counts, keeps] of list) {
      const ko = ownObject(id);
      if (links.lent(from, ko) === undefined) {
        if (outbox.self() in counts) corrupt(`${from} gives object ${id} back too often`);
        continue;
      }
      if (!lending.giveBack(from, ko, counts, keeps)) {
        corrupt(`${from} gives object ${id} back too often`);
      }
    }
  };

  const gone = (from: PeerID, { ids }: OpOf<'gone'>): void => {
    for (const id of ids) {
      const ko = links.findFar(from, id);
      const far = ko === undefined ? undefined : links.far(ko);
      if (ko === undefined || far === undefined) continue;
      // What others say that they gave is no promise of the home.
      if ((far.received[from] ?? 0) > 0)
        corrupt(`${from} says that object ${id} is gone, and gave it`);
      objects.put(ko, { ...objects.get(ko), owner: 'none' });
      references.recheck(ko);
    }
  };

  const find = (from: PeerID, { name, result }: OpOf<'find'>): void => {
    const answer = arriving.result(from, result);
    const offered = hostNames.find('offered', name);
    if (offered !== undefined) {
      messages().fulfill(answer, { body: '#"$0"', slots: [offered as KObject] });
      return;
    }
    messages().reject(
      answer,
      rejectionBy(
        { code: 'NAME_NOT_OFFERED' },
        errorCapData(`${outbox.self()} offers nothing under this name`),
      ),
    );
  };

  return {
    homeOfLead,
    applyEmbargoed,
    take: (from, op) => {
      switch (op.op) {
        case 'send':
          return send(from, op);
        case 'resolve':
          return resolve(from, op);
        case 'retire':
        case 'echo':
          return heard(from, op);
        case 'echoed':
          return echoed(from, op);
        case 'grant':
          return grant(from, op);
        case 'gc':
          return gc(from, op);
        case 'gone':
          return gone(from, op);
        case 'find':
          return find(from, op);
      }
    },
  };
};
