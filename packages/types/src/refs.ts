/**
 * References as strings with brands. A string gets its brand once, where it
 * comes in (`insist…`, `parse…`), and is trusted from there on.
 *
 * * kref: `ko7` object, `kp3` promise, `kd2` device. Kernel-wide, never reused.
 * * vref: `o+5` allocated by the vat (exported), `o-5` by the kernel (imported),
 *   `p+5`/`p-5` likewise, `o+v10/3:1` facet 1 of instance 3 of virtual kind 10,
 *   `o+d10/3` instance 3 of durable kind 10.
 */
import { CooperageError } from './errors.js';

declare const brand: unique symbol;
type Brand<T, B extends string> = T & { readonly [brand]: B };

/** Names of shards are parts of paths, of channels and of metrics. */
export const SHARD_NAME = /^[a-z][a-z0-9]{0,31}$/u;

/** `v1`, `v2`, … */
export type VatID = Brand<string, 'VatID'>;
/** One life of a kernel that is linked with others: `s3~1`. After a loss the kernel has another one. */
export type PeerID = Brand<string, 'PeerID'>;
/** A kernel object: `ko7`. */
export type KObject = Brand<string, 'KRef'> & `ko${string}`;
/** A kernel promise: `kp3`. */
export type KPromise = Brand<string, 'KRef'> & `kp${string}`;
/** A kernel device: `kd2`. */
export type KDevice = Brand<string, 'KRef'> & `kd${string}`;
/** A reference as the kernel names it. */
export type KRef = KObject | KPromise | KDevice;
/** A reference as one vat names it. */
export type VRef = Brand<string, 'VRef'>;
/** `b1-` and 128 hexadecimal digits: the SHA-512 of a bundle's text. */
export type BundleID = Brand<string, 'BundleID'>;
/** Position of a delivery in the life of one vat: 1, 2, 3, … */
export type DeliveryNumber = Brand<number, 'DeliveryNumber'>;
/** Position of a delivery in the life of the whole kernel: 1, 2, 3, … */
export type IssueNumber = Brand<number, 'IssueNumber'>;

export type VRefType = 'object' | 'promise' | 'device';

/** What a vref says about itself. */
export interface ParsedVRef {
  readonly type: VRefType;
  /** Who made up the number: the vat (`+`, an export) or the kernel (`-`, an import). */
  readonly allocatedByVat: boolean;
  readonly id: number;
  /** Ordinary references live in memory only. */
  readonly kind: 'ordinary' | 'virtual' | 'durable';
  /** Instance of the kind `id`; for `virtual` and `durable` only. */
  readonly subid?: number;
  /** Facet of that instance, where the kind has several. */
  readonly facet?: number;
  /** The vref without its facet: what storage is keyed by. */
  readonly baseRef: VRef;
}

const KREF = /^k([opd])([1-9][0-9]{0,15})$/;
const VATID = /^v([1-9][0-9]{0,15})$/;
const PEERID = /^[a-z][a-z0-9-]{0,31}~[1-9][0-9]{0,8}$/;
const BUNDLEID = /^b1-[0-9a-f]{128}$/;
const VREF = /^([opd])([+-])(0|[1-9][0-9]{0,15})$/;
const KIND_VREF = /^o\+([vd])([1-9][0-9]{0,15})\/([1-9][0-9]{0,15})(?::(0|[1-9][0-9]{0,5}))?$/;

const describe = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : typeof value;

const bad = (what: string, value: unknown): CooperageError =>
  new CooperageError('BAD_REFERENCE', `${describe(value)} is not ${what}`);

const matches = (re: RegExp, value: unknown): boolean =>
  typeof value === 'string' && re.test(value);

export const isVatID = (value: unknown): value is VatID => matches(VATID, value);
export const isPeerID = (value: unknown): value is PeerID => matches(PEERID, value);
export const isKRef = (value: unknown): value is KRef => matches(KREF, value);
export const isKObject = (value: unknown): value is KObject =>
  isKRef(value) && value.startsWith('ko');
export const isKPromise = (value: unknown): value is KPromise =>
  isKRef(value) && value.startsWith('kp');
export const isVRef = (value: unknown): value is VRef =>
  matches(VREF, value) || matches(KIND_VREF, value);
