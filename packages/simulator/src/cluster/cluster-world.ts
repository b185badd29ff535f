/** Several real kernels, each on a disk of its own, whose links carry what is durable. One step at a time. */
import type { makeCore } from '@cooperage/kernel';
import type { PeerID } from '@cooperage/types';
import { makeObserver, type Observer } from '../world/observer.js';
import { makeRandom, type Random } from '../random.js';
import { insist, Violation } from '../violation.js';
import { ENDING } from './cluster-host.js';
import type { ClusterOptions } from './cluster-options.js';
import { type ClusterNode, makeNode, type NodeStep } from './node.js';

export type ClusterCounts = Readonly<Record<string, number>>;

export interface ClusterPowers {
  readonly options: ClusterOptions;
  readonly makeCore: typeof makeCore;
  /** Rules of this world that are switched off. */
  readonly without?: readonly ('atomic' | 'drained')[] | undefined;
  readonly trace?: ((line: string) => void) | undefined;
}

interface Seen {
  readonly self: PeerID;
  readonly event: (observer: Observer) => void;
}

export type Step =
  | { readonly type: 'node'; readonly node: ClusterNode; readonly step: NodeStep }
  | {
      readonly type: 'convey' | 'again' | 'ack';
      readonly from: ClusterNode;
      readonly to: ClusterNode;
    }
  | { readonly type: 'crash' | 'lose'; readonly node: ClusterNode }
  | { readonly type: 'notice'; readonly node: ClusterNode; readonly peer: PeerID }
  | { readonly type: 'hold' };

/** A world that does not end by then goes round. */
const MOST_STEPS = 60_000;

export const kernelOf = (actor: string): string => actor.slice(actor.indexOf('@') + 1);

export interface ClusterWorld {
  readonly counts: ClusterCounts;
  /** What can happen now, besides what {@link disturb} brings about. */
  steps(): Step[];
  take(step: Step): Promise<void>;
  /** What happens out of turn: crashes, losses, links that are held back, messages that come again. */
  disturb(random: Random): void;
  /** Links that are held back are not any more. @returns whether any was */
  letGo(): boolean;
  /**
   * There is no step: the next part of the end begins.
   * @returns whether the world is over
   */
  goOn(): boolean;
  /** All that the rest depends on. */
  state(): string;
}

