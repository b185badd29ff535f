/** One kernel of several: the real machine with scripted vats, on a disk whose commits take as long as the schedule says. */
import {
  type Core,
  checkTables,
  endOf,
  keys,
  type makeCore,
  type Retired,
} from '@cooperage/kernel';
import {
  hashTables,
  makeKernelStore,
  makeMemoryBackend,
  type MemoryBackend,
} from '@cooperage/store';
import type { KernelStore, PeerID, VatID } from '@cooperage/types';
import { VAT_SIDE_RULES } from '../mutations/rules.js';
import type { Observer } from '../world/observer.js';
import type { ScriptedVat } from '../vats/scripted-vat.js';
import { insistLikeParent } from '../world/like-parent.js';
import type { Lineage } from '../world/lineage.js';
import { listParked, readDurableState, reviveVat } from '../world/revive-vat.js';
import { takeSnapshot } from '../world/snapshot.js';
import { insist } from '../violation.js';
import { type ClusterHost, makeClusterHost } from './cluster-host.js';
import type { ClusterOptions } from './cluster-options.js';

export type NodeStep =
  | { readonly type: 'execute' | 'arrive' | 'loseWorker'; readonly vatID: VatID }
  | {
      readonly type: 'retire' | 'input' | 'settle' | 'sweep' | 'commit' | 'apply' | 'land' | 'late';
    };

interface Worker {
  readonly vat: ScriptedVat;
  given: number;
  todo: string[];
  flight: string[];
  readonly done: Map<number, { readonly delivery: string; readonly record: string }>;
}

export interface ClusterNode {
  readonly self: PeerID;
  readonly core: Core;
  readonly host: ClusterHost;
  /** Nothing in it moves by itself. */
  readonly isAtRest: boolean;
  /** @param inputs so many the host may have made by now */
  steps(inputs: number): NodeStep[];
  take(step: NodeStep): Promise<void>;
  /**
   * A message of a peer.
   * @param sent how many messages to this kernel its other peers have made durable
   */
  bring(from: PeerID, text: string, sent: Readonly<Record<PeerID, number>>): string;
  /** The peer has durably taken messages. */
  peerTook(peer: PeerID, upTo: number): void;
  peerLost(peer: PeerID): void;
  /** The process ends, and another one takes over what is durable. What was on its way to the disk may come late. */
  crash(): void;
  /** What is durable of what it has sent to a peer: message `n`, or any that are left. */
  durablySent(to: PeerID, n: number): string | undefined;
  /** The number of the newest message that it has durably sent to a peer. */
  newestSent(to: PeerID): number;
  hasSent(to: PeerID): boolean;
  /** How far it has durably taken the link from a peer. */
  durablyTaken(from: PeerID): number;
  /** All that what happens from now on depends on. */
  state(): string;
  /** Rows that it shares with others, and references: for the end, when there are none. */
  left(): string[];
}

export interface NodePowers {
  readonly self: PeerID;
  readonly options: ClusterOptions;
  readonly peers: () => readonly PeerID[];
  readonly makeCore: typeof makeCore;
  /** @param isDurable whether a crash may undo it */
  readonly observe: (event: (observer: Observer) => void) => void;
  /** What was observed of this kernel up to now is durable; see `mark`. */
  readonly durable: (mark: number) => void;
  /** How much was observed of this kernel. */
  readonly mark: () => number;
  /** What was observed of this kernel and is not durable has not happened. */
  readonly undo: () => void;
  /** What it sends and has taken counts for its peers when it is durable. */
  readonly isAtomic: boolean;
  readonly count: (what: string) => void;
  readonly trace?: ((line: string) => void) | undefined;
}

interface Commit {
  readonly flushed: Promise<void>;
  readonly mark: number;
  applied: boolean;
}

const makeGate = (): { readonly passed: Promise<void>; open(): void } => {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
};

const microtasks = async (until: () => boolean): Promise<void> => {
  for (let i = 0; i < 50 && !until(); i += 1) await Promise.resolve();
  insist(until(), () => 'the store does not get on');
};

