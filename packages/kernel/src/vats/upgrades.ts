import {
  byNumber,
  type CapData,
  type DeliveryNumber,
  clip,
  errorCapData,
  isKPromise,
  isVatAllocated,
  type ErrorCode,
  type KPromise,
  rejectionBy,
  type Rejection,
  ROOT_VREF,
  type VatID,
  type VRef,
  reachedByDataKey,
  recognizedByDataPrefix,
} from '@cooperage/types';
import type { Effects } from '../effects.js';
import type { Pauses } from './pauses.js';
import { makeParkedDeliveries } from './parked-deliveries.js';
import type { Messages } from '../messages/messages.js';
import { isObjectRef } from '../messages/routing.js';
import { smallcapsString } from '../smallcaps.js';
import type { Unreaped } from '../tables/vats/reap-counters.js';
import type { UpgradeInProgress } from '../tables/vats/upgrades-in-progress.js';
import type { UpgradeRequest } from '../tables/deliveries/inboxes.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import { keys } from '../tables/schema.js';

/**
 * Upgrades: the kernel's half of replacing a vat's code and heap, where only its durable data stays. What the old
 * incarnation's last delivery and the new one's first did is kept aside until both are known to be good, and is
 * applied in one crank; or forgotten, and nothing has happened.
 */
export interface Upgrades {
  /** How often the vat was upgraded. */
  incarnation(vatID: VatID): number;
  /** Asks for an upgrade; it begins when the vat's window is empty, or at once where the vat is paused. */
  ask(vatID: VatID, request: UpgradeRequest): void;
  /**
   * Begins an upgrade of a paused vat, where one waits or is under way: its heap is not replayed, and what was handed
   * out to it is parked. The vat is not paused any more; `startVat` is to be handed out next.
   */
  beginWithoutHeap(vatID: VatID): UpgradeInProgress | undefined;
  /** The data of `stopVat`, and the reason with which unresolved promises of the old incarnation are rejected. */
  disconnection(vatID: VatID, request: UpgradeRequest): CapData<never>;
  /** Disconnects the old incarnation: rejects its promises, abandons its exports except for the root and durable
   * objects, and drops its imports except for those that its durable data or `startVat` names.
   */
  disconnect(vatID: VatID, upgrade: UpgradeInProgress): void;
  /** The new incarnation has started. */
  complete(vatID: VatID, upgrade: UpgradeInProgress): void;
  /** The upgrade was rolled back: the old incarnation continues with its heap. */
  rollBack(vatID: VatID, upgrade: UpgradeInProgress, reason: string, code?: ErrorCode): void;
  /** The upgrade is not made, because the vat is terminated. */
  abandon(request: UpgradeRequest, why: Rejection): void;
}

const NOTHING: Unreaped = { deliveries: 0, references: 0 };

/** Whether an export outlives the heap. */
const isDurable = (vref: VRef): boolean => vref === ROOT_VREF || vref.startsWith('o+d');

export interface UpgradesPowers {
  readonly tables: KernelTables;
  readonly effects: Effects;
  readonly messages: Messages;
  readonly pauses: () => Pick<Pauses, 'lift' | 'restore'>;
}

