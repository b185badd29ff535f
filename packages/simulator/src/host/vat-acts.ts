/** What the host does with vats: it creates, forks and upgrades them. */
import type { Core, Host } from '@cooperage/kernel';
import type { BundleID, KRef, VatID } from '@cooperage/types';
import type { Random } from '../random.js';
import { encodeList, type Ref, type Token } from '../vats/payload.js';
import type { WorldOptions } from '../world/world-options.js';

export const BUNDLE = `b1-${'0'.repeat(128)}` as BundleID;

export interface VatActs {
  readonly createVat: (host: Host, random: Random, parameters: readonly Ref<KRef>[]) => void;
  readonly fork: (host: Host, random: Random, facet: KRef) => void;
  readonly upgrade: (host: Host, random: Random, vatID: VatID) => void;
}

interface VatActsPowers {
  readonly keep: (host: Host, kref: KRef, token: Token) => void;
  readonly someRefs: (random: Random) => readonly Ref<KRef>[];
}

export const makeVatActs = (
  { kernel }: Core,
  { window: mostWindow }: Pick<WorldOptions, 'window'>,
  { keep, someRefs }: VatActsPowers,
): VatActs => {
  const { counters } = kernel.tables;

  const createVat = (host: Host, random: Random, parameters: readonly Ref<KRef>[]): void => {
    const window = 1 + random.below(mostWindow);
    const { vatID, root } = host.createVat(
      {
        name: `vat${counters.read('k.vat') + 1}`,
        bundleID: BUNDLE,
        window,
        // So short that senders have to wait.
        inboxLimit: window,
        ownThread: false,
        crankTimeLimit: 1_000,
        reapInterval: random.pick([0, 3, 20]),
        enablePipelining: random.chance(0.5),
        zygote: random.chance(0.1),
        liveslots: 'scripted',
      },
      encodeList(parameters),
    );
    keep(host, root, `${vatID}:o+0`);
  };

  const fork = (host: Host, random: Random, facet: KRef): void => {
    const refs = someRefs(random);
    const wanted = refs.map(({ slot }, i) => `${slot.startsWith('kp') ? '&' : '$'}${i}`);
    const options = random.chance(0.2) ? { zygote: true } : {};
    host.send(facet, {
      body: `#${JSON.stringify(['fork', [wanted, options]])}`,
      slots: refs.map(({ slot }) => slot),
    });
  };

  const upgrade = (host: Host, random: Random, vatID: VatID): void => {
    host.upgradeVat(vatID, {
      bundleID: BUNDLE,
      ...(random.chance(0.9) && { vatParameters: encodeList(someRefs(random)) }),
      upgradeMessage: 'the host wants it',
    });
  };

  return { createVat, fork, upgrade };
};
