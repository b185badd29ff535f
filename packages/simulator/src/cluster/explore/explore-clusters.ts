/** Small worlds of real kernels, in every order in which their steps can happen. */
import { makeCore as builtCore } from '@cooperage/kernel';
import type { PeerID } from '@cooperage/types';
import { insist } from '../../violation.js';
import { makeObserver } from '../../world/observer.js';
import { ENDING } from '../cluster-host.js';
import type { ClusterOptions } from '../cluster-options.js';
import { kernelOf } from '../cluster-world.js';
import {
  type LocalEvent,
  type LocalState,
  type LocalStates,
  type LocalStep,
  makeLocalStates,
} from './local-states.js';

export interface Exploration {
  /** Different states of the world. */
  readonly states: number;
  /** Different states of each kernel. */
  readonly local: readonly number[];
  /** Different states in which nothing moved until the hosts went on; the order of messages was checked in each. */
  readonly rests: number;
  /** Different states in which the world was over, and nothing was left. */
  readonly ends: number;
  /** Different messages that arrived, by what they are. */
  readonly ops: Readonly<Record<string, number>>;
  readonly isComplete: boolean;
}

/**
 * Two kernels with a vat each. One host finds the root of the other kernel, sends to it all that it has, and sends to
 * the answer. One kernel may crash, at any moment.
 */
export const SMALLEST: ClusterOptions = {
  ...{ seed: 'smallest 1', kernels: 2, vats: 1, window: 1, order: 'arrival', inputs: 2 },
  ...{ crashes: 1, workersLost: 0, losses: 0, checkEvery: 1, linkLimit: 10_000 },
  scripts: { ['s0~1' as PeerID]: ['find', 'ask'], ['s1~1' as PeerID]: [] },
  profile: { fuel: 1, fault: 0, exit: 0, admin: 0, pass: 0, abandon: 0, collect: 0, hosted: 0 },
};

interface State {
  readonly key: string;
  readonly locals: readonly LocalState[];
  /** Inputs that each host may have made by now. */
  readonly allowed: number;
  readonly crashes: number;
  /** The way there. */
  readonly before: State | undefined;
  readonly observed: LocalStep['observed'];
}

/** Something that happens to one of the kernels. */
interface Choice {
  readonly at: number;
  readonly event: LocalEvent;
}

const keyOf = (locals: readonly LocalState[], allowed: number, crashes: number): string =>
  [...locals.map(({ number }) => number), allowed, crashes].join(' ');

const linkChoices = (
  locals: readonly LocalState[],
  names: readonly PeerID[],
  at: number,
): Choice[] => {
  const to = locals[at] as LocalState;
  const self = names[at] as PeerID;
  if (!to.hasJoined) return [];
  return locals.flatMap((from, other): Choice[] => {
    const link = from.links.get(self);
    const peer = names[other] as PeerID;
    if (other === at || link === undefined) return [];
    const { taken = 0 } = to.links.get(peer) ?? {};
    const text = link.kept.get(taken + 1);
    const [first = Infinity] = link.kept.keys();
    const sent = Object.fromEntries(
      locals
        .map((each, i) => [names[i], each.links.get(self)?.sent ?? 0])
        .filter(([name]) => name !== self && name !== peer),
    ) as Record<PeerID, number>;
    return [
      ...(text === undefined
        ? []
        : [{ at, event: { type: 'bring', from: peer, text, sent } } as const]),
      ...(first <= taken
        ? [{ at: other, event: { type: 'took', peer: self, upTo: taken } } as const]
        : []),
    ];
  });
};

const choicesIn = (
  { locals, allowed, crashes }: State,
  names: readonly PeerID[],
  most: number,
): Choice[] =>
  locals.flatMap(({ own, progress }, at): Choice[] => [
    ...own
      .filter((type) => type !== 'input' || progress < allowed)
      .map((type) => ({ at, event: { type } })),
    ...linkChoices(locals, names, at),
    ...(crashes < most ? [{ at, event: { type: 'crash' } } as const] : []),
  ]);

/** The world was observed on the way to this state: once more, from the beginning. */
const insistOrder = (state: State, isSettled: boolean): void => {
  const path: State[] = [];
  for (let at: State | undefined = state; at !== undefined; at = at.before) path.push(at);
  const observer = makeObserver({ kernelOf, isLossy: false });
  for (const { observed } of path.reverse()) for (const event of observed) event(observer);
  if (isSettled) observer.insistAllDelivered();
};

/**
 * @param most give up after so many states
 * @param makeCore the kernel, or one without a rule
 */
export const exploreClusters = async (
  most: number,
  options: ClusterOptions = SMALLEST,
  makeCore = builtCore,
): Promise<Exploration> => {
  const { inputs, kernels } = options;
  const names = Array.from({ length: kernels }, (_, i) => `s${i}~1` as PeerID);
  const kernelStates: LocalStates[] = names.map((self) =>
    makeLocalStates({ self, peers: names, options, makeCore }),
  );
  const seen = new Set<string>();
  const open: State[] = [];
  const ops: Record<string, number> = {};
  const arrived = new Set<string>();
  let rests = 0;
  let ends = 0;
  const reach = (state: Omit<State, 'key'>): void => {
    const key = keyOf(state.locals, state.allowed, state.crashes);
    if (seen.has(key)) return;
    seen.add(key);
    open.push({ ...state, key });
  };

  /** There is no step: the next part of the end begins. */
  const goOn = (state: State): void => {
    const { locals, allowed } = state;
    insist(
      locals.every(({ isAtRest, progress }) => isAtRest && progress >= allowed),
      () => `it stands still: ${state.key}`,
    );
    rests += 1;
    insistOrder(state, allowed === inputs + 2);
    if (allowed < inputs + 1 + ENDING) {
      reach({ ...state, allowed: allowed + 1, before: state, observed: [] });
      return;
    }
    ends += 1;
    locals.forEach(({ left: [first] }, i) =>
      insist(first === undefined, () => `${names[i]} has left ${first}`),
    );
  };

  const locals = await Promise.all(kernelStates.map(async (each) => each.start()));
  reach({ locals, allowed: inputs + 1, crashes: 0, before: undefined, observed: [] });
  for (let state = open.pop(); state !== undefined && seen.size < most; state = open.pop()) {
    const choices = choicesIn(state, names, options.crashes);
    let moves = 0;
    for (const { at, event } of choices) {
      if (event.type === 'bring' && !arrived.has(event.text)) {
        arrived.add(event.text);
        const [, , op] = JSON.parse(event.text) as [number, unknown, string];
        ops[op] = (ops[op] ?? 0) + 1;
      }
      const { to, observed } = await (kernelStates[at] as LocalStates).next(
        state.locals[at] as LocalState,
        event,
      );
      if (event.type !== 'crash' && to !== state.locals[at]) moves += 1;
      reach({
        locals: state.locals.map((each, i) => (i === at ? to : each)),
        allowed: state.allowed,
        crashes: state.crashes + (event.type === 'crash' ? 1 : 0),
        before: state,
        observed,
      });
    }
    if (moves === 0) goOn(state);
  }
  return {
    ...{ states: seen.size, rests, ends, ops, isComplete: seen.size < most },
    local: kernelStates.map(({ count }) => count),
  };
};
