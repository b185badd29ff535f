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
import type { Pauses } from './vats/pauses.js';
import type { Messages } from './messages/messages.js';
import type { Meters } from './meters/meters.js';
import { panic } from './panic.js';
import type { KernelTables } from './tables/kernel-tables.js';
import type { UpgradeRequest } from './tables/deliveries/inboxes.js';
import type { Quotas } from './tables/vats/accounts.js';
import type { NameSpace } from './tables/host-names.js';
import type { Output } from './tables/deliveries/outputs.js';
import { endOf, keys } from './tables/schema.js';
import { makeWaitingCallers } from './vats/waiting-callers.js';
import type { Upgrades } from './vats/upgrades.js';
import type { RequestedVat, VatLifecycle } from './vats/vat-lifecycle.js';

/**
 * The operations of the host. The host is trusted and uses krefs; its references are counted like all others. Each
 * call is made inside a crank.
 */
export interface Host extends HostObjects, LinkHost {
  /** Sends a message. An output tells the host how the promise for the answer is resolved. */
  send(target: KRef, methargs: CapData<KRef>): KPromise;
  /** Requests a vat. The promise is resolved when the vat is announced. */
  createVat(
    options: VatOptions,
    vatParameters: CapData<KRef>,
    quotas?: Quotas,
  ): RequestedVat & { readonly result: KPromise };
  /** Terminates a vat, even a critical one: it is the host's decision. */
  terminateVat(vatID: VatID, isFailure: boolean, info: CapData<KRef>, reason: string): void;
  /** The vat's worker failed: terminates the vat, or rolls back its upgrade in progress. */
  failVat(vatID: VatID, info: CapData<KRef>, reason: string, code?: ErrorCode): void;
  /**
   * Sets the order of deliveries: with `sequential` or `adversarial <seed>` one is out at a time; without an order,
   * as many as the windows allow.
   */
  setDeliveryOrder(order?: string): void;
  /** Hands out deliveries to vats with work again, which the rules of another order may have delayed. */
  resume(): void;
  /** Tells the vat to collect garbage, unless it had no deliveries since its last `bringOutYourDead`. */
  bringOutYourDead(vatID: VatID): void;
  /** The kernel has no other work: tells the vats that wait for this to collect garbage. */
  bringOutDeadAtRest(): void;
  /** Quarantines the vat: it gets no deliveries until it is released, upgraded or terminated. */
  quarantine(vatID: VatID, divergence: Divergence): void;
  /** Lets a quarantined or suspended vat try again. */
  release(vatID: VatID): void;
  /**
   * Rejects the messages that wait for a paused vat, with issue numbers up to `upTo`.
   * @returns whether more of them wait: call it again
   */
  rejectWaiting(vatID: VatID, upTo: IssueNumber): boolean;
  /**
   * Tops up a meter; vats that it suspended continue.
   * @param computrons digits: JSON, and so a history, has no bigints
   */
  topUp(meter: KObject, computrons: string): void;
  /** Requests an upgrade. The promise is resolved when it is complete. */
  upgradeVat(vatID: VatID, request: Omit<UpgradeRequest, 'result'>): KPromise;
  /** Requests a change of options. The promise is resolved when it has taken effect. */
  changeOptions(vatID: VatID, options: ChangeableVatOptions): KPromise;
  /**
   * Replaces the code of a vat without an upgrade. The host has rehearsed that the new code answers each retired
   * delivery with the same syscalls. The next worker replays the transcript on the new code, and so has its state.
   */
  replaceCode(vatID: VatID, bundleID: BundleID): void;
  /** Subscribes the host to a promise. */
  subscribe(kp: KPromise): void;
  /** The object of a service: created by the first call, found by later ones. */
  provideService(name: string): KObject;
  /**
   * The meter of this name: created by the first call with this many computrons, found by later ones.
   * @param remaining digits, as `threshold`: JSON, and so a history, has no bigints
   */
  provideMeter(name: string, remaining: string, threshold: string): KObject;
  /** The object of the vat administration. */
  provideVatAdmin(): KObject;
  /** Adds a reference of the host. */
  pin(kref: KRef): void;
  /** Removes one. */
  unpin(kref: KRef): void;
  /** Removes the pins of a former process: all references that were added by `pin` and have no name. */
  forgetPins(): void;
  /** Gives something a name; without a value, deletes the name. */
  setName(space: NameSpace, name: string, value?: string): void;
  /** The host has processed an output. For a call: with its answer. */
  settleOutput(
    number: number,
    answer?: { readonly isReject: boolean; readonly data: CapData<KRef> },
  ): Output | undefined;
}

export interface HostPowers {
  readonly tables: KernelTables;
  readonly effects: Effects;
  readonly messages: Messages;
  readonly lifecycle: VatLifecycle;
  readonly upgrades: Upgrades;
  readonly changeOptions: ChangeOptions;
  readonly pauses: Pauses;
  readonly meters: Meters;
  readonly links: Links;
}

export const makeHost = ({
  tables,
  effects,
  messages,
  lifecycle,
  upgrades,
  changeOptions,
  pauses,
  meters,
  links,
}: HostPowers): Host => {
  const { inboxes, hostNames, objects, outputs, pins, promises, reapCounters } = tables;
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
    const known = hostNames.find('service', name);
    if (known !== undefined) return known as KObject;
    const ko = objects.add(owner);
    references.retain(ko);
    hostNames.set('service', name, ko);
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
    setDeliveryOrder: (order) => {
      if (order === undefined) rows.delete(keys.deliveryOrder);
      else rows.set(keys.deliveryOrder, order);
    },
    resume: () => {
      for (const vatID of vats.list()) {
        if (inboxes.length(vatID) > 0) inboxes.touch(vatID);
        if (tables.isPaused(vatID)) tables.upgradesInProgress.addPaused(vatID);
      }
    },
    bringOutYourDead,
    bringOutDeadAtRest: () => reapCounters.waitingForRest().forEach(bringOutYourDead),
    quarantine: (vatID, divergence) => pauses.quarantine(vatID, divergence),
    release: (vatID) => pauses.release(vatID),
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
        tables.isPaused(vatID) ||
        tables.upgradesInProgress.find(vatID) !== undefined
      ) {
        throw new CooperageError(
          'BAD_ARGUMENT',
          `the code of ${vatID} cannot be replaced: it has ended, is paused, or is being upgraded`,
        );
      }
      vats.setOptions(vatID, { ...vats.options(vatID), bundleID });
      // Heap images of the old code.
      const images = `${vatID}.s.`;
      for (const key of [...rows.keys(images, endOf(images))]) rows.delete(key);
      effects.add({ type: 'worker-stale', vatID });
    },
    provideService: (name) => provide(name, 'host'),
    provideMeter: (name, remaining, threshold) => {
      const known = hostNames.find('meter', name);
      if (known !== undefined) return known as KObject;
      const meter = meters.make(BigInt(remaining), BigInt(threshold));
      references.retain(meter);
      hostNames.set('meter', name, meter);
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
      if (value === undefined) hostNames.delete(space, name);
      else hostNames.set(space, name, value);
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
