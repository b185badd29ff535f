/** Kernels in one process, joined by links in memory: what one has made durable, another takes. */
import type { KObject, KPromise, PeerID } from '@cooperage/types';
import { expect } from 'vitest';
import { makeTestKernel, type TestKernel } from '../core/a-kernel.js';
import type { Arrival } from '../../src/links/links.js';

export interface LinkedKernel extends TestKernel {
  readonly self: PeerID;
  /** What it has sent to a peer, which is not known to have taken it. */
  sent(peer: PeerID): unknown[][];
  /** What a promise was settled to. */
  answer(kp: KPromise): unknown;
}

export const peerID = (index: number): PeerID => `s${index}~1` as PeerID;

export const makeLinkedKernel = (index: number, linkLimit?: number): LinkedKernel => {
  const kernel = makeTestKernel('arrival', 0, linkLimit);
  const self = peerID(index);
  kernel.input((host) => host.join(self));
  const { tables } = kernel.core.kernel;
  return {
    ...kernel,
    self,
    sent: (peer) => [...tables.links.sent(peer)].map(([, text]) => JSON.parse(text) as unknown[]),
    answer: (kp) => {
      const { state } = tables.promises.get(kp);
      return state === 'unresolved' ? state : { state, ...tables.promises.getData(kp) };
    },
  };
};

export interface Cluster {
  readonly kernels: readonly LinkedKernel[];
  /** One message of a link, if there is one that may be taken. */
  convey(from: number, to: number): Arrival | undefined;
  /** Messages that go to and fro until there are none. */
  settle(): void;
}

export const makeCluster = (size: number, linkLimit?: number): Cluster => {
  const kernels = Array.from({ length: size }, (_, index) => makeLinkedKernel(index, linkLimit));
  const convey = (from: number, to: number): Arrival | undefined => {
    const sender = kernels[from] as LinkedKernel;
    const receiver = kernels[to] as LinkedKernel;
    const { links } = sender.core.kernel.tables;
    const [first] = [...links.sent(receiver.self)];
    if (first === undefined) return undefined;
    const [n, text] = first;
    const arrival = receiver.input((host) => host.arrive(sender.self, text));
    if (arrival !== 'waits') sender.input((host) => host.peerTook(receiver.self, n));
    return arrival;
  };
  const settle = (): void => {
    for (let moved = true; moved;) {
      moved = false;
      for (let from = 0; from < size; from += 1) {
        for (let to = 0; to < size; to += 1) {
          if (from === to) continue;
          for (let at = convey(from, to); at === 'taken'; at = convey(from, to)) moved = true;
        }
      }
    }
  };
  return { kernels, convey, settle };
};

/** Rows of a kernel that say something of what it shares with others. */
export const linkRows = (kernel: LinkedKernel): string[] =>
  [
    ...kernel.keys('link.'),
    ...kernel.keys('far.'),
    ...kernel.keys('via.'),
    ...kernel.keys('told.'),
  ].sort();

/** The host of one kernel finds the root of a vat of another one, and keeps it. */
export const findRoot = (
  cluster: Cluster,
  at: number,
  peer: number,
  root: KObject,
): { readonly ref: KObject; readonly release: () => void } => {
  const kernel = cluster.kernels[at] as LinkedKernel;
  const other = cluster.kernels[peer] as LinkedKernel;
  other.input((host) => host.offer('root', root));
  const found = kernel.input((host) => host.find(other.self, 'root'));
  cluster.settle();
  const { slots } = kernel.core.kernel.tables.promises.getData(found);
  const ref = slots[0] as KObject;
  kernel.input((host) => host.pin(ref));
  settleOutputs(kernel);
  cluster.settle();
  return { ref, release: () => kernel.input((host) => host.unpin(ref)) };
};

export const settleOutputs = (kernel: LinkedKernel): void => {
  for (const [number] of [...kernel.core.kernel.tables.outputs.list()]) {
    kernel.input((host) => host.settleOutput(number));
  }
};

export const expectNothingShared = (cluster: Cluster): void => {
  for (const kernel of cluster.kernels)
    expect([kernel.self, linkRows(kernel)]).toEqual([kernel.self, []]);
};
