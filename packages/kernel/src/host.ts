import {
  type BundleID,
  type CapData,
  type ChangeableVatOptions,
  CooperageError,
  type Divergence,
  type KObject,
  type KPromise,
  type ErrorCode,
  type IssueNumber,
  type KRef,
  type VatID,
  type VatOptions,
} from '@cooperage/types';
import type { ChangeOptions } from './vats/change-options.js';
import type { Effects } from './effects.js';
import { type HostObjects, makeHostObjects, rejectionOfHost } from './host-objects.js';
import type { LinkHost, Links } from './links/links.js';
import type { Halts } from './vats/halts.js';
import type { Messages } from './messages/messages.js';
import type { Meters } from './meters/meters.js';
import { panic } from './panic.js';
import type { KernelTables } from './tables/kernel-tables.js';
import type { UpgradeRequest } from './tables/deliveries/inboxes.js';
import type { Quotas } from './tables/vats/accounts.js';
import type { NameSpace } from './tables/names.js';
import type { Output } from './tables/deliveries/outputs.js';
import { endOf, keys } from './tables/schema.js';
import { makeWaitingCallers } from './vats/waiting-callers.js';
import type { Upgrades } from './vats/upgrades.js';
import type { RequestedVat, VatLifecycle } from './vats/vat-lifecycle.js';

/**
 * What the host may do. The host is trusted and speaks in krefs; what it holds
 * is counted like everything else. Each call is made inside a crank.
 */
export interface Host extends HostObjects, LinkHost {
  /** Sends a message; the promise for its answer is told to the host by an output. */
  send(target: KRef, methargs: CapData<KRef>): KPromise;
  /** Asks for a vat; the promise is told to the host when the vat is announced. */
  createVat(
    options: VatOptions,
    vatParameters: CapData<KRef>,
    quotas?: Quotas,
  ): RequestedVat & { readonly result: KPromise };
  /** Ends a vat, also a critical one: it is the host's decision. */
  terminateVat(vatID: VatID, isFailure: boolean, info: CapData<KRef>, reason: string): void;
  /** The vat's worker is at fault; ends the vat, or the upgrade that it is in the middle of. */
  failVat(vatID: VatID, info: CapData<KRef>, reason: string, code?: ErrorCode): void;
  /** From now on one delivery is out at a time, and which one: `sequential`, `adversarial <seed>`; without it, as windows let. */
  takeTurns(order?: string): void;
  /** Vats that have work waiting are looked at again: they may have waited for another order's reasons. */
  resume(): void;
  /** Tells the vat to bring out its dead, unless nothing was delivered to it since it was last told. */
  bringOutYourDead(vatID: VatID): void;
  /** There is nothing else to do: tells those vats that wait for that. */
  bringOutDeadAtRest(): void;
  /** Nothing is handed out to the vat any more, until it is released or ended. */
  quarantine(vatID: VatID, divergence: Divergence): void;
  /** A vat that is in quarantine or suspended may try again. */
  release(vatID: VatID): void;
  /**
   * Rejects what waits for a vat in quarantine or suspended, with an issue number up to `upTo`.
   * @returns whether more of it waits: call it again
   */
  rejectWaiting(vatID: VatID, upTo: IssueNumber): boolean;
  /**
   * More for the vats of a meter to use: those that were suspended for want of it go on.
   * @param computrons digits: a bigint could not be written into a history
   */
  topUp(meter: KObject, computrons: string): void;
  /** Asks for an upgrade; the promise is told to the host when it is over. */
  upgradeVat(vatID: VatID, request: Omit<UpgradeRequest, 'result'>): KPromise;
  /** Asks for a change of options; the promise is told to the host when it has taken effect. */
  changeOptions(vatID: VatID, options: ChangeableVatOptions): KPromise;
  /**
   * From now on the vat's history is repeated by other code: by code of which the host has seen that it answers each
   * retired delivery with the same syscalls. The new code takes over with the state that this gives it.
   */
  replaceCode(vatID: VatID, bundleID: BundleID): void;
  /** The host wants to be told. */
  subscribe(kp: KPromise): void;
  /** The object that answers for a service: made the first time, and found again later. */
  provideService(name: string): KObject;
  /**
   * The meter of this name: made the first time with so many computrons, and found again later.
   * @param remaining digits, as `threshold`: a bigint could not be written into a history
   */
  provideMeter(name: string, remaining: string, threshold: string): KObject;
  /** The object of the vat administration. */
  provideVatAdmin(): KObject;
  /** One more hold by the host. */
  pin(kref: KRef): void;
  /** One less. */
  unpin(kref: KRef): void;
  /** Lets go of everything that `pin` holds and no name does: what a process that is gone held. */
  forgetPins(): void;
  /** Names something; without a value the name stands for nothing any more. */
  setName(space: NameSpace, name: string, value?: string): void;
  /** The host has dealt with an output. For a call: with the answer to it. */
  settleOutput(
    number: number,
    answer?: { readonly isReject: boolean; readonly data: CapData<KRef> },
  ): Output | undefined;
}

