import {
  byNumber,
  errorCapData,
  isPeerID,
  isVatID,
  type KObject,
  type KPromise,
  type KRef,
  type Pace,
  rejectionBy,
  sortInSlices,
  UNDEFINED_CAPDATA,
  type VatID,
  type Work,
} from '@cooperage/types';
import type { Effects } from '../effects.js';
import type { FarGarbage } from '../links/far-garbage.js';
import type { Messages } from '../messages/messages.js';
import { findForgottenCycles } from './promise-cycles.js';
import { follow } from '../messages/redirection.js';
import { isObjectRef } from '../messages/routing.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import { isAdmin, rootHeldBy, vatOfAdmin, waitingOnMeter } from '../tables/references/devices.js';
import { isDetour, type PromiseRow } from '../tables/references/promises.js';
import { keys } from '../tables/schema.js';
import { DROP_QUEUED, isOrphan, RETIRE_QUEUED } from '../tables/references/objects.js';

export interface Garbage {
  /**
   * Processes everything whose counts fell in this crank, to a fixpoint: deletes what has no reference, and tells
   * owners what to drop and retire. Call it once at the end of each crank.
   */
  collect(): Work;
  /** Looks for the cycles that earlier cranks have postponed. Call it once in each crank, before {@link Garbage.collect}. */
  collectPostponed(): Work;
  /** Resets the state after an aborted crank. */
  forget(): void;
}

const UNANSWERABLE = rejectionBy(
  { code: 'PROMISE_BROKEN' },
  errorCapData(
    'the target of this message can never be resolved: no decider of this promise is left',
  ),
);

type Actions = Record<'dropExports' | 'retireExports' | 'retireImports', Set<KObject>>;

/** Promises and references that one crank looks at for cycles, before it leaves that to later ones. */
const MOST_AT_ONCE = 1_000;

/** The most objects in one delivery; more are split into several deliveries. */
const MOST_OBJECTS = 1_000;