export const makeNode = (powers: NodePowers): ClusterNode => {
  const { self, options, observe, count, trace, isAtomic } = powers;
  const workers = new Map<VatID, Worker>();
  let gates = { before: makeGate(), after: makeGate() };
  /** Each handle of the disk has gates of its own: a former one may still stand at them. */
  const faults = () => {
    const own = { before: makeGate(), after: makeGate() };
    gates = own;
    return { beforeCommit: () => own.before.passed, afterCommit: () => own.after.passed };
  };
  let backend: MemoryBackend = makeMemoryBackend(faults());
  let store: KernelStore = makeKernelStore(backend);
  let core!: Core;
  let host!: ClusterHost;
  let commit: Commit | undefined;
  let late: { open(): void; readonly flushed: Promise<void> } | undefined;
  let uncommitted = 0;
  let unchecked = 0;
  let workersLost = 0;

  const identity = (vatID: VatID): VatID => `${vatID}@${self}` as VatID;

  /** Of forks: good for as long as the fork is in the tables. */
  const lineages = new Map<VatID, Lineage>();
  /** What was handed out to vats that are being upgraded without their heaps. */
  const parked = new Map<VatID, readonly string[]>();

  const restoreVat = (vatID: VatID): Worker => {
    const { windows } = core.kernel.tables;
    const worker: Worker = {
      vat: reviveVat(
        {
          ...{ core, store, identity },
          options: { ...options, rules: VAT_SIDE_RULES },
          lineageOf: (each) => lineages.get(each) ?? [],
        },
        vatID,
      ),
      ...{ given: windows.delivered(vatID), flight: [], done: new Map() },
      todo: windows.list(vatID).map(({ text }) => text),
    };
    workers.set(vatID, worker);
    return worker;
  };

  const noteParked = (): void => {
    parked.clear();
    for (const vatID of core.kernel.tables.vats.list()) {
      const texts = listParked(core, vatID);
      if (texts !== undefined) parked.set(vatID, texts);
    }
  };

  const forked = (vatID: VatID, parent: VatID): void => {
    count('fork');
    const { tables } = core.kernel;
    if (!tables.vats.isAlive(vatID) || !tables.vats.isAlive(parent)) return;
    const { newest, tables: known } = (workers.get(parent) ?? restoreVat(parent)).vat;
    const before = lineages.get(parent) ?? [];
    lineages.set(vatID, [...before, { vatID: identity(parent), until: newest }]);
    insistLikeParent(tables, vatID, parent, known);
    const shared = [
      ...[...known.imports].map(([vref, { token }]) => [vref, token] as const),
      ...known.awaited,
    ];
    observe((each) => each.forked(identity(vatID), identity(parent), shared));
  };

  const upgraded = (vatID: VatID, isWithoutHeap: boolean): void => {
    count('upgrade');
    if (isWithoutHeap) {
      const texts = parked.get(vatID) ?? [];
      observe((each) => each.takenBack(identity(vatID), texts));
    }
    const left = readDurableState(store, vatID);
    observe((each) => each.upgraded(left?.abandoned ?? []));
  };

  const open = (): void => {
    core = powers.makeCore({
      ...{ tables: store.tables, transcripts: store.transcripts, order: options.order },
    });
    host = makeClusterHost({
      ...{ core, self, options, peers: powers.peers },
      sent: (sender, payload) => observe((each) => each.sent(sender, payload)),
    });
    workers.clear();
    noteParked();
    const { isPaused, vats } = core.kernel.tables;
    for (const vatID of lineages.keys()) if (!vats.isAlive(vatID)) lineages.delete(vatID);
    for (const vatID of vats.list()) if (!isPaused(vatID)) restoreVat(vatID);
  };

  const changed = (): void => {
    uncommitted += 1;
    for (const effect of core.takeEffects()) {
      if (effect.type === 'deliver') {
        const { vatID, n, text } = effect;
        trace?.(`    ${self} hands out ${vatID} ${n} ${text}`);
        observe((each) => each.handedOut(identity(vatID), text, false));
        const worker = workers.get(vatID) ?? restoreVat(vatID);
        if (n > worker.given) {
          worker.given = n;
          worker.todo.push(text);
        }
      } else if (effect.type === 'vat-forked') forked(effect.vatID, effect.parent);
      else if (effect.type === 'worker-stale') workers.delete(effect.vatID);
      else if (effect.type === 'vat-released') {
        if (core.kernel.tables.vats.isAlive(effect.vatID)) restoreVat(effect.vatID);
      } else if (effect.type === 'vat-upgraded') {
        if (effect.error === undefined) upgraded(effect.vatID, effect.withoutHeap !== undefined);
      } else if (effect.type === 'vat-ended') {
        workers.delete(effect.vatID);
        observe((each) => each.ended(identity(effect.vatID)));
      }
    }
    noteParked();
    unchecked += 1;
    if (unchecked < options.checkEvery) return;
    unchecked = 0;
    const [finding] = checkTables(takeSnapshot(store.tables));
    insist(finding === undefined, () => `${self}: ${finding?.key}: ${finding?.problem}`);
  };

  /** Of a vat in quarantine nothing counts that was not retired. */
  const losePausedWorkers = (): void => {
    for (const vatID of [...workers.keys()]) {
      if (!core.kernel.tables.isPaused(vatID)) continue;
      count('quarantine');
      core.workerLost(vatID);
      workers.delete(vatID);
    }
  };

  const retire = (): Retired | undefined => {
    const faultsOf = new Map([...workers].map(([id, { vat }]) => [id, vat.faults] as const));
    const done = new Map([...workers].map(([id, worker]) => [id, worker.done] as const));
    const retired = core.retireNext();
    if (retired === undefined) return undefined;
    const { vatID, n, refused } = retired;
    count('retired');
    if (refused === undefined) {
      const { delivery, record } = done.get(vatID)?.get(n) as { delivery: string; record: string };
      trace?.(`    ${self} retires ${vatID} ${n} ${record}`);
      observe((each) => each.retired(identity(vatID), delivery, record));
    } else {
      const fault = faultsOf.get(vatID)?.get(n);
      insist(
        fault !== undefined || refused.code === 'VAT_TERMINATED',
        () => `record ${n} of ${vatID}@${self} is refused: ${refused.message}`,
      );
    }
    changed();
    return retired;
  };

  const crash = (): void => {
    count('crash');
    if (commit?.applied === false) {
      const { flushed } = commit;
      const { before } = gates;
      gates.after.open();
      flushed.catch(() => {});
      late = { open: () => before.open(), flushed };
    } else commit?.flushed.catch(() => {});
    commit = undefined;
    backend = backend.reopen(faults());
    store = makeKernelStore(backend);
    uncommitted = 0;
    powers.undo();
    open();
  };

  const take = async (step: NodeStep): Promise<void> => {
    switch (step.type) {
      case 'execute': {
        const worker = workers.get(step.vatID) as Worker;
        const delivery = worker.todo.shift() as string;
        const record = worker.vat.deliver(delivery);
        if (record === undefined) return;
        worker.done.set(worker.vat.newest, { delivery, record });
        worker.flight.push(record);
        return;
      }
      case 'arrive':
        core.arrived(step.vatID, workers.get(step.vatID)?.flight.shift());
        return;
      case 'loseWorker':
        workersLost += 1;
        core.workerLost(step.vatID);
        restoreVat(step.vatID);
        return;
      case 'retire':
        retire();
        return;
      case 'input':
        trace?.(`    ${self} input ${host.progress}`);
        host.input();
        losePausedWorkers();
        changed();
        return;
      case 'settle':
        host.settle();
        changed();
        return;
      case 'sweep':
        core.input(() => {});
        changed();
        return;
      case 'commit':
        uncommitted = 0;
        commit = { flushed: store.flush(), mark: powers.mark(), applied: false };
        commit.flushed.catch(() => {});
        return;
      case 'apply': {
        const sequence = store.durable + 1;
        gates.before.open();
        await microtasks(() => backend.committed === sequence);
        const { mark } = commit as Commit;
        (commit as Commit).applied = true;
        powers.durable(mark);
        return;
      }
      case 'land': {
        gates.after.open();
        await (commit as Commit).flushed;
        commit = undefined;
        gates.before = makeGate();
        gates.after = makeGate();
        count('commit');
        return;
      }
      case 'late': {
        const { committed } = backend;
        const zombie = late;
        late = undefined;
        zombie?.open();
        const refused = await zombie?.flushed.then(
          () => false,
          () => true,
        );
        insist(
          refused === true && backend.committed === committed,
          () => `${self}: a commit of a former owner counted`,
        );
        count('late');
        return;
      }
    }
  };

  const durableRow = (peer: PeerID): { readonly sent: number; readonly taken: number } => {
    const row = (isAtomic ? backend : store.tables).get(keys.peer(peer));
    return row === undefined
      ? { sent: 0, taken: 0 }
      : (JSON.parse(row) as { sent: number; taken: number });
  };

  open();
  return {
    self,
    get core() {
      return core;
    },
    get host() {
      return host;
    },
    get isAtRest() {
      const isIdle = [...workers.values()].every(
        ({ todo, flight }) => todo.length + flight.length === 0,
      );
      const isSettled = core.waiting === 0 && core.isIdle() && !core.hasLeftRows && !host.hasOutput;
      return isIdle && isSettled && commit === undefined && uncommitted === 0;
    },
    take,
    crash,
    steps: (inputs) => {
      const steps: NodeStep[] = [];
      for (const [vatID, { todo, flight }] of workers) {
        if (todo.length > 0) steps.push({ type: 'execute', vatID });
        if (flight.length > 0) steps.push({ type: 'arrive', vatID });
        if (workersLost < options.workersLost && todo.length > 0) {
          steps.push({ type: 'loseWorker', vatID });
        }
      }
      if (core.waiting > 0) steps.push({ type: 'retire' });
      if (core.hasLeftRows) steps.push({ type: 'sweep' });
      if (host.hasOutput) steps.push({ type: 'settle' });
      else if (host.progress < inputs) steps.push({ type: 'input' });
      if (commit === undefined) {
        if (uncommitted > 0) steps.push({ type: 'commit' });
      } else steps.push({ type: commit.applied ? 'land' : 'apply' });
      if (late !== undefined) steps.push({ type: 'late' });
      return steps;
    },
    bring: (from, text, sent) => {
      trace?.(`    ${self} takes from ${from} ${text}`);
      const arrival = core.input((each) => each.arrive(from, text, sent));
      if (arrival === 'taken') changed();
      return arrival;
    },
    peerTook: (peer, upTo) => {
      core.input((each) => each.peerTook(peer, upTo));
      changed();
    },
    peerLost: (peer) => {
      core.input((each) => each.peerLost(peer, 'the schedule says so'));
      changed();
    },
    durablyTaken: (from) => durableRow(from).taken,
    newestSent: (to) => durableRow(to).sent,
    durablySent: (to, n) => (isAtomic ? backend : store.tables).get(keys.linkSent(to, n)),
    hasSent: (to) => {
      const prefix = keys.linkSents(to);
      return backend.keys(prefix, endOf(prefix)).next().done !== true;
    },
    state: () =>
      JSON.stringify([
        hashTables(store.tables),
        backend.committed,
        [...workers].map(([vatID, { todo, flight }]) => [vatID, todo.length, flight.length]),
        ...[uncommitted > 0, commit?.applied, core.waiting],
      ]),
    left: () =>
      ['ko', 'kp', 'link.', 'far.', 'via.', 'told.', 'pin.', 'out.'].flatMap((prefix) =>
        [...store.tables.keys(prefix, `${prefix}\uffff`)].map(
          (key) => `${key} ${store.tables.get(key)}`,
        ),
      ),
  };
};
