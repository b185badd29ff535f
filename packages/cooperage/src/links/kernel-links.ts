/** Links with other kernels, for the host. */
import type { LinkSource } from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import { checked } from '../host-calls.js';
import type { EndOfKernel } from '../host/end-of-kernel.js';
import type { KernelRef } from '../host/passable.js';
import type { FarRoots } from './far-roots.js';

export interface KernelLinks {
  /** The name of this kernel for its peers, such as `s0~1`. */
  readonly self: string;
  /**
   * The root of a static vat of another kernel. Resolves when that kernel has answered; rejects if it has no such vat.
   * @param shard the name of its shard, such as `s2`
   * @throws {CooperageError} `BAD_ARGUMENT` if there is no other shard of this name
   */
  readonly find: (shard: string, vat: string) => Promise<KernelRef>;
}

export const makeKernelLinks = (
  source: LinkSource,
  runner: Runner,
  farRoots: FarRoots,
  end: EndOfKernel,
): KernelLinks => ({
  self: source.self,
  find: end.covering(
    checked('links.find', (shard: string, vat: string) =>
      runner.runWhile(farRoots.find(shard, vat)),
    ),
  ),
});

/** Gives a kernel with links its name for its peers, and lets them find the roots of its static vats. */
export const joinPeers = (source: LinkSource | undefined, runner: Runner): void => {
  if (source === undefined) return;
  const { self } = source;
  const { hostNames, links } = runner.core.kernel.tables;
  const roots = [...hostNames.list('vat')].filter(
    ([name, root]) => hostNames.find('offered', name) !== root,
  );
  if (links.self() === self && roots.length === 0) return;
  runner.input((host) => {
    host.join(self);
    for (const [name, root] of roots) host.offer(name, root as Parameters<typeof host.offer>[1]);
  });
};
