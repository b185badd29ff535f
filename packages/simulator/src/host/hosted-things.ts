/**
 * Objects and promises of the host's process that have no name. They are made where a message carries them; the promises
 * are settled later, the objects retired, and all break when the process ends. What is known of them is in the tables.
 */
import { type Core, type Host } from '@cooperage/kernel';
import { isKPromise, type KObject, type KPromise, type KRef } from '@cooperage/types';
import type { Random } from '../random.js';
import { encodeList, encodeSole, type Ref, type Token } from '../vats/payload.js';

export interface HostedThings {
  /** A new object or promise, or an object that was passed before. */
  provide(host: Host, random: Random): Ref<KRef>;
  /** Settles a promise, or retires an object that no vat can reach. */
  change(host: Host, random: Random): void;
}

export const makeHostedThings = (
  { kernel: { tables } }: Core,
  tokens: { readonly of: (kref: KRef) => Token; readonly set: (kref: KRef, token: Token) => void },
): HostedThings => {
  const { hosted, objects } = tables;

  const refTo = (kref: KRef): Ref<KRef> => ({ slot: kref, token: tokens.of(kref) });
  const objectsOf = (): KObject[] =>
    [...hosted.list()].filter((kref): kref is KObject => !isKPromise(kref));
  const promisesOf = (): KPromise[] => [...hosted.list()].filter(isKPromise);

  const named = (kref: KRef, token: Token): Ref<KRef> => {
    tokens.set(kref, token);
    return refTo(kref);
  };

  return {
    provide: (host, random) => {
      const known = objectsOf();
      if (known.length > 0 && random.chance(0.4)) return refTo(random.pick(known));
      if (random.chance(0.5)) {
        const ko = host.exportObject();
        return named(ko, `host:o+${ko}`);
      }
      const kp = host.exportPromise();
      return named(kp, `host:${kp}`);
    },
    change: (host, random) => {
      const open = promisesOf();
      const known = objectsOf();
      if (open.length > 0 && random.chance(0.7)) {
        const kp = random.pick(open);
        // Objects only: a promise could follow itself.
        const refs = known.filter(() => random.chance(0.5)).map(refTo);
        const [first] = refs;
        const data =
          first !== undefined && random.chance(0.5) ? encodeSole(first) : encodeList<KRef>(refs);
        host.settlePromise(kp, { isReject: random.chance(0.2), data });
        return;
      }
      const unreachable = known.filter((ko) => objects.find(ko)?.reachable === 0);
      if (unreachable.length > 0) host.retireObject(random.pick(unreachable));
    },
  };
};