export const isBundleID = (value: unknown): value is BundleID => matches(BUNDLEID, value);

/** @throws {CooperageError} `BAD_REFERENCE` */
export const insistVatID = (value: unknown): VatID => {
  if (!isVatID(value)) throw bad('a vat id such as "v1"', value);
  return value;
};
/** @throws {CooperageError} `BAD_REFERENCE` */
export const insistKRef = (value: unknown): KRef => {
  if (!isKRef(value)) throw bad('a kernel reference such as "ko7" or "kp3"', value);
  return value;
};
/** @throws {CooperageError} `BAD_REFERENCE` */
export const insistVRef = (value: unknown): VRef => {
  if (!isVRef(value)) throw bad('a vat reference such as "o+5", "p-3" or "o+d10/1:0"', value);
  return value;
};
/** @throws {CooperageError} `BAD_REFERENCE` */
export const insistPeerID = (value: unknown): PeerID => {
  if (!isPeerID(value)) throw bad('a peer id such as "s3~1"', value);
  return value;
};
/** @throws {CooperageError} `BAD_REFERENCE` */
export const insistBundleID = (value: unknown): BundleID => {
  if (!isBundleID(value)) throw bad('a bundle id: "b1-" and 128 hexadecimal digits', value);
  return value;
};

export const formatVatID = (n: number): VatID => `v${n}` as VatID;
export const formatKObject = (n: number): KObject => `ko${n}` as KObject;
export const formatKPromise = (n: number): KPromise => `kp${n}` as KPromise;
export const formatBundleID = (sha512hex: string): BundleID => insistBundleID(`b1-${sha512hex}`);

/** The number in a kref or a vatID, for sorting by age. */
export const numberOf = (ref: KRef | VatID): number =>
  Number(ref.startsWith('v') ? ref.slice(1) : ref.slice(2));

/** Sort order of krefs of one type, and of vatIDs: by age. */
export const byNumber = (a: KRef | VatID, b: KRef | VatID): number => numberOf(a) - numberOf(b);

const TYPES = { o: 'object', p: 'promise', d: 'device' } as const;

/** @throws {CooperageError} `BAD_REFERENCE` */
export const parseVRef = (value: unknown): ParsedVRef => {
  const text = typeof value === 'string' ? value : '';
  const plain = VREF.exec(text);
  if (plain) {
    const [, type, sign, id] = plain as unknown as [string, 'o' | 'p' | 'd', string, string];
    return {
      type: TYPES[type],
      allocatedByVat: sign === '+',
      id: Number(id),
      kind: 'ordinary',
      baseRef: text as VRef,
    };
  }
  const kind = KIND_VREF.exec(text);
  if (!kind) throw bad('a vat reference such as "o+5", "p-3" or "o+d10/1:0"', value);
  const [, letter, id, subid, facet] = kind;
  return {
    type: 'object',
    allocatedByVat: true,
    id: Number(id),
    kind: letter === 'v' ? 'virtual' : 'durable',
    subid: Number(subid),
    ...(facet === undefined ? {} : { facet: Number(facet) }),
    baseRef: (facet === undefined ? text : text.slice(0, text.lastIndexOf(':'))) as VRef,
  };
};

/** `formatVRef('object', true, 5)` is `o+5`. */
export const formatVRef = (type: VRefType, allocatedByVat: boolean, id: number): VRef =>
  `${type[0] as string}${allocatedByVat ? '+' : '-'}${id}` as VRef;

/** `o+d10/3:1`: facet 1 of instance 3 of durable kind 10. */
export const formatKindVRef = (
  kind: 'virtual' | 'durable',
  kindID: number,
  instance: number,
  facet?: number,
): VRef =>
  `o+${kind[0] as string}${kindID}/${instance}${facet === undefined ? '' : `:${facet}`}` as VRef;

/** The object that `buildRootObject` returned: `o+0` in every vat. */
export const ROOT_VREF = 'o+0' as VRef;

export const isPromiseRef = (ref: KRef | VRef): boolean =>
  ref.startsWith('kp') || ref.startsWith('p');

/** True for a vref whose number the vat made up: its export, or a promise that it made. */
export const isVatAllocated = (vref: VRef): boolean => vref[1] === '+';