export const makeHost = (
  tables: KernelTables,
  effects: Effects,
  messages: Messages,
  lifecycle: VatLifecycle,
  upgrades: Upgrades,
  changeOptions: ChangeOptions,
  halts: Halts,
  meters: Meters,
  links: Links,
): Host => {
  const { inboxes, names, objects, outputs, pins, promises, reapCounters } = tables;
  const { references, rows, vats } = tables;
  const waitingCallers = makeWaitingCallers(tables, messages);

  const subscribe = (kp: KPromise): void => {
    const row = promises.get(kp);
    references.retain(kp);
    if (row.state === 'unresolved') {
      promises.put(kp, { ...promises.get(kp), subscribers: [...row.subscribers, 'host'] });
    } else {
      effects.add({ type: 'output', number: outputs.append(['notify', kp]) });
    }
  };

  const provide = (name: string, owner: 'host' | 'kernel'): KObject => {
    const known = names.find('service', name);
    if (known !== undefined) return known as KObject;
    const ko = objects.add(owner);
    references.retain(ko);
    names.set('service', name, ko);
    return ko;
  };

  const unpin = (kref: KRef): void => {
    const key = keys.pin(kref);
    const held = pins.read(key);
    if (held === 0) panic(`${kref} is not pinned`);
    if (held === 1) pins.delete(key);
    else pins.write(key, held - 1);
    references.release(kref);
  };

  const bringOutYourDead = (vatID: VatID): void => {
    if (!vats.isAlive(vatID) || !reapCounters.hasUnreaped(vatID)) return;
    reapCounters.clear(vatID);
    inboxes.append(vatID, ['bringOutYourDead']);
  };

  return {
    ...makeHostObjects(tables, messages),
    ...links.host(subscribe),
    subscribe,
    unpin,
    send: (target, methargs) => {
      const result = promises.add(undefined);
      subscribe(result);
      messages.send(target, { methargs, result }, 'host');
      return result;
    },
    createVat: (options, vatParameters, quotas) => {
      const result = promises.add('kernel');
      subscribe(result);
      return { ...lifecycle.create(options, vatParameters, result, undefined, quotas), result };
    },
    terminateVat: (vatID, isFailure, info, reason) => {
      lifecycle.end(vatID, isFailure, info, { reason });
    },
    failVat: (vatID, info, reason, code) => lifecycle.fail(vatID, () => info, { reason, code }),
    takeTurns: (order) => {
      if (order === undefined) rows.delete(keys.deliveryOrder);
      else rows.set(keys.deliveryOrder, order);
    },
    resume: () => {
      for (const vatID of vats.list()) {
        if (inboxes.length(vatID) > 0) inboxes.touch(vatID);
        if (tables.isHalted(vatID)) tables.upgradesInProgress.noteHalted(vatID);
      }
    },
    bringOutYourDead,
    bringOutDeadAtRest: () => reapCounters.waitingForRest().forEach(bringOutYourDead),
    quarantine: (vatID, divergence) => halts.quarantine(vatID, divergence),
    release: (vatID) => halts.release(vatID),
    rejectWaiting: (vatID, upTo) => waitingCallers.reject(vatID, upTo),
    topUp: (meter, computrons) => meters.add(meter, BigInt(computrons)),
    upgradeVat: (vatID, request) => {
      const result = promises.add('kernel');
      subscribe(result);
      upgrades.ask(vatID, { ...request, result });
      return result;
    },
    changeOptions: (vatID, options) => {
      const result = promises.add('kernel');
      subscribe(result);
      changeOptions.ask(vatID, options, result);
      return result;
    },
    replaceCode: (vatID, bundleID) => {
      if (
        !vats.isAlive(vatID) ||
        tables.isHalted(vatID) ||
        tables.upgradesInProgress.find(vatID) !== undefined
      ) {
        throw new CooperageError(
          'BAD_ARGUMENT',
          `the code of ${vatID} cannot be replaced: it has ended, is halted, or is being upgraded`,
        );
      }
      vats.setOptions(vatID, { ...vats.options(vatID), bundleID });
      // Images of what the former code has in memory.
      const images = `${vatID}.s.`;
      for (const key of [...rows.keys(images, endOf(images))]) rows.delete(key);
      effects.add({ type: 'worker-stale', vatID });
    },
    provideService: (name) => provide(name, 'host'),
    provideMeter: (name, remaining, threshold) => {
      const known = names.find('meter', name);
      if (known !== undefined) return known as KObject;
      const meter = meters.make(BigInt(remaining), BigInt(threshold));
      references.retain(meter);
      names.set('meter', name, meter);
      return meter;
    },
    provideVatAdmin: () => {
      const ko = provide('vatAdmin', 'kernel');
      rows.set(keys.device(ko), 'vatAdmin');
      return ko;
    },
    pin: (kref) => {
      pins.next(keys.pin(kref));
      references.retain(kref);
    },
    forgetPins: () => {
      for (const key of [...rows.keys('pin.', 'pin/')]) {
        const kref = key.slice('pin.'.length) as KRef;
        for (let i = pins.read(key); i > 0; i -= 1) unpin(kref);
      }
    },
    setName: (space, name, value) => {
      if (value === undefined) names.delete(space, name);
      else names.set(space, name, value);
    },
    settleOutput: (number, answer) => {
      const output = outputs.find(number);
      if (output === undefined) return undefined;
      outputs.delete(number);
      if (output[0] === 'notify') {
        references.release(output[1]);
        return output;
      }
      const [, service, message] = output;
      if (message.result !== null && answer !== undefined) {
        const { state } = promises.get(message.result as KPromise);
        if (state === 'unresolved') {
          const result = message.result as KPromise;
          if (!answer.isReject) messages.fulfill(result, answer.data);
          else messages.reject(result, rejectionOfHost(tables, service, answer.data));
        }
      }
      references.release(service);
      references.releaseMessage(message);
      return output;
    },
  };
};