export const makeGarbage = (
  tables: KernelTables,
  effects: Effects,
  messages: Messages,
  far: FarGarbage,
  pace: Pace,
): Garbage => {
  const { cLists, ends, hosted, inboxes, objects, promises, references, rows, suspects, vats } =
    tables;

  /** Garbage actions of this collection by vat; they become deliveries at the fixpoint. */
  const pending = new Map<VatID, Actions>();

  const actionsFor = (vatID: VatID): Actions => {
    let actions = pending.get(vatID);
    if (actions === undefined) {
      actions = { dropExports: new Set(), retireExports: new Set(), retireImports: new Set() };
      pending.set(vatID, actions);
    }
    return actions;
  };

  /** The owner has terminated or retired the object: the vats that can only recognize it get `retireImports`. */
  const retireOrphan = (ko: KObject, recognizable: number): void => {
    if (recognizable === 0) {
      objects.delete(ko);
      far.forget(ko);
      return;
    }
    let left = recognizable - far.tellGone(ko);
    for (const vatID of vats.list()) {
      if (left === 0) break;
      const vref = cLists.toVat(vatID, ko);
      if (vref === undefined) continue;
      left -= 1;
      if (cLists.toKernel(vatID, vref)?.retiring !== 0) continue;
      actionsFor(vatID).retireImports.add(ko);
    }
  };

  const forgetDevice = (ko: KObject): void => {
    const device = rows.get(keys.device(ko));
    const root = rootHeldBy(device);
    if (device !== undefined && isAdmin(device)) {
      const vatID = vatOfAdmin(device);
      ends.facetDropped(vatID, vats.isAlive(vatID));
    }
    rows.delete(keys.device(ko));
    for (const kp of waitingOnMeter(rows.get(keys.meter(ko)))) references.release(kp);
    rows.delete(keys.meter(ko));
    if (root !== undefined) references.release(root);
  };

  const collectObject = (ko: KObject): void => {
    const row = objects.find(ko);
    if (row === undefined || row.reachable > 0) return;
    const { owner, recognizable } = row;
    if (isOrphan(owner)) {
      retireOrphan(ko, recognizable);
      return;
    }
    if (isPeerID(owner)) {
      far.giveBack(ko, row);
      return;
    }
    if (owner === 'host' && hosted.has(ko)) {
      // While a vat can still pass the object, the host gives it no other name.
      effects.add({ type: 'host-object-dropped', object: ko });
      if (recognizable > 0) return;
      objects.delete(ko);
      hosted.delete(ko);
      return;
    }
    if (!isVatID(owner)) {
      // The kernel's own objects need no drop, and services are never dropped.
      if (owner === 'kernel') forgetDevice(ko);
      retireOrphan(ko, recognizable);
      if (recognizable > 0) objects.put(ko, { ...row, owner: 'none' });
      return;
    }
    const vref = cLists.toVat(owner, ko);
    const entry = vref === undefined ? undefined : cLists.toKernel(owner, vref);
    if (entry === undefined) return;
    const actions = actionsFor(owner);
    let { queued } = row;
    const told = !entry.reachable || entry.dropping > 0;
    if (!told && !(queued & DROP_QUEUED)) {
      actions.dropExports.add(ko);
      queued |= DROP_QUEUED;
    }
    if (recognizable === 0 && entry.retiring === 0 && !(queued & RETIRE_QUEUED)) {
      actions.retireExports.add(ko);
      queued |= RETIRE_QUEUED;
    }
    if (queued !== row.queued) objects.put(ko, { ...row, queued });
  };

  /** The promise has no decider any more: its messages are rejected. */
  const freeWaiting = function* (kp: KPromise): Work {
    const row = promises.get(kp);
    const waiting = promises.takeMessages(kp, row);
    promises.put(kp, row);
    for (const message of waiting) {
      const result = message.result as KPromise | null;
      if (result !== null && promises.get(result).state === 'unresolved') {
        messages.reject(result, UNANSWERABLE);
      }
      references.releaseMessage(message);
      if (pace.spend(4 + message.methargs.slots.length)) yield;
    }
  };

  /** The promise has no subscriber any more. */
  const leaveLeader = (kp: KPromise, { state }: PromiseRow): void => {
    follow(tables, kp, undefined);
    if (state === 'unresolved') return;
    const row = promises.get(kp);
    promises.setData(kp, row, UNDEFINED_CAPDATA);
    promises.put(kp, row);
  };

  const freePromise = function* (kp: KPromise): Work {
    const row = promises.get(kp);
    if (row.follows !== undefined) follow(tables, kp, undefined);
    else if (row.state === 'unresolved') yield* freeWaiting(kp);
    else references.releaseAll(promises.getData(kp));
    promises.delete(kp);
  };

  /** @param lost collects the promises that may be part of a cycle */
  const collectPromise = function* (kp: KPromise, lost: KPromise[]): Work {
    const row = promises.find(kp);
    if (row === undefined) return;
    if (row.references === 0) {
      yield* freePromise(kp);
      return;
    }
    if (isDetour(row)) {
      for (const follower of yield* promises.followers(kp, pace)) {
        follow(tables, follower, row.follows);
      }
      return;
    }
    const waits = row.queued > 0 && row.decider === undefined;
    if (row.links || row.follows !== undefined || waits) lost.push(kp);
  };

  /** The members of a cycle reference one another: remove these links first, then each member can be freed. */
  const breakCycles = function* (members: readonly KPromise[]): Work {
    for (const member of members) {
      const row = promises.find(member);
      if (row === undefined) continue;
      if (row.follows !== undefined) {
        leaveLeader(member, row);
      } else if (row.state === 'unresolved') {
        yield* freeWaiting(member);
      } else {
        const data = promises.getData(member);
        promises.setData(member, row, { body: data.body, slots: [] });
        promises.put(member, row);
        references.releaseAll(data);
      }
      if (pace.spend(4)) yield;
    }
    yield* messages.drain();
  };

  /** Breaks the cycles that nothing else references, or postpones it where finding them takes long. */
  const collectCycles = function* (lost: readonly KPromise[], most: number): Work {
    const known = lost.filter((kp) => promises.find(kp) !== undefined);
    const members = suspects.isEmpty
      ? yield* findForgottenCycles(tables, known, most, pace)
      : undefined;
    if (members === undefined) suspects.postpone(known, most);
    else yield* breakCycles(members);
  };

  /** Collects candidates that are unreachable. */
  const collectCandidates = function* (candidates: readonly KRef[]): Work {
    const lost: KPromise[] = [];
    for (const kref of candidates) {
      if (isObjectRef(kref)) collectObject(kref);
      else yield* collectPromise(kref as KPromise, lost);
      if (messages.hasWork) yield* messages.drain();
      if (pace.spend(2)) yield;
    }
    if (lost.length > 0) yield* collectCycles(lost, MOST_AT_ONCE);
  };

  const append = function* (vatID: VatID, actions: Actions): Work {
    // Drops first, then retires, then imports that other vats retired.
    for (const tag of ['dropExports', 'retireExports', 'retireImports'] as const) {
      const list = [...actions[tag]];
      yield* sortInSlices(list, byNumber, pace);
      for (let from = 0; from < list.length; from += MOST_OBJECTS) {
        inboxes.append(vatID, [tag, list.slice(from, from + MOST_OBJECTS)]);
        if (pace.spend(MOST_OBJECTS / 10)) yield;
      }
    }
  };

  return {
    forget: () => {
      pending.clear();
      far.discard();
    },
    *collect() {
      for (;;) {
        const candidates = yield* references.takeCandidates(pace);
        if (candidates.length === 0) break;
        yield* collectCandidates(candidates);
      }
      for (const vatID of [...pending.keys()].sort(byNumber)) {
        yield* append(vatID, pending.get(vatID) as Actions);
      }
      pending.clear();
      far.flush();
    },
    *collectPostponed() {
      if (suspects.isEmpty) return;
      const work = suspects.earn();
      if (work !== undefined) yield* collectCycles(suspects.take(), work);
    },
  };
};
