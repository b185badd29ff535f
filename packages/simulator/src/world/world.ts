/**
 * The real kernel and vat manager with scripted vats, a scripted host, and a
 * store whose commits take as long as the schedule says and may never be heard
 * of. One step at a time.
 */
import {
  hashTables,
  makeKernelStore,
  makeMemoryBackend,
  type MemoryBackend,
} from '@cooperage/store';
import {
  isVatID,
  type KernelStore,
  type KPromise,
  messageOf,
  stackOf,
  type VatID,
} from '@cooperage/types';
import {
  keys,
  checkTables,
  type Core,
  type KernelTables,
  makeCore,
  type Retired,
} from '@cooperage/kernel';
import { type HostProgram, makeHostProgram } from '../host/host-program.js';
import { insistLikeParent } from './like-parent.js';
import type { Lineage } from './lineage.js';
import { insistMayHear } from './may-hear.js';
import { makeObserver, type Observer } from './observer.js';
import { makeRandom } from '../random.js';
import { countLeftRows } from './count-left-rows.js';
import type { ScriptedVat } from '../vats/scripted-vat.js';
import { listParked, readDurableState, reviveVat } from './revive-vat.js';
import { takeSnapshot } from './snapshot.js';
import { insist, Violation } from '../violation.js';
import { newCounts, type WorldCounts } from './world-counts.js';
import type { WorldOptions } from './world-options.js';

/** What the schedule can choose from. */
export type Step =
  | { readonly type: 'execute' | 'arrive' | 'lose'; readonly vatID: VatID }
  | {
      readonly type:
        'retire' | 'slice' | 'input' | 'settle' | 'sweep' | 'commit' | 'apply' | 'land' | 'crash';
    };

interface Worker {
  readonly vat: ScriptedVat;
  /** The newest delivery that it was given. */
  given: number;
  /** Deliveries that it was given and has not begun. */
  todo: string[];
  /** Records that it has sent and that have not arrived. */
  flight: string[];
  /** What it has done, by the number of the delivery. */
  readonly done: Map<number, { readonly delivery: string; readonly record: string }>;
}

export interface World {
  readonly core: Core;
  readonly host: HostProgram;
  readonly counts: WorldCounts;
  steps(): Step[];
  take(step: Step): Promise<void>;
  readonly isOver: boolean;
  /** The state of the tables without the transcripts, after each change, by how much was retired and put in. */
  readonly hashes: ReadonlyMap<string, string>;
}

/** A commit on its way to the disk. */
interface Commit {
  readonly flushed: Promise<void>;
  /** How many events the observer had seen. */
  readonly events: number;
  applied: boolean;
}

const makeGate = (): { readonly passed: Promise<void>; open(): void } => {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
};

export interface WorldPowers {
  readonly options: WorldOptions;
  readonly makeCore?: typeof makeCore;
  readonly recordHashes?: boolean;
  /** Hears what happens, in words. */
  readonly trace?: (line: string) => void;
}

const isPipelining = ({ vats }: KernelTables, vatID: VatID): boolean =>
  vats.isAlive(vatID) && vats.options(vatID).enablePipelining === true;

