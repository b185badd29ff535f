import { allowanceOf } from '../meters/allowance.js';
import { DROP_QUEUED, isOrphan, RETIRE_QUEUED } from '../tables/references/objects.js';
import {
  type ExclusiveWork,
  isExclusive,
  type InboxEntry,
  type InboxWork,
  waitsForQuiet,
} from '../tables/deliveries/inboxes.js';
import type { Kernel } from '../kernel.js';
import { resolutionsFrom } from '../messages/notifications.js';
import type {
  DeliveryNumber,
  IssueNumber,
  KObject,
  KPromise,
  KRef,
  Message,
  NumberedDelivery,
  VatDeliveryObject,
  VatID,
  VatResolution,
  VRef,
  Work,
} from '@cooperage/types';
import type { Ambient } from '../core/ambient.js';
import type { References } from '../records/references.js';

export interface HandOut {
  /**
   * Translates and hands out deliveries of the vat's inbox, as many as its window has room for. It depends only on
   * the tables, so in `issue` order every c-list is a function of the history.
   */
  fillWindow(vatID: VatID): Work;
  /** Hands out one entry of the inbox: the one that is `place` entries behind the first. */
  takeOut(vatID: VatID, place: number): Work;
  /** Hands out one delivery that does not come from the inbox. */
  readonly open: (vatID: VatID, issue: IssueNumber, delivery: VatDeliveryObject) => void;
}

/** Begins exclusive work. The window is empty, and the work is out of the inbox. */
export type BeginExclusive = (vatID: VatID, issue: IssueNumber, work: ExclusiveWork) => Work;

/** The part of an entry that can still be delivered; undefined for none. */
type Translator = (
  vatID: VatID,
  work: Exclude<InboxWork, ExclusiveWork>,
  n: DeliveryNumber,
) => Work<VatDeliveryObject | undefined>;

export interface HandOutPowers {
  readonly kernel: Kernel;
  readonly names: References;
  readonly ambient: Ambient;
  readonly beginExclusive: BeginExclusive;
}

