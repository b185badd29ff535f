/**
 * The states of one kernel in a world that is explored. What the kernel does next depends on its own state and on what
 * happens to it: so each of its steps is run once, however many states the other kernels are in meanwhile.
 */
import type { makeCore } from '@cooperage/kernel';
import type { PeerID } from '@cooperage/types';
import type { Observer } from '../../world/observer.js';
import type { ClusterOptions } from '../cluster-options.js';
import { type ClusterNode, makeNode, type NodeStep } from '../node.js';

/** What can happen to a kernel. */
export type LocalEvent =
  | { readonly type: NodeStep['type'] | 'crash' }
  | {
      readonly type: 'bring';
      readonly from: PeerID;
      readonly text: string;
      readonly sent: Readonly<Record<PeerID, number>>;
    }
  | { readonly type: 'took'; readonly peer: PeerID; readonly upTo: number };

export type Observed = (observer: Observer) => void;

export interface LocalLink {
  /** Messages to the peer that are kept, by their numbers. */
  readonly kept: ReadonlyMap<number, string>;
  readonly sent: number;
  readonly taken: number;
}

/** All that others can see of a state. */
export interface LocalState {
  readonly number: number;
  /** What the kernel can do by itself. */
  readonly own: readonly NodeStep['type'][];
  /** Inputs that its host has made. */
  readonly progress: number;
  readonly hasJoined: boolean;
  /** Nothing in it moves by itself, except for inputs. */
  readonly isAtRest: boolean;
  readonly links: ReadonlyMap<PeerID, LocalLink>;
  /** Rows of references and links. */
  readonly left: readonly string[];
}

export interface LocalStep {
  readonly to: LocalState;
  readonly observed: readonly Observed[];
  /** Of a message: whether it was taken, or waits for others. */
  readonly arrival?: string | undefined;
}

export interface LocalStates {
  /** How many were found. */
  readonly count: number;
  /** How many steps were run. */
  readonly steps: number;
  start(): Promise<LocalState>;
  next(from: LocalState, event: LocalEvent): Promise<LocalStep>;
}

export interface LocalStatesPowers {
  readonly self: PeerID;
  readonly peers: readonly PeerID[];
  readonly options: ClusterOptions;
  readonly makeCore: typeof makeCore;
}

/**
 * Work that no other party sees at once is done at once. A commit that comes later only makes messages and the news of
 * them come later, which happens anyway; a crash before a commit is a crash before the work.
 */
const INNER: readonly NodeStep['type'][] = ['execute', 'arrive', 'commit', 'apply', 'land'];

interface Live {
  readonly node: ClusterNode;
  at: number;
  observed: Observed[];
}

export const makeLocalStates = ({
  self,
  peers,
  options,
  makeCore: make,
}: LocalStatesPowers): LocalStates => {
  const byText = new Map<string, LocalState>();
  /** By state: the events that led to it first. */
  const paths: (readonly LocalEvent[])[] = [];
  const known = new Map<string, LocalStep>();
  let live: Live | undefined;
  let steps = 0;
  /** The way to a state was checked when it was found. */
  let isChecked = false;
  const nodeOptions: ClusterOptions = {
    ...options,
    get checkEvery() {
      return isChecked ? Infinity : options.checkEvery;
    },
  };

  const begin = (): Live => {
    const observed: Observed[] = [];
    const begun: { live?: Live } = {};
    const node = makeNode({
      ...{ self, options: nodeOptions, makeCore: make, isAtomic: true, peers: () => peers },
      observe: (event) => (begun.live?.observed ?? observed).push(event),
      ...{ durable: () => {}, mark: () => 0, undo: () => {}, count: () => {} },
    });
    begun.live = { node, at: -1, observed };
    return begun.live;
  };

  const finishInner = async (node: ClusterNode): Promise<void> => {
    for (;;) {
      const inner = node.steps(0).find(({ type }) => INNER.includes(type));
      if (inner === undefined) return;
      await node.take(inner);
    }
  };

  const happen = async ({ node }: Live, event: LocalEvent): Promise<string | undefined> => {
    steps += 1;
    let arrival: string | undefined;
    if (event.type === 'bring') arrival = node.bring(event.from, event.text, event.sent);
    else if (event.type === 'took') node.peerTook(event.peer, event.upTo);
    else if (event.type === 'crash') node.crash();
    else await node.take({ type: event.type } as NodeStep);
    await finishInner(node);
    return arrival;
  };

  const linkOf = (node: ClusterNode, peer: PeerID): LocalLink => {
    const { links } = node.core.kernel.tables;
    const { sent, taken } = links.peer(peer);
    return { kept: new Map(links.sent(peer)), sent, taken };
  };

  const stateOf = (node: ClusterNode, path: () => readonly LocalEvent[]): LocalState => {
    const text = node.state();
    const before = byText.get(text);
    if (before !== undefined) return before;
    const { progress } = node.host;
    const state: LocalState = {
      ...{ number: paths.length, progress, isAtRest: node.isAtRest, left: node.left() },
      own: node.steps(Infinity).map(({ type }) => type),
      hasJoined: node.core.kernel.tables.links.self() !== undefined,
      links: new Map(
        peers.filter((each) => each !== self).map((each) => [each, linkOf(node, each)]),
      ),
    };
    byText.set(text, state);
    paths.push(path());
    return state;
  };

  const bringTo = async (number: number): Promise<Live> => {
    if (live?.at === number) return live;
    isChecked = true;
    live = begin();
    for (const event of paths[number] as readonly LocalEvent[]) await happen(live, event);
    live.at = number;
    isChecked = false;
    return live;
  };

  return {
    get count() {
      return paths.length;
    },
    get steps() {
      return steps;
    },
    start: async () => {
      live = begin();
      const state = stateOf(live.node, () => []);
      live.at = state.number;
      return Promise.resolve(state);
    },
    next: async (from, event) => {
      const key = `${from.number} ${JSON.stringify(event)}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const at = await bringTo(from.number);
      at.observed = [];
      const arrival = await happen(at, event);
      const to = stateOf(at.node, () => [...(paths[from.number] as LocalEvent[]), event]);
      at.at = to.number;
      const step = { to, observed: at.observed, arrival };
      known.set(key, step);
      return step;
    },
  };
};