export const makeUpgrades = ({ tables, effects, messages, pauses }: UpgradesPowers): Upgrades => {
  const { backPressure, cLists, counters, reapCounters, upgradesInProgress, inboxes } = tables;
  const { objects, parameters, promises, references, rows, vats, windows } = tables;
  const parked = makeParkedDeliveries(tables);

  const incarnation = (vatID: VatID): number => counters.read(keys.incarnation(vatID));

  const release = ({ vatParameters, result }: UpgradeRequest): void => {
    if (vatParameters !== undefined) references.releaseAll(vatParameters);
    references.release(result);
  };
  const isOpen = (kp: KPromise): boolean => promises.get(kp).state === 'unresolved';
  const fail = (request: UpgradeRequest, why: Rejection): void => {
    if (isOpen(request.result)) messages.reject(request.result, why);
    release(request);
  };

  const disconnection: Upgrades['disconnection'] = (vatID, { upgradeMessage }) => ({
    body: `#${JSON.stringify({
      incarnationNumber: incarnation(vatID),
      name: 'vatUpgraded',
      upgradeMessage: smallcapsString(upgradeMessage),
    })}`,
    slots: [],
  });

  /** @returns those that the vat itself awaits: their notify is still to come, under the name that it knows */
  const rejectPromises = (vatID: VatID, why: Rejection): readonly KPromise[] => {
    const awaited: KPromise[] = [];
    const known = [...cLists.list(vatID)].map(([, { kref }]) => kref).filter(isKPromise);
    for (const kp of [...new Set(known)].sort(byNumber)) {
      const { state, decider, subscribers } = promises.get(kp);
      if (state !== 'unresolved' || decider !== vatID) continue;
      messages.reject(kp, why);
      // The vat itself awaits it, in durable watchers: the new incarnation gets the notify under the same name.
      if (subscribers.includes(vatID)) {
        awaited.push(kp);
        continue;
      }
      const vref = cLists.toVat(vatID, kp);
      const entry = vref === undefined ? undefined : cLists.toKernel(vatID, vref);
      if (vref !== undefined && entry !== undefined) cLists.delete(vatID, vref, entry);
    }
    return awaited;
  };

  const releaseImports = (vatID: VatID, startVat: number): void => {
    const hasRows = (prefix: string): boolean => {
      const from = keys.vatstore(vatID, prefix);
      for (const key of rows.keys(from, `${from}\uffff`)) return key.startsWith(from);
      return false;
    };
    for (const [vref, entry] of [...cLists.list(vatID)]) {
      const { kref } = entry;
      if (!isObjectRef(kref)) continue;
      if (isVatAllocated(vref)) {
        if (isDurable(vref)) continue;
        cLists.delete(vatID, vref, entry);
        objects.put(kref, { ...objects.get(kref), owner: 'none', queued: 0 });
        references.recheck(kref);
        continue;
      }
      if (entry.named === startVat || rows.has(keys.vatstore(vatID, reachedByDataKey(vref))))
        continue;
      if (!hasRows(recognizedByDataPrefix(vref))) cLists.delete(vatID, vref, entry);
      else if (entry.reachable) cLists.makeUnreachable(vatID, vref, entry);
    }
  };

  const end = (
    vatID: VatID,
    { issue, request }: UpgradeInProgress,
    settle: (kp: KPromise) => void,
  ) => {
    upgradesInProgress.delete(vatID);
    inboxes.close(issue);
    if (isOpen(request.result)) settle(request.result);
    release(request);
    // What has waited behind the upgrade can be handed out.
    inboxes.touch(vatID);
  };

  return {
    incarnation,
    disconnection,
    ask: (vatID, request) => {
      if (request.vatParameters !== undefined) references.retainAll(request.vatParameters);
      references.retain(request.result);
      inboxes.append(vatID, ['upgrade', request]);
      if (tables.isPaused(vatID)) upgradesInProgress.addPaused(vatID);
    },
    beginWithoutHeap: (vatID) => {
      const under = upgradesInProgress.find(vatID);
      const found = under ?? inboxes.takeUpgrade(vatID);
      if (found === undefined) return undefined;
      const pause = pauses().lift(vatID);
      // Its dead are brought out when `stopVat` is delivered.
      const unreaped = under === undefined ? reapCounters.find(vatID) : (under.unreaped ?? NOTHING);
      reapCounters.clear(vatID);
      // What an upgrade under way has out is a delivery to the old heap.
      if (under !== undefined) windows.rewind(vatID, windows.acked(vatID) as DeliveryNumber);
      const acked = under === undefined ? parked.park(vatID) : windows.acked(vatID);
      const issue = inboxes.renumber(vatID, found.issue);
      inboxes.postpone(vatID);
      backPressure.shortened(vatID);
      return {
        issue,
        request: found.request,
        step: 'startVat',
        last: windows.delivered(vatID) as DeliveryNumber,
        undo: [],
        withoutHeap: { acked, pause, unreaped },
      };
    },
    disconnect: (vatID, { request, withoutHeap }) => {
      const named = withoutHeap === undefined ? [] : parked.putBack(vatID, withoutHeap.acked);
      const awaited = rejectPromises(
        vatID,
        rejectionBy(
          { code: 'VAT_UPGRADED', vat: vatID, name: vats.options(vatID).name },
          disconnection(vatID, request),
        ),
      );
      releaseImports(vatID, windows.delivered(vatID));
      parked.forgetNames(vatID, named, awaited);
    },
    complete: (vatID, upgrade) => {
      const options = vats.options(vatID);
      const { request, withoutHeap } = upgrade;
      const { bundleID, vatParameters } = request;
      vats.setOptions(vatID, { ...options, bundleID });
      if (vatParameters !== undefined) parameters.set(vatID, vatParameters);
      const incarnationNumber = counters.next(keys.incarnation(vatID));
      const left = withoutHeap && {
        pause: withoutHeap.pause,
        uncollected: withoutHeap.unreaped,
      };
      effects.add({
        type: 'vat-upgraded',
        vatID,
        name: options.name,
        incarnation: incarnationNumber,
        ...(left !== undefined && { withoutHeap: left }),
      });
      const told = { incarnationNumber, ...(left && { uncollected: left.uncollected }) };
      end(vatID, upgrade, (kp) =>
        messages.fulfill(kp, { body: `#${JSON.stringify(told)}`, slots: [] }),
      );
    },
    rollBack: (vatID, upgrade, why, code) => {
      const reason = clip(why);
      const { name } = vats.options(vatID);
      windows.rewind(vatID, upgrade.last);
      for (const [vref, kref, before] of [...upgrade.undo].reverse()) {
        const entry = cLists.toKernel(vatID, vref);
        if (entry === undefined || entry.kref !== kref) continue;
        if (before === null) {
          cLists.delete(vatID, vref, entry);
          continue;
        }
        if (entry.reachable && !before.reachable) cLists.makeUnreachable(vatID, vref, entry);
        cLists.put(vatID, vref, before);
      }
      if (upgrade.withoutHeap !== undefined) {
        parked.unpark(vatID, upgrade.withoutHeap.acked);
        pauses().restore(vatID, upgrade.withoutHeap.pause);
      }
      effects.add({ type: 'worker-stale', vatID });
      effects.add({
        type: 'vat-upgraded',
        vatID,
        name,
        incarnation: incarnation(vatID),
        error: reason,
      });
      const by = {
        vat: vatID,
        name,
        ...(code !== undefined && code !== 'VAT_TERMINATED' && { reasonCode: code }),
      };
      const text = errorCapData(`vat ${name} was not upgraded: ${reason}`);
      end(vatID, upgrade, (kp) =>
        messages.reject(kp, rejectionBy({ code: 'UPGRADE_FAILED', ...by }, text)),
      );
    },
    abandon: fail,
  };
};
