// The vats of this example in one heap, without a kernel.
import './globals.js';
import { bundleContracts } from '../dist/config.js';
import * as framework from '../src/vats/framework.js';
import * as host from '../src/vats/host.js';
import { makeMarket, type Market } from '../src/vats/market.js';
import { STORY_USERS } from '../src/vats/story.js';
import type { Framework, VatAdmin, VatControl, VatFacets } from '../src/vats/types.js';

/** Of the build: bundling takes longer than all that is tested here. */
const bundles = bundleContracts();

/**
 * Vats that are forked by doing again what was done to their parent, and whose termination reaches whoever waits for it;
 * their roots go on working all the same.
 */
export const makeVatAdmin = (): VatAdmin => {
  const makeVat = (past: readonly string[]): VatFacets => {
    const installed = [...past];
    const inner = framework.buildRootObject();
    for (const each of installed) inner.install(each);
    const root: Framework = Far('root', {
      ...inner,
      install: (text: string) => {
        inner.install(text);
        installed.push(text);
      },
    });
    let terminate!: (reason: Error) => void;
    const done = new Promise<never>((_, reject) => {
      terminate = reject;
    });
    done.catch(() => {});
    const admin: VatControl = Far('admin', {
      done: () => done,
      terminateWithFailure: async (reason: Error) => terminate(reason),
      takeOffline: async () => {},
      fork: async () => makeVat(installed),
    });
    return { root, admin };
  };
  return Far('vatAdmin', { createVat: async () => makeVat([]) });
};

/** Each timer's delay is over at once. */
export const timer = Far('timer', { delay: async () => undefined });

export interface World {
  readonly hostRoot: host.HostRoot;
  readonly market: Market;
}

/** A host with all contracts installed, and its users. */
export const makeWorld = async (): Promise<World> => {
  const hostRoot = host.buildRootObject();
  await hostRoot.useVatAdmin(makeVatAdmin());
  for (const [name, bundle] of Object.entries(await bundles)) await hostRoot.install(name, bundle);
  return { hostRoot, market: makeMarket(hostRoot, STORY_USERS, () => {}) };
};