export const makeHandOut = ({ kernel, names, ambient, beginExclusive }: HandOutPowers): HandOut => {
  const { effects, messages, pace, tables } = kernel;
  const {
    backPressure,
    cLists,
    reapCounters,
    upgradesInProgress,
    inboxes,
    isPaused,
    objects,
    promises,
    references,
    vats,
    windows,
  } = tables;

  const message = function* (
    vatID: VatID,
    target: KObject,
    carried: Message<KRef>,
    n: DeliveryNumber,
  ): Work<VatDeliveryObject | undefined> {
    if (objects.get(target).owner !== vatID) {
      // The vat has dropped the object since the message was routed: route it again.
      messages.send(target, carried);
      references.releaseMoved(carried);
      references.release(target);
      return undefined;
    }
    const delivery = [
      'message',
      names.toVat(vatID, target, n),
      yield* names.messageToVat(vatID, carried, n),
    ] as const;
    if (carried.result !== null) messages.becomeDecider(vatID, carried.result);
    // From here on the c-list has the references that the queue had.
    references.releaseMoved(carried);
    references.release(target);
    return delivery;
  };

  const pipelined = function* (
    vatID: VatID,
    kp: KPromise,
    n: DeliveryNumber,
  ): Work<VatDeliveryObject | undefined> {
    const row = promises.find(kp);
    // Void: the promise is resolved and its messages were forwarded, or the vat has passed the promise on.
    if (row === undefined || row.decider !== vatID || row.queued === 0) return undefined;
    const { methargs, result } = promises.takeMessage(kp, row);
    promises.put(kp, row);
    const carried = { methargs, result };
    const delivery = [
      'message',
      names.toVat(vatID, kp, n),
      yield* names.messageToVat(vatID, carried, n),
    ] as const;
    if (result !== null) messages.becomeDecider(vatID, result);
    references.releaseMoved(carried);
    return delivery;
  };

  const notify = function* (
    vatID: VatID,
    kp: KPromise,
    n: DeliveryNumber,
  ): Work<VatDeliveryObject | undefined> {
    // Void if an earlier notify carried this resolution.
    if (cLists.toVat(vatID, kp) === undefined) return undefined;
    const news = yield* resolutionsFrom(tables, kp, pace);
    const resolutions: VatResolution[] = [];
    for (const [each, { state, data }] of news) {
      const vref = names.toVat(vatID, each, n);
      resolutions.push([vref, state === 'rejected', yield* names.dataToVat(vatID, data, n)]);
      if (pace.spend(2)) yield;
    }
    // The vat forgets these vrefs when it gets the delivery, and may use them until then.
    for (const [each] of news) {
      cLists.forgetToVat(vatID, each);
      if (pace.spend(1)) yield;
    }
    return ['notify', resolutions];
  };

  const unqueue = (ko: KObject, flag: number): void => {
    const row = objects.find(ko);
    if (row !== undefined && row.queued & flag)
      objects.put(ko, { ...row, queued: row.queued & ~flag });
  };

  /** Checks each reference again, and marks in the c-list that the delivery is in progress. */
  const collect = function* (
    vatID: VatID,
    tag: 'dropExports' | 'retireExports' | 'retireImports',
    candidates: readonly KObject[],
    n: DeliveryNumber,
  ): Work<VatDeliveryObject | undefined> {
    const vrefs: VRef[] = [];
    for (const ko of candidates) {
      if (pace.spend(2)) yield;
      if (tag === 'dropExports') unqueue(ko, DROP_QUEUED);
      if (tag === 'retireExports') unqueue(ko, RETIRE_QUEUED);
      // A retire that has overtaken its drop cannot be done now; it may be needed again later.
      if (tag !== 'retireImports') references.recheck(ko);
      const row = objects.find(ko);
      const vref = cLists.toVat(vatID, ko);
      const entry = vref === undefined ? undefined : cLists.toKernel(vatID, vref);
      if (row === undefined || vref === undefined || entry === undefined) continue;
      const isDropping = entry.dropping !== 0;
      if (tag === 'retireImports') {
        if (!isOrphan(row.owner) || entry.reachable || entry.retiring !== 0) continue;
        entry.retiring = n;
        cLists.put(vatID, vref, entry);
      } else if (row.owner !== vatID || row.reachable > 0) {
        continue;
      } else if (tag === 'dropExports') {
        if (!entry.reachable || isDropping) continue;
        entry.dropping = n;
        cLists.put(vatID, vref, entry);
      } else {
        if (row.recognizable > 0) continue;
        if (entry.retiring !== 0 || (entry.reachable && !isDropping)) continue;
        entry.retiring = n;
        cLists.put(vatID, vref, entry);
      }
      vrefs.push(vref);
    }
    return vrefs.length === 0 ? undefined : [tag, vrefs];
  };

  const translate: Translator = function* (vatID, work, n) {
    switch (work[0]) {
      case 'message':
        return yield* message(vatID, work[1], work[2], n);
      case 'pipelined':
        return yield* pipelined(vatID, work[1], n);
      case 'notify':
        return yield* notify(vatID, work[1], n);
      case 'dropExports':
      case 'retireExports':
      case 'retireImports':
        return yield* collect(vatID, work[0], work[1], n);
      case 'startVat':
      case 'stopVat': {
        const data = yield* names.dataToVat(vatID, work[1], n);
        references.releaseAll(work[1]);
        return [work[0], data];
      }
      case 'bringOutYourDead':
        return work;
    }
  };

  const next = (vatID: VatID): DeliveryNumber => (windows.delivered(vatID) + 1) as DeliveryNumber;

  /**
   * Counts deliveries and references that may have made garbage in the vat, and requests a reap when a counter is
   * full.
   */
  const scheduleReaping = (vatID: VatID, delivery: VatDeliveryObject): void => {
    const isGarbage = delivery[0] === 'dropExports' || delivery[0] === 'retireExports';
    if (delivery[0] === 'bringOutYourDead') reapCounters.clear(vatID);
    else if (reapCounters.add(vatID, isGarbage ? delivery[1].length : 0, vats.options(vatID))) {
      reapCounters.clear(vatID);
      inboxes.append(vatID, ['bringOutYourDead']);
    }
  };

  const open = (vatID: VatID, issue: IssueNumber, delivery: VatDeliveryObject): void => {
    const n = next(vatID);
    const numbered: NumberedDelivery = {
      n,
      acked: windows.acked(vatID),
      delivery,
      ...ambient.forDelivery(vatID, n),
    };
    const text = windows.open(vatID, issue, numbered, allowanceOf(tables, vatID));
    effects.add({ type: 'deliver', vatID, n, text });
    scheduleReaping(vatID, delivery);
  };

  const handOutOne = function* (vatID: VatID, { issue, work }: InboxEntry): Work {
    inboxes.shift(vatID);
    backPressure.shortened(vatID);
    if (isExclusive(work)) yield* beginExclusive(vatID, issue, work);
    else {
      const delivery = yield* translate(vatID, work, next(vatID));
      if (delivery === undefined) inboxes.close(issue);
      else open(vatID, issue, delivery);
    }
    // A message may have been routed elsewhere.
    yield* messages.drain();
    if (pace.spend(10)) yield;
  };

  return {
    *takeOut(vatID, place) {
      if (place > 0) inboxes.advanceEntry(vatID, place);
      yield* handOutOne(vatID, inboxes.first(vatID) as InboxEntry);
    },
    open,
    *fillWindow(vatID) {
      if (!vats.isAlive(vatID) || isPaused(vatID)) return;
      if (backPressure.isSlowed(vatID)) return;
      // The delivery may have changed the options.
      while (windows.size(vatID) < vats.options(vatID).window) {
        if (upgradesInProgress.find(vatID) !== undefined) return;
        const entry = inboxes.first(vatID);
        if (entry === undefined) return;
        // Exclusive work waits until the window is empty, and everything behind it waits too.
        if (waitsForQuiet(entry.work) && windows.size(vatID) > 0) return;
        yield* handOutOne(vatID, entry);
      }
    },
  };
};
