/** Translates references that arrive: a peer may name only what it was given. */
import {
  errorCapData,
  type CapData,
  type KObject,
  type KPromise,
  type PeerID,
  type Rejection,
  rejectionBy,
} from '@cooperage/types';
import type { KernelTables } from '../tables/kernel-tables.js';
import { ownObject } from '../tables/links/link-rows.js';
import type { Departing } from './departing-contract.js';
import type { Lending } from './lending.js';
import type { PromiseName, Slot } from './link-message.js';
import type { Outbox } from './outbox.js';
import { corrupt } from './parse-link-message.js';

/** The peer named an object that it was not given. That need not be its fault: a third peer may have lied about a grant. */
export const NOT_GIVEN: Rejection = rejectionBy(
  { code: 'OBJECT_GONE' },
  errorCapData('the kernel that names this object was not given it'),
);

export interface Arriving {
  /** The promise that the peer has this name for. */
  named(from: PeerID, name: PromiseName): KPromise;
  /** A promise whose result the peer waits for. */
  result(from: PeerID, name: PromiseName): KPromise;
  /** An object of this kernel that the peer names; undefined where it was not given it. */
  ownGiven(from: PeerID, id: number): KObject | undefined;
  /**
   * What the peer passes; undefined where it may not pass something of it. All that it passes is counted as received
   * nevertheless.
   */
  data(
    from: PeerID,
    passed: { readonly body: string; readonly slots: readonly Slot[] },
  ): CapData<KObject | KPromise> | undefined;
}

export interface ArrivingPowers {
  readonly tables: KernelTables;
  readonly outbox: Outbox;
  readonly lending: Lending;
  readonly departing: Departing;
}

export const makeArriving = ({ tables, outbox, lending, departing }: ArrivingPowers): Arriving => {
  const { links, objects, promises, references } = tables;

  /** A new name is one that its sender has allocated: it cannot stand in the way of one of this kernel's. */
  const insistOwnName = (from: PeerID, name: PromiseName): void => {
    if (!name.startsWith(`${from}#`))
      corrupt(`${from} gives the name ${name}, which is not its own`);
  };

  const farObject = (home: PeerID, id: number): KObject => {
    const known = links.findFar(home, id);
    if (known !== undefined) return known;
    const ko = objects.add(home);
    if (links.isLost(home)) objects.put(ko, { ...objects.get(ko), owner: `none:${home}` });
    links.setFar(ko, { home, id, received: {}, keeps: false });
    return ko;
  };

  const ownGiven = (from: PeerID, id: number): KObject | undefined => {
    const ko = ownObject(id);
    return lending.isGiven(from, ko) ? ko : undefined;
  };

  const objectIn = (
    from: PeerID,
    { home, id, via }: Extract<Slot, { type: 'object' }>,
  ): KObject | undefined => {
    if (via !== undefined && (via.peer !== from || home === from)) {
      corrupt(`${from} passes o.${home}.${id} with a grant of ${via.peer}`);
    }
    if (home === outbox.self()) return ownGiven(from, id);
    const ko = farObject(home, id);
    const far = links.far(ko);
    if (far !== undefined) {
      const received = { ...far.received, [from]: (far.received[from] ?? 0) + 1 };
      links.setFar(ko, { ...far, received });
    }
    if (via !== undefined) outbox.need(home, from, via.n);
    // It may be that nothing will retain it.
    references.recheck(ko);
    return ko;
  };

  const promiseIn = (
    from: PeerID,
    { name, hops }: Extract<Slot, { type: 'promise' }>,
  ): KPromise => {
    const known = links.promise(from, name);
    if (known !== undefined) return known;
    insistOwnName(from, name);
    const kp = promises.add(from);
    if (hops > 0) promises.put(kp, { ...promises.get(kp), hops });
    departing.decidedBy(from, name, kp);
    return kp;
  };

  return {
    ownGiven,
    named: (from, name) =>
      links.promise(from, name) ?? corrupt(`${from} names the promise ${name}, which is none`),
    result: (from, name) => {
      insistOwnName(from, name);
      if (links.promise(from, name) !== undefined) corrupt(`${from} gives the name ${name} again`);
      const kp = promises.add(undefined);
      departing.subscribe(from, name, kp);
      return kp;
    },
    data: (from, { body, slots: passed }) => {
      const slots: (KObject | KPromise)[] = [];
      let mayAll = true;
      for (const slot of passed) {
        const kref = slot.type === 'object' ? objectIn(from, slot) : promiseIn(from, slot);
        if (kref === undefined) mayAll = false;
        else slots.push(kref);
      }
      return mayAll ? { body, slots } : undefined;
    },
  };
};
