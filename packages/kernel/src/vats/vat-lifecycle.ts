import {
  byNumber,
  type CapData,
  clip,
  errorCapData,
  type KObject,
  type KPromise,
  type KRef,
  type Pace,
  type RejectedBy,
  rejectionBy,
  type Rejection,
  ROOT_VREF,
  sortInSlices,
  type VatID,
  type VatOptions,
  type Work,
} from '@cooperage/types';
import type { ChangeOptions } from './change-options.js';
import type { Effects } from '../effects.js';
import type { Messages } from '../messages/messages.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import type { Forks } from './forks.js';
import type { Upgrades } from './upgrades.js';
import type { Quotas } from '../tables/vats/accounts.js';
import type { InboxEntry } from '../tables/deliveries/inboxes.js';
import { formatAdmin } from '../tables/references/devices.js';
import { keys } from '../tables/schema.js';
import { terminatedBy, vatTerminated } from '../messages/routing.js';
import type { Creation } from '../tables/vats/creations.js';
import type { VatEnd } from '../tables/vats/ends.js';
import { KernelStop } from '../panic.js';
import { recordOfReferences } from '../smallcaps.js';

/** What creating a vat gives at once; the rest follows when it is announced. */
export interface RequestedVat {
  readonly vatID: VatID;
  /** Messages may be sent to it from now on; they wait until the vat has started. */
  readonly root: KObject;
}

/** Why a vat ends: for people, and where there is one the code for programs. */
export type WhyEnded = Pick<VatEnd, 'reason' | 'code'>;

export interface VatLifecycle {
  /**
   * Requests a vat. `result` is settled when the vat is announced: with its root and its admin facet, or with
   * the reason why it does not exist. Announcements are made strictly in the order of the requests.
   *
   * @param maker the vat that requested it, and whose account pays; undefined for the host
   * @throws {CooperageError} `QUOTA_EXCEEDED`; nothing has happened
   */
  create(
    options: VatOptions,
    vatParameters: CapData<KRef>,
    result: KPromise,
    maker?: VatID,
    quotas?: Quotas,
  ): RequestedVat;
  /** The record of delivery 1 was retired: the vat has started. */
  started(vatID: VatID): void;
  /**
   * Ends a vat as {@link VatLifecycle.end} does, unless the kernel must not go on without it.
   * @throws {CooperageError} `CRITICAL_VAT_FAILED`
   */
  terminate(vatID: VatID, isFailure: boolean, info: CapData<KRef>, why: WhyEnded): void;
  /** Ends a vat at once, critical or not: the promises that it decides and the messages that wait for it are rejected in
   * a fixed order, its exports lose their owner, and its rows are deleted. `done()` settles with `info`.
   */
  end(vatID: VatID, isFailure: boolean, info: CapData<KRef>, why: WhyEnded): void;
  /**
   * The vat's worker failed: ends the vat, or rolls back the upgrade if one is under way.
   * `info` is called only if the vat ends; `done()` settles with its result.
   */
  fail(vatID: VatID, info: () => CapData<KRef>, why: WhyEnded): void;
  /** Settles `result` when the vat ends. */
  whenDone(vatID: VatID, result: KPromise): void;
}

const startFailed = (vatID: VatID, { name, code }: Creation): RejectedBy => ({
  code: 'VAT_START_FAILED',
  vat: vatID,
  ...(name !== undefined && { name }),
  ...(code !== undefined && code !== 'VAT_START_FAILED' && { reasonCode: code }),
  id: vatID,
});

export interface VatLifecyclePowers {
  readonly tables: KernelTables;
  readonly effects: Effects;
  readonly messages: Messages;
  readonly upgrades: Upgrades;
  readonly changeOptions: ChangeOptions;
  readonly forks: Forks;
  readonly pace: Pace;
}

