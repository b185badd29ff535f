/** One kernel of several: the real machine with scripted vats, on a disk whose commits take as long as the schedule says. */
import {
  type Core,
  checkTables,
  type Effect,
  endOf,
  keys,
  type makeCore,
  type Retired,
} from '@cooperage/kernel';
import { hashTables } from '@cooperage/store';
import { isPeerID, type PeerID, type VatID } from '@cooperage/types';
import type { Observer } from '../world/observer.js';
import { takeSnapshot } from '../world/snapshot.js';
import { insist } from '../violation.js';
import { type ClusterHost, makeClusterHost } from './cluster-host.js';
import type { ClusterOptions } from './cluster-options.js';
import { makeNodeDisk } from './node-disk.js';
import { makeNodeVats, type NodeWorker } from './node-vats.js';

export type NodeStep =
  | { readonly type: 'execute' | 'arrive' | 'loseWorker'; readonly vatID: VatID }
  | {
      readonly type: 'retire' | 'input' | 'settle' | 'sweep' | 'commit' | 'apply' | 'land' | 'late';
    };

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

export const makeNode = (powers: NodePowers): ClusterNode => {
  const { self, options, observe, count, trace, isAtomic } = powers;
  const disk = makeNodeDisk();
  let core!: Core;
  let host!: ClusterHost;
  let uncommitted = 0;
  let unchecked = 0;
  let workersLost = 0;
  const vats = makeNodeVats({
    ...{ self, options, observe },
    ...{ core: () => core, store: () => disk.store },
  });
  const { workers, identity } = vats;

  const open = (): void => {
    core = powers.makeCore({
      ...{ tables: disk.store.tables, transcripts: disk.store.transcripts },
      ...{ order: options.order, linkLimit: options.linkLimit },
    });
    host = makeClusterHost({
      ...{ core, self, options, peers: powers.peers },
      sent: (sender, payload) => observe((each) => each.sent(sender, payload)),
    });
    vats.restoreAll();
  };

  const heed = (effect: Effect): void => {
    switch (effect.type) {
      case 'deliver': {
        const { vatID, n, text } = effect;
        trace?.(`    ${self} hands out ${vatID} ${n} ${text}`);
        observe((each) => each.handedOut(identity(vatID), text, false));
        vats.give(vatID, n, text);
        return;
      }
      case 'vat-forked':
        count('fork');
        vats.forked(effect.vatID, effect.parent);
        return;
      case 'worker-stale':
        workers.delete(effect.vatID);
        return;
      case 'vat-released':
        if (core.kernel.tables.vats.isAlive(effect.vatID)) vats.restore(effect.vatID);
        return;
      case 'vat-upgraded':
        if (effect.error !== undefined) return;
        count('upgrade');
        vats.upgraded(effect.vatID, effect.withoutHeap !== undefined);
        return;
      case 'vat-ended':
        workers.delete(effect.vatID);
        observe((each) => each.ended(identity(effect.vatID)));
        return;
      default:
    }
  };

  const changed = (): void => {
    uncommitted += 1;
    core.takeEffects().forEach(heed);
    vats.noteParked();
    unchecked += 1;
    if (unchecked < options.checkEvery) return;
    unchecked = 0;
    const [finding] = checkTables(takeSnapshot(disk.store.tables));
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
    if (isPeerID(core.kernel.tables.backPressure.receiver(vatID))) count('slowed');
    return retired;
  };

  const crash = (): void => {
    count('crash');
    disk.reopen();
    uncommitted = 0;
    powers.undo();
    open();
  };

  const take = async (step: NodeStep): Promise<void> => {
    switch (step.type) {
      case 'execute': {
        const worker = workers.get(step.vatID) as NodeWorker;
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
        vats.restore(step.vatID);
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
        disk.commit(powers.mark());
        return;
      case 'apply':
        powers.durable(await disk.apply());
        return;
      case 'land':
        await disk.land();
        count('commit');
        return;
      case 'late':
        insist(await disk.arriveLate(), () => `${self}: a commit of a former owner counted`);
        count('late');
        return;
    }
  };

  const durable = () => (isAtomic ? disk.backend : disk.store.tables);

  const durableRow = (peer: PeerID): { readonly sent: number; readonly taken: number } => {
    const row = durable().get(keys.peer(peer));
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
      return isIdle && isSettled && disk.isApplied === undefined && uncommitted === 0;
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
      if (disk.isApplied === undefined) {
        if (uncommitted > 0) steps.push({ type: 'commit' });
      } else steps.push({ type: disk.isApplied ? 'land' : 'apply' });
      if (disk.isLate) steps.push({ type: 'late' });
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
    durablySent: (to, n) => durable().get(keys.linkSent(to, n)),
    hasSent: (to) => {
      const prefix = keys.linkSents(to);
      return disk.backend.keys(prefix, endOf(prefix)).next().done !== true;
    },
    state: () =>
      JSON.stringify([
        hashTables(disk.store.tables),
        [...workers].map(([vatID, { todo, flight }]) => [vatID, todo.length, flight.length]),
        ...[uncommitted > 0, disk.isApplied, core.waiting],
      ]),
    left: () =>
      ['ko', 'kp', 'link.', 'far.', 'via.', 'told.', 'pin.', 'out.'].flatMap((prefix) =>
        [...disk.store.tables.keys(prefix, `${prefix}\uffff`)].map(
          (key) => `${key} ${disk.store.tables.get(key)}`,
        ),
      ),
  };
};