export const makeWorld = ({
  options,
  makeCore: make = makeCore,
  recordHashes = false,
  trace,
}: WorldPowers): World => {
  const counts = newCounts();
  const hashes = new Map<string, string>();
  const workers = new Map<VatID, Worker>();
  /** What was handed out to vats that are being upgraded without their heaps. */
  const parked = new Map<VatID, readonly string[]>();
  /** Of forks: good for as long as the fork is in the tables. */
  const lineages = new Map<VatID, Lineage>();
  let before = makeGate();
  let after = makeGate();
  const faults = { beforeCommit: () => before.passed, afterCommit: () => after.passed };
  let backend: MemoryBackend = makeMemoryBackend(faults);
  let store: KernelStore = makeKernelStore(backend);
  let core!: Core;
  let host!: HostProgram;
  let commit: Commit | undefined;
  let observer = makeObserver();
  /** What the observer was told, so that it can forget what a crash has undone. */
  let events: ((observer: Observer) => void)[] = [];
  let durableEvents = 0;
  let uncommitted = 0;
  let unchecked = 0;

  const observe = (event: (observer: Observer) => void): void => {
    events.push(event);
    event(observer);
  };

  /** Brings a vat back from its transcript, and gives it again what is out. */
  const restoreVat = (vatID: VatID): Worker => {
    const lineageOf = (each: VatID): Lineage => lineages.get(each) ?? [];
    const vat = reviveVat({ core, store, options, lineageOf }, vatID);
    const { windows } = core.kernel.tables;
    const todo = windows.list(vatID).map(({ text }) => text);
    const given = windows.delivered(vatID);
    const worker: Worker = { vat, given, todo, flight: [], done: new Map() };
    workers.set(vatID, worker);
    return worker;
  };

  const open = (): void => {
    core = make({
      tables: store.tables,
      transcripts: store.transcripts,
      order: options.order,
      seed: makeRandom(options.seed).below(1_000_000),
      sweptRows: options.sweptRows,
      sliceWork: options.sliceWork,
    });
    host = makeHostProgram(core, options, counts, (payload) =>
      observe((each) => each.sent('host', payload)),
    );
    workers.clear();
    recordParked();
    const { isPaused, vats } = core.kernel.tables;
    for (const vatID of lineages.keys()) if (!vats.isAlive(vatID)) lineages.delete(vatID);
    for (const vatID of vats.list()) if (!isPaused(vatID)) restoreVat(vatID);
  };

  const recordHash = (): void => {
    const { counters, upgradesInProgress, vats } = core.kernel.tables;
    // The deliveries of an upgrade have one issue number.
    const steps = vats.list().map((vatID) => upgradesInProgress.find(vatID)?.step ?? '');
    const left = countLeftRows(core.kernel.tables);
    const at = `${left}/${counters.read(keys.counter('choice'))}/${steps.join('')}/${counters.read('k.retired')}/${host.progress}/${counters.read('k.issue')}/${[...core.kernel.tables.outputs.list()].map(([number]) => number).join(',')}`;
    const hash = hashTables(
      store.tables,
      vats.list().map((vatID) => `${vatID}.t.`),
    );
    const known = hashes.get(at);
    insist(known === undefined || known === hash, () => `two states at ${at}`);
    hashes.set(at, hash);
  };

  /** The crank that makes a fork does nothing else to either of them that counts here. */
  const forked = (vatID: VatID, parent: VatID): void => {
    counts.forks += 1;
    const { tables } = core.kernel;
    if (!tables.vats.isAlive(vatID) || !tables.vats.isAlive(parent)) return;
    // All that the parent was given it has done: its window was empty.
    const { newest, tables: known } = (workers.get(parent) ?? restoreVat(parent)).vat;
    lineages.set(vatID, [...(lineages.get(parent) ?? []), { vatID: parent, until: newest }]);
    insistLikeParent(tables, vatID, parent, known);
    const shared = [
      ...[...known.imports].map(([vref, { token }]) => [vref, token] as const),
      ...known.awaited,
    ];
    observe((each) => each.forked(vatID, parent, shared));
  };

  const recordParked = (): void => {
    parked.clear();
    for (const vatID of core.kernel.tables.vats.list()) {
      const texts = listParked(core, vatID);
      if (texts !== undefined) parked.set(vatID, texts);
    }
  };

  /** After each change of the tables. */
  const changed = (): void => {
    host.changed();
    uncommitted += 1;
    for (const effect of core.takeEffects()) {
      trace?.(`    ${JSON.stringify(effect)}`);
      if (effect.type === 'deliver') {
        const { vatID, n, text } = effect;
        observe((each) => each.handedOut(vatID, text, isPipelining(core.kernel.tables, vatID)));
        insistMayHear(core.kernel.tables, vatID);
        // A worker that is brought up takes all that is out from the tables.
        if (!workers.has(vatID)) restoreVat(vatID);
        const worker = workers.get(vatID) as Worker;
        if (n > worker.given) {
          worker.given = n;
          worker.todo.push(text);
        }
      } else if (effect.type === 'vat-forked') forked(effect.vatID, effect.parent);
      else if (effect.type === 'worker-stale') workers.delete(effect.vatID);
      else if (effect.type === 'vat-released') {
        // What was released may have ended in the same crank.
        if (core.kernel.tables.vats.isAlive(effect.vatID)) restoreVat(effect.vatID);
      } else if (effect.type === 'vat-upgraded') {
        counts[effect.error === undefined ? 'upgrades' : 'rolledBack'] += 1;
        if (effect.error !== undefined) continue;
        if (effect.withoutHeap !== undefined) {
          counts.withoutHeap += 1;
          const texts = parked.get(effect.vatID) ?? [];
          observe((each) => each.takenBack(effect.vatID, texts));
        }
        const left = readDurableState(store, effect.vatID);
        observe((each) => each.upgraded(left?.abandoned ?? []));
      } else if (effect.type === 'vat-ended') {
        workers.delete(effect.vatID);
        observe((each) => each.ended(effect.vatID));
      } else if (effect.type === 'vat-ready') {
        counts.vats += 1;
        const { vats } = core.kernel.tables;
        if (!vats.isAlive(effect.vatID)) continue;
        const { zygote, creator = 'host' } = vats.options(effect.vatID);
        if (zygote === true) observe((each) => each.reserved(effect.vatID, creator));
      }
    }
    recordParked();
    unchecked += 1;
    if (unchecked >= options.checkEvery) {
      unchecked = 0;
      const [finding] = checkTables(takeSnapshot(store.tables));
      insist(finding === undefined, () => `${finding?.key}: ${finding?.problem}`);
    }
    if (recordHashes) recordHash();
  };

  /** Of the tables, while a record is being retired: nothing of it shows before it is. */
  let visible: string | undefined;
  const insistNothingShows = (): void => {
    counts.slices += 1;
    const hash = hashTables(store.tables);
    insist(visible === undefined || visible === hash, () => 'a record shows before it is retired');
    visible = hash;
    // What has been read and is remembered must not show either.
    const { vats, windows } = core.kernel.tables;
    for (const vatID of vats.list()) {
      const acked = Number(store.tables.get(keys.acked(vatID)) ?? 0);
      insist(
        windows.acked(vatID) === acked,
        () => `a record of ${vatID} shows before it is retired`,
      );
    }
  };

  /** @param next retires the record whose turn it is, or a slice of it */
  const retire = (next: () => Retired | 'unfinished' | undefined): void => {
    const ended = new Map([...workers].map(([vatID, { vat }]) => [vatID, vat.faults] as const));
    const done = new Map([...workers].map(([vatID, worker]) => [vatID, worker.done] as const));
    const retired = next();
    if (retired === undefined) return;
    if (retired === 'unfinished') {
      insistNothingShows();
      return;
    }
    visible = undefined;
    const { vatID, n, refused } = retired;
    trace?.(
      `  retired ${vatID} ${n}${refused === undefined ? '' : ` refused: ${refused.message}`}`,
    );
    counts.retired += 1;
    const fault = ended.get(vatID)?.get(n);
    if (refused !== undefined) {
      counts.refused += 1;
      insist(
        fault !== undefined || refused.code === 'VAT_TERMINATED',
        () => `record ${n} of ${vatID} is refused: ${refused.message}`,
      );
    } else {
      const { delivery, record } = done.get(vatID)?.get(n) as { delivery: string; record: string };
      observe((each) => each.retired(vatID, delivery, record));
      insist(
        fault === undefined || !core.kernel.tables.vats.isAlive(vatID),
        () => `record ${n} of ${vatID} is not refused: ${fault}`,
      );
    }
    changed();
  };

  const inputsThatAreDue = (): void => {
    while (host.isDue()) takeInput();
  };

  /** The subscribers of a promise are notified, unless it has no decider any more. */
  const insistNoneWaits = (): void => {
    const { cLists, promises } = core.kernel.tables;
    for (const [vatID, { vat }] of workers) {
      for (const vpid of vat.tables.awaited.keys()) {
        const kp = cLists.toKernel(vatID, vpid)?.kref as KPromise | undefined;
        insist(kp !== undefined, () => `${vatID} waits for ${vpid}, which the kernel forgot`);
        const { state, decider } = promises.get(promises.leader(kp as KPromise));
        insist(
          state === 'unresolved' && !isVatID(decider),
          () => `${vatID} waits for ${vpid} (${kp}), which is ${state}, decided by ${decider}`,
        );
      }
    }
  };

  /** Of a vat in quarantine nothing counts that was not retired. */
  const stopPausedWorkers = (): void => {
    for (const vatID of [...workers.keys()]) {
      if (!core.kernel.tables.isPaused(vatID)) continue;
      counts.quarantines += 1;
      core.workerLost(vatID);
      workers.delete(vatID);
    }
  };

  const takeInput = (): void => {
    // It waits until the record is retired.
    if (core.isRetiring) retire(() => core.retireNext());
    if (host.isFinished) {
      observer.insistAllDelivered();
      insistNoneWaits();
    }
    const done = host.next() === 'settle' ? host.settle() : host.input();
    trace?.(`  ${done}`);
    stopPausedWorkers();
    changed();
  };

  const microtasks = async (until: () => boolean): Promise<void> => {
    for (let i = 0; i < 50 && !until(); i += 1) await Promise.resolve();
    insist(until(), () => 'the store does not get on');
  };

  const crash = (): void => {
    counts.crashes += 1;
    visible = undefined;
    commit?.flushed.catch(() => {});
    commit = undefined;
    before = makeGate();
    after = makeGate();
    backend = backend.reopen(faults);
    store = makeKernelStore(backend);
    uncommitted = 0;
    events = events.slice(0, durableEvents);
    observer = makeObserver();
    for (const event of events) event(observer);
    open();
  };

  /** Where the order makes all states a function of the program, what comes from outside has its place in it, too. */
  const isFree = options.order === 'arrival';

  const hasInput = (): boolean => isFree || (core.isIdle() && !core.hasLeftRows);

  const steps = (): Step[] => {
    const list: Step[] = [];
    for (const [vatID, { todo, flight }] of workers) {
      if (todo.length > 0) list.push({ type: 'execute', vatID });
      if (flight.length > 0) list.push({ type: 'arrive', vatID });
      if (counts.losses < options.losses) list.push({ type: 'lose', vatID });
    }
    if (core.waiting > 0 || core.isRetiring) list.push({ type: 'retire' }, { type: 'slice' });
    if (core.hasLeftRows && (isFree || core.isIdle())) list.push({ type: 'sweep' });
    const next = host.next();
    if (next !== undefined && hasInput()) {
      if (next === 'settle') list.push({ type: 'settle' });
      else if (host.progress <= options.inputs || core.isIdle()) list.push({ type: 'input' });
    }
    if (commit === undefined) {
      if (uncommitted > 0) list.push({ type: 'commit' });
    } else if (commit.applied) list.push({ type: 'land' });
    else list.push({ type: 'apply' });
    if (counts.crashes < options.crashes) list.push({ type: 'crash' });
    return list;
  };

  const take = async (step: Step): Promise<void> => {
    counts.steps += 1;
    trace?.(`${counts.steps} ${step.type} ${'vatID' in step ? step.vatID : ''}`);
    switch (step.type) {
      case 'execute': {
        const worker = workers.get(step.vatID) as Worker;
        const delivery = worker.todo.shift() as string;
        const record = worker.vat.deliver(delivery);
        if (record !== undefined) worker.done.set(worker.vat.newest, { delivery, record });
        trace?.(`  ${step.vatID} does ${record ?? 'nothing: it has ended'}`);
        if (record !== undefined) worker.flight.push(record);
        break;
      }
      case 'arrive': {
        const worker = workers.get(step.vatID) as Worker;
        core.arrived(step.vatID, worker.flight.shift());
        break;
      }
      case 'lose':
        counts.losses += 1;
        core.workerLost(step.vatID);
        if (!core.isRetiring) visible = undefined;
        restoreVat(step.vatID);
        break;
      case 'retire':
        if (!isFree && !core.isRetiring) inputsThatAreDue();
        retire(() => core.retireNext());
        break;
      case 'slice':
        if (!isFree && !core.isRetiring) inputsThatAreDue();
        retire(() => core.retireStep());
        break;
      case 'input':
      case 'settle':
        takeInput();
        break;
      case 'sweep':
        counts.sweeps += 1;
        if (core.isRetiring) retire(() => core.retireNext());
        core.input(() => {});
        changed();
        break;
      case 'commit':
        uncommitted = 0;
        commit = { flushed: store.flush(), events: events.length, applied: false };
        commit.flushed.catch(() => {});
        break;
      case 'apply': {
        const sequence = store.durable + 1;
        before.open();
        await microtasks(() => backend.committed === sequence);
        (commit as Commit).applied = true;
        durableEvents = (commit as Commit).events;
        break;
      }
      case 'land':
        after.open();
        await (commit as Commit).flushed;
        commit = undefined;
        before = makeGate();
        after = makeGate();
        counts.commits += 1;
        break;
      case 'crash':
        crash();
        break;
    }
  };

  open();
  return {
    get core() {
      return core;
    },
    get host() {
      return host;
    },
    counts,
    hashes,
    steps,
    take: async (step) => {
      try {
        await take(step);
      } catch (error) {
        if (error instanceof Violation) throw error;
        throw new Violation(`${step.type}: ${stackOf(error) ?? messageOf(error)}`);
      }
    },
    get isOver() {
      return host.isOver && core.isIdle() && !core.hasLeftRows;
    },
  };
};
