/** By what token each vat knows its references. */
import { isPromiseRef, type VatID, type VRef } from '@cooperage/types';
import { isTold, type Token, UNKNOWN } from '../vats/payload.js';
import { insist } from '../violation.js';

export interface Names {
  /** The vat was given this reference, or has made it, and it stands for this thing. */
  readonly name: (vatID: VatID, slot: string, token: Token) => void;
  readonly nameOf: (vatID: VatID, vref: string) => Token;
  /**
   * Of a vat and a token, in worlds of several kernels: the vat has this promise by two references, which it got from two kernels. They are two
   * promises to it, so that nothing is said of the order of what it sends on them.
   */
  readonly isTwice: (channel: string) => boolean;
}

export const makeNames = (): Names => {
  const names = new Map<string, Token>();
  return {
    name: (vatID, slot, token) => void names.set(`${vatID} ${slot}`, token),
    nameOf: (vatID, vref) => names.get(`${vatID} ${vref}`) ?? `${vatID}:${vref}`,
    isTwice: () => false,
  };
};

export interface FarNamesPowers {
  /** A kernel may be lost, and what is known of its promises with it. */
  readonly isLossy: boolean;
  /** A reference and what it leads to. */
  readonly leadsTo: (token: Token) => ReadonlySet<Token>;
}

/** Kernels pass a promise as the one that it was resolved to: a vat may hear of it by either name. */
export const makeFarNames = ({ isLossy, leadsTo }: FarNamesPowers): Names => {
  const names = new Map<string, Token>();
  /** By vat and token: the first reference by which the vat knew it. */
  const references = new Map<string, string>();
  const twice = new Set<string>();

  const insistSameThing = (key: string, before: Token, token: Token): void => {
    if (before === token || token === UNKNOWN || isLossy) return;
    const ways = leadsTo(before);
    insist(
      [...leadsTo(token)].some((each) => ways.has(each)),
      () => `${key} is known as ${before} and is said to be ${token}`,
    );
  };

  return {
    name: (vatID, slot, token) => {
      const key = `${vatID} ${slot}`;
      const before = names.get(key) ?? UNKNOWN;
      if (before === UNKNOWN) names.set(key, token);
      else insistSameThing(key, before, token);
      const name = names.get(key) as Token;
      if (!isPromiseRef(slot as VRef) || !isTold(name)) return;
      const thing = `${vatID} ${name}`;
      const own = name.startsWith(`${vatID}:`) ? name.slice(vatID.length + 1) : slot;
      if ((references.get(thing) ?? own) !== slot) twice.add(thing);
      references.set(thing, slot);
    },
    nameOf: (vatID, vref) => names.get(`${vatID} ${vref}`) ?? `${vatID}:${vref}`,
    isTwice: (channel) => twice.has(channel),
  };
};