export const makeClusterWorld = ({
  options,
  makeCore: make,
  without = [],
  trace,
}: ClusterPowers): ClusterWorld => {
  const counts: Record<string, number> = {};
  const count = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const linked = { kernelOf, isLossy: options.losses > 0 };
  let observer = makeObserver(linked);
  let seen: Seen[] = [];
  const durable = new Map<PeerID, number>();
  const nodes: ClusterNode[] = [];
  const lost: ClusterNode[] = [];
  const held = new Set<string>();
  /** By link: at which change of the receiver its next message waited for those of other links. */
  const waits = new Map<string, number>();
  const changes = new Map<PeerID, number>();
  const changed = (self: PeerID): void => {
    changes.set(self, (changes.get(self) ?? 0) + 1);
  };
  /** Inputs that the hosts may have made by now. */
  let allowed = options.inputs + 1;

  const mark = (self: PeerID): number => seen.filter((each) => each.self === self).length;

  const undo = (self: PeerID): void => {
    const kept = durable.get(self) ?? 0;
    let n = 0;
    seen = seen.filter((each) => each.self !== self || (n += 1) <= kept);
    observer = makeObserver(linked);
    for (const { event } of seen) event(observer);
  };

  const addNode = (self: PeerID): void => {
    nodes.push(
      makeNode({
        ...{ self, options, makeCore: make, count, trace },
        isAtomic: !without.includes('atomic'),
        peers: () => nodes.map((node) => node.self),
        observe: (event) => {
          seen.push({ self, event });
          event(observer);
        },
        mark: () => mark(self),
        durable: (n) => durable.set(self, n),
        undo: () => undo(self),
      }),
    );
  };
  for (let i = 0; i < options.kernels; i += 1) addNode(`s${i}~1` as PeerID);

  const takenFrom = (to: ClusterNode, from: ClusterNode): number =>
    to.core.kernel.tables.links.peer(from.self).taken;

  const linkSteps = (to: ClusterNode, isEnding: boolean): Step[] => {
    const steps: Step[] = [];
    // Its host has not begun.
    if (to.core.kernel.tables.links.self() === undefined) return steps;
    for (const from of [...nodes, ...lost]) {
      if (from === to) continue;
      const taken = takenFrom(to, from);
      const isLost = to.core.kernel.tables.links.isLost(from.self);
      const next = isLost ? undefined : from.durablySent(to.self, taken + 1);
      if (next !== undefined && (isEnding || !held.has(`${from.self}>${to.self}`))) {
        // It is brought again when its receiver has taken something else.
        if (waits.get(`${from.self}>${to.self}`) !== (changes.get(to.self) ?? 0))
          steps.push({ type: 'convey', from, to });
      }
      if (lost.includes(from)) {
        if ((next === undefined || without.includes('drained')) && !isLost)
          steps.push({ type: 'notice', node: to, peer: from.self });
        continue;
      }
      const durablyTaken = to.durablyTaken(from.self);
      if (durablyTaken > 0 && from.durablySent(to.self, durablyTaken) !== undefined) {
        const { links } = from.core.kernel.tables;
        const first = links.sent(to.self).next();
        if (first.done !== true && first.value[0] <= durablyTaken)
          steps.push({ type: 'ack', from, to });
      }
    }
    return steps;
  };

  const isAtRest = (): boolean =>
    nodes.every((node) => node.isAtRest && node.host.progress >= allowed) &&
    nodes.every((node) => linkSteps(node, true).length === 0);

  const steps = (): Step[] => [
    ...nodes.flatMap((node) =>
      node.steps(allowed).map((step): Step => ({ type: 'node', node, step })),
    ),
    ...nodes.flatMap((node) => linkSteps(node, false)),
  ];

  const bring = (from: ClusterNode, to: ClusterNode, n: number): string => {
    const text = from.durablySent(to.self, n);
    if (text === undefined) return 'gone';
    const [, , op] = JSON.parse(text) as [number, unknown, string];
    const sent: Record<PeerID, number> = {};
    for (const node of nodes) if (node !== to) sent[node.self] = node.newestSent(to.self);
    const arrival = to.bring(from.self, text, sent);
    if (arrival === 'taken') {
      count(op);
      changed(to.self);
    } else if (arrival === 'waits') {
      count('waits');
      waits.set(`${from.self}>${to.self}`, changes.get(to.self) ?? 0);
    }
    return arrival;
  };

  const lose = (node: ClusterNode): void => {
    count('lose');
    undo(node.self);
    lost.push(node);
    nodes.splice(nodes.indexOf(node), 1);
    const [shard, life] = node.self.split('~') as [string, string];
    addNode(`${shard}~${Number(life) + 1}` as PeerID);
  };

  const take = async (step: Step): Promise<void> => {
    switch (step.type) {
      case 'node':
        return step.node.take(step.step);
      case 'convey':
        bring(step.from, step.to, takenFrom(step.to, step.from) + 1);
        return;
      case 'ack':
        step.from.peerTook(step.to.self, step.to.durablyTaken(step.from.self));
        return;
      case 'notice':
        count('notice');
        step.node.peerLost(step.peer);
        changed(step.node.self);
        return;
      case 'crash':
        step.node.crash();
        changed(step.node.self);
        return;
      default:
        return;
    }
  };

  /** What happens out of turn. */
  const disturb = (random: Random): void => {
    const node = random.pick(nodes);
    if ((counts['crash'] ?? 0) < options.crashes && random.chance(0.006)) {
      node.crash();
      changed(node.self);
    }
    if ((counts['lose'] ?? 0) < options.losses && random.chance(0.002)) lose(random.pick(nodes));
    if (random.chance(0.01)) {
      if (held.size > 0 && random.chance(0.5)) held.clear();
      else held.add(`${random.pick(nodes).self}>${random.pick(nodes).self}`);
    }
    if (random.chance(0.01)) {
      const [from, to] = [random.pick(nodes), random.pick(nodes)];
      const taken = takenFrom(to, from);
      if (from !== to && taken > 0 && from.durablySent(to.self, taken) !== undefined) {
        count('again');
        const arrival = bring(from, to, taken);
        insist(arrival === 'known', () => `message ${taken} of ${from.self} is ${arrival} again`);
      }
    }
  };

  /** Nothing moves any more: no message waits for those of other links, no settlement for an answer, no vat for room. */
  const insistNoneWaits = (): void => {
    for (const to of nodes) {
      const { backPressure, links, vats } = to.core.kernel.tables;
      const slowed = vats.list().find((vatID) => backPressure.isSlowed(vatID));
      insist(slowed === undefined, () => `${slowed} of ${to.self} waits for a link that is empty`);
      for (const from of [...nodes, ...lost]) {
        if (from === to) continue;
        const [name] = links.embargoes(from.self);
        insist(
          name === undefined,
          () => `${to.self} waits for ${from.self} to answer an echo of ${name}`,
        );
        if (links.isLost(from.self)) continue;
        const n = takenFrom(to, from) + 1;
        insist(
          from.durablySent(to.self, n) === undefined,
          () => `message ${n} of ${from.self} waits at ${to.self}`,
        );
      }
    }
  };

  const goOn = (): boolean => {
    insist(isAtRest(), () => `it stands still: ${describe(nodes)}`);
    insistNoneWaits();
    if (allowed === options.inputs + 1 + ENDING) {
      for (const node of nodes) {
        const [first] = node.left();
        insist(first === undefined, () => `${node.self} has left ${first}`);
      }
      return true;
    }
    if (allowed === options.inputs + 2 && options.losses === 0) observer.insistAllDelivered();
    allowed += 1;
    return false;
  };

  return {
    ...{ counts, steps, take, disturb, goOn },
    letGo: () => {
      const { size } = held;
      held.clear();
      return size > 0;
    },
    state: () => JSON.stringify([allowed, ...nodes.map((node) => node.state())]),
  };
};

export const runClusterWorld = async (powers: ClusterPowers): Promise<ClusterCounts> => {
  const random = makeRandom(`cluster ${powers.options.seed} steps`);
  const world = makeClusterWorld(powers);
  for (let i = 0; i < MOST_STEPS; i += 1) {
    world.disturb(random);
    const open = world.steps();
    if (open.length > 0) await world.take(random.pick(open));
    else if (!world.letGo() && world.goOn()) return { ...world.counts, steps: i };
  }
  throw new Violation('it does not come to an end');
};

const describe = (nodes: readonly ClusterNode[]): string =>
  nodes
    .map((node) => `${node.self} ${node.isAtRest ? 'rests' : 'works'} after ${node.host.progress}`)
    .join(', ');