export const makeVatLifecycle = ({
  tables,
  effects,
  messages,
  upgrades,
  changeOptions,
  forks,
  pace,
}: VatLifecyclePowers): VatLifecycle => {
  const {
    accounts,
    backPressure,
    cLists,
    creations,
    reapCounters,
    ends,
    upgradesInProgress,
    inboxes,
    objects,
    parameters,
    promises,
    references,
    leftRows,
    rows,
    vats,
    windows,
  } = tables;

  const announce = (): void => {
    for (let next = creations.first(); next !== undefined; next = creations.first()) {
      const [place, creation] = next;
      const { vatID, root, result, state } = creation;
      if (state === 'booting') return;
      creations.delete(place);
      const open = promises.get(result).state === 'unresolved';
      if (state === 'ready') {
        const admin = objects.add('kernel');
        const { name, zygote } = vats.options(vatID);
        // Its forks have roots for as long as it can be forked, even if its own root has no holder.
        const held = zygote === true ? root : undefined;
        rows.set(keys.device(admin), formatAdmin(vatID, held));
        if (held !== undefined) references.retain(held);
        references.recheck(admin);
        effects.add({ type: 'vat-ready', vatID, name });
        const facets = recordOfReferences({ root: [root, 'root'], admin: [admin, 'admin'] });
        if (open) messages.fulfill(result, facets);
      } else if (open) {
        const text = errorCapData(creation.error ?? 'the vat failed to start');
        messages.reject(result, rejectionBy(startFailed(vatID, creation), text));
      }
      // Both were held for the time of the creation.
      references.release(root);
      references.release(result);
    }
  };

  const settleDone = (kp: KPromise, vatID: VatID, end: VatEnd): void => {
    if (end.isFailure) messages.reject(kp, rejectionBy(terminatedBy(vatID, end), end.info));
    else messages.fulfill(kp, end.info);
  };

  const waitingForEnd = (vatID: VatID): KPromise[] => {
    const text = rows.get(keys.done(vatID));
    return text === undefined ? [] : (text.split(' ') as KPromise[]);
  };

  /** What the vat decided is rejected, and it waits for nothing any more. */
  const leavePromises = function* (
    vatID: VatID,
    known: readonly KPromise[],
    broken: Rejection,
  ): Work {
    const sorted = [...new Set(known)];
    yield* sortInSlices(sorted, byNumber, pace);
    for (const kp of sorted) {
      const row = promises.get(kp);
      if (row.state === 'unresolved' && row.decider === vatID) messages.reject(kp, broken);
      else if (row.state === 'unresolved' && row.subscribers.includes(vatID)) {
        const subscribers = row.subscribers.filter((each) => each !== vatID);
        promises.put(kp, { ...row, subscribers });
      }
      yield* messages.drain();
      if (pace.spend(4)) yield;
    }
  };

  /** What waited for the vat is answered. */
  const leaveInbox = function* (waiting: readonly InboxEntry[], broken: Rejection): Work {
    for (const { issue, work } of waiting) {
      inboxes.close(issue);
      if (work[0] === 'startVat' || work[0] === 'stopVat') references.releaseAll(work[1]);
      if (work[0] === 'upgrade') upgrades.abandon(work[1], broken);
      if (work[0] === 'changeOptions') changeOptions.abandon(work[1], broken);
      if (work[0] === 'fork') forks.abandon(work[1], broken);
      if (work[0] === 'takeOffline') {
        if (promises.get(work[1]).state === 'unresolved') messages.reject(work[1], broken);
        references.release(work[1]);
      }
      if (work[0] === 'message') {
        const [, target, message] = work;
        if (message.result !== null) messages.reject(message.result as KPromise, broken);
        references.release(target);
        references.releaseMessage(message);
      }
      yield* messages.drain();
      if (pace.spend(5)) yield;
    }
  };

  const end: VatLifecycle['end'] = (vatID, isFailure, info, why) => {
    // It is the answer to all that wait for the vat.
    const reason = clip(why.reason);
    const code = why.code === 'VAT_TERMINATED' ? undefined : why.code;
    const ended = vats.options(vatID);
    const { name } = ended;
    const broken = vatTerminated(vatID, { name, reason, code });
    const coded = code === undefined ? {} : { code };
    const out = windows.list(vatID);
    const done = waitingForEnd(vatID);
    const upgrade = upgradesInProgress.find(vatID);
    const isHeld = ends.isHeld(vatID);
    references.retainAll(info);

    backPressure.forget(vatID);
    reapCounters.clear(vatID);
    // From here on the vat gets no deliveries, also not for promises that are settled below.
    vats.end(vatID);
    leftRows.leave(vatID);
    accounts.release(ended);
    if (ended.meter !== undefined) references.release(ended.meter);
    parameters.delete(vatID);
    for (const { issue } of out) inboxes.close(issue);

    messages.later(function* () {
      yield* tables.writeOut(pace);
      const known: KPromise[] = [];
      for (const [, { kref }] of cLists.listPromises(vatID)) {
        known.push(kref as KPromise);
        if (pace.spend(1)) yield;
      }
      const waiting: InboxEntry[] = [];
      for (const entry of inboxes.entries(vatID)) {
        waiting.push(entry);
        if (pace.spend(1)) yield;
      }
      yield* vats.deleteRows(vatID, pace);
      yield* leavePromises(vatID, known, broken);
      if (upgrade !== undefined) {
        inboxes.close(upgrade.issue);
        upgrades.abandon(upgrade.request, broken);
      }
      yield* leaveInbox(waiting, broken);
      for (const kp of known) {
        references.release(kp);
        if (pace.spend(1)) yield;
      }
      for (const kp of done) {
        const isOpen = promises.get(kp).state === 'unresolved';
        if (isOpen) settleDone(kp, vatID, { name, isFailure, reason, code, info });
        references.release(kp);
      }
      const creation = creations.find(vatID);
      if (creation === undefined) {
        // The record of the end outlives everything that holds references: it keeps none.
        ends.record(
          vatID,
          {
            name,
            isFailure,
            reason,
            ...coded,
            info: info.slots.length === 0 ? info : errorCapData(reason),
          },
          isHeld,
        );
      } else {
        const [place, request] = creation;
        creations.put(place, { ...request, state: 'failed', error: reason, name, ...coded });
        announce();
      }
      references.releaseAll(info);
      effects.add({ type: 'vat-ended', vatID, name, reason, ...coded, isFailure });
    });
  };

  const terminate: VatLifecycle['terminate'] = (vatID, isFailure, info, why) => {
    const { name, critical } = vats.options(vatID);
    // One that does not even start was never there.
    if (critical === true && creations.find(vatID) === undefined) {
      throw new KernelStop('CRITICAL_VAT_FAILED', `the critical vat ${name} ended: ${why.reason}`);
    }
    end(vatID, isFailure, info, why);
  };

  return {
    end,
    terminate,
    fail: (vatID, info, why) => {
      const upgrade = upgradesInProgress.find(vatID);
      if (upgrade !== undefined && upgrade.step !== 'bringOutYourDead') {
        upgrades.rollBack(vatID, upgrade, why.reason, why.code);
      } else terminate(vatID, true, info(), why);
    },
    create: (options, vatParameters, result, maker, quotas = {}) => {
      const payer = maker === undefined ? 'host' : vats.options(maker).account;
      const made = maker === undefined ? options : { ...options, creator: maker };
      const vatID = vats.add(accounts.admit(made, quotas, payer));
      if (options.meter !== undefined) references.retain(options.meter);
      const root = objects.add(vatID);
      cLists.addExport(vatID, ROOT_VREF, root);
      references.retain(root);
      references.retain(result);
      creations.append({ vatID, root, result, state: 'booting' });
      parameters.set(vatID, vatParameters);
      references.retainAll(vatParameters);
      inboxes.append(vatID, ['startVat', vatParameters]);
      return { vatID, root };
    },
    started: (vatID) => {
      const creation = creations.find(vatID);
      if (creation === undefined) return;
      const [place, request] = creation;
      creations.put(place, { ...request, state: 'ready' });
      announce();
    },
    whenDone: (vatID, result) => {
      const end = ends.find(vatID);
      if (end !== undefined) {
        settleDone(result, vatID, end);
        return;
      }
      references.retain(result);
      rows.set(keys.done(vatID), [...waitingForEnd(vatID), result].join(' '));
    },
  };
};
