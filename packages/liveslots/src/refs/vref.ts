/**
 * Vrefs taken apart without regular expressions: these run for every slot of
 * every crank, on strings that were checked where they came in.
 */
import { formatVRef, type VRef } from '@cooperage/types';

const O = 'o'.charCodeAt(0);
const P = 'p'.charCodeAt(0);
const D = 'd'.charCodeAt(0);
const NINE = '9'.charCodeAt(0);
const PLUS = '+'.charCodeAt(0);

export const isObject = (vref: VRef): boolean => vref.charCodeAt(0) === O;
export const isPromise = (vref: VRef): boolean => vref.charCodeAt(0) === P;
export const isDevice = (vref: VRef): boolean => vref.charCodeAt(0) === D;
/** The vat made up the number: its own object, or a promise that it named first. */
export const isLocal = (vref: VRef): boolean => vref.charCodeAt(1) === PLUS;
/** An object of another vat. */
export const isImport = (vref: VRef): boolean => isObject(vref) && !isLocal(vref);
/** An instance of a virtual or durable kind: `o+v10/3`, `o+d6/1:0`. */
export const isVirtualOrDurable = (vref: VRef): boolean => vref.charCodeAt(2) > NINE;
/** An object that lives in this vat's heap only: `o+5`. */
export const isRemotable = (vref: VRef): boolean =>
  isObject(vref) && isLocal(vref) && !isVirtualOrDurable(vref);

/** The vref without its facet. */
export const baseOf = (vref: VRef): VRef => {
  const colon = vref.indexOf(':');
  return colon < 0 ? vref : (vref.slice(0, colon) as VRef);
};

/** The facet's index; undefined where the vref names no facet. */
export const facetOf = (vref: VRef): number | undefined => {
  const colon = vref.indexOf(':');
  return colon < 0 ? undefined : Number(vref.slice(colon + 1));
};

/** `10` of `o+d10/3:1`, as text: kind ids are keys. */
export const kindOf = (vref: VRef): string => vref.slice(3, vref.indexOf('/'));

/** `3` of `o+d10/3:1`, as text. */
export const instanceOf = (vref: VRef): string => {
  const colon = vref.indexOf(':');
  return vref.slice(vref.indexOf('/') + 1, colon < 0 ? undefined : colon);
};

export const formatInstance = (kindID: string, instance: string | number, durable: boolean): VRef =>
  `o+${durable ? 'd' : 'v'}${kindID}/${instance}` as VRef;

export const formatFacet = (base: VRef, facet: number): VRef => `${base}:${facet}` as VRef;
export const formatRemotable = (id: number): VRef => formatVRef('object', true, id);
export const formatPromise = (id: number): VRef => formatVRef('promise', true, id);
