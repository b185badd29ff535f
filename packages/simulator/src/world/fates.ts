/** Which vats and objects have ended or take no messages: what is sent there is rejected, and so never delivered. */
import type { VatID } from '@cooperage/types';
import { isTold, type Token } from '../vats/payload.js';
import type { Outcomes } from './outcomes.js';

export interface Fates {
  readonly ended: (vatID: VatID) => void;
  readonly abandoned: (object: Token) => void;
  /** The vat takes messages of this sender only. */
  readonly reserved: (vatID: VatID, creator: string) => void;
  /** The only sender whose messages the vat takes; undefined for a vat that is not reserved. */
  creatorOf(vatID: VatID): string | undefined;
  /** What was sent there was rejected: it leads to a zygote, and not from its creator. */
  isRefused(channel: string): boolean;
  /** True where the execution model demands that a message to `token` was delivered. */
  leadsToLiving(token: Token): boolean;
}

const partsOf = (token: Token): [owner: VatID, vref: string] => token.split(':') as [VatID, string];
const isObject = (vref: string): boolean => vref.startsWith('o+');

export const makeFates = (outcomes: Outcomes): Fates => {
  const gone = new Set<VatID>();
  const abandoned = new Set<Token>();
  const creators = new Map<VatID, string>();

  const leadsToLiving = (token: Token, depth = 0): boolean => {
    if (!isTold(token) || depth > 20) return false;
    const [owner, vref] = partsOf(token);
    if (isObject(vref)) {
      const isOpen = owner.startsWith('v') && !gone.has(owner) && !creators.has(owner);
      return isOpen && !abandoned.has(token);
    }
    const outcome = outcomes.get(token);
    return outcome?.sole !== undefined && leadsToLiving(outcome.sole, depth + 1);
  };

  return {
    ended: (vatID) => void gone.add(vatID),
    abandoned: (object) => void abandoned.add(object),
    reserved: (vatID, creator) => void creators.set(vatID, creator),
    creatorOf: (vatID) => creators.get(vatID),
    leadsToLiving,
    isRefused: (channel) => {
      const [sender, first] = channel.split(' ') as [string, Token];
      let token: Token | undefined = first;
      for (let depth = 0; token !== undefined && depth < 20; depth += 1) {
        if (!isTold(token)) return false;
        const [owner, vref] = partsOf(token);
        if (isObject(vref)) return (creators.get(owner) ?? sender) !== sender;
        token = outcomes.get(token)?.sole;
      }
      return false;
    },
  };
};
