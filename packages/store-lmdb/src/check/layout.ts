/**
 * How an LMDB file of data version 2 is laid out, little-endian:
 *
 * | page | pgno u64, txnid u64, pad u16, flags u16, lower u16, upper u16 (overflow pages: count u32) |
 * | meta page | the header, then magic u32, version u32, address u64, map size u64, two trees, last page u64, txnid u64 |
 * | tree | pad u32 (of the first: the page size), flags u16, depth u16, pages of three kinds u64 each, entries u64, root u64 |
 * | node | data size or child page u32, flags u16 (of a child: its top bits), key size u16, key, data |
 * | large value | in the node, in place of the data: first page u64, txnid u64, pages u64 |
 * | free pages | key: txnid u64; count i64 of what follows: a page, 0 for nothing, or -n and the first of n pages |
 *
 * The nodes of a page are its upper end, each of an even size, with nothing between them.
 */
import { CooperageError } from '@cooperage/types';

export const PAGE_HEADER = 24;
export const NODE_HEADER = 8;
export const META_LENGTH = 160;
export const TREE_LENGTH = 48;
export const LARGE_VALUE_LENGTH = 24;

export const BRANCH = 0x01;
export const LEAF = 0x02;
export const OVERFLOW = 0x04;
const META = 0x08;
/** These four, pages of kinds that no database here has, and marks that only pages in memory bear. */
export const KINDS = 0xc06f;

const INTEGER_KEYS = 0x08;
const IN_ONE_FILE = 0x4000;

/** Of nodes in leaves. */
export const BIG_DATA = 0x01;
export const SUB_TREE = 0x02;

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

export interface Tree {
  /** Of a database its name; of the two trees of a meta page what they hold. */
  readonly name: string;
  /** What kinds of key order and of value are chosen by. Free pages have numbers as keys. */
  readonly holds: 'rows' | 'databases' | 'free pages';
  readonly flags: number;
  readonly depth: number;
  readonly entries: number;
  readonly root: number | undefined;
}

export interface Meta {
  readonly pageSize: number;
  readonly mapSize: number;
  readonly lastPage: number;
  readonly txnid: bigint;
  readonly free: Tree;
  readonly databases: Tree;
}

export const corrupt = (path: string, detail: string): CooperageError =>
  new CooperageError(
    'STORE_CORRUPT',
    `${path} is not a sound store: ${detail}; restore it from a backup`,
  );

export const parseTree = (
  bytes: Buffer,
  at: number,
  holds: Tree['holds'],
  name: string = holds,
): Tree => {
  const root = bytes.readBigUInt64LE(at + 40);
  return {
    name,
    holds,
    flags: bytes.readUInt16LE(at + 4),
    depth: bytes.readUInt16LE(at + 6),
    entries: Number(bytes.readBigUInt64LE(at + 32)),
    root: root === NO_PAGE ? undefined : Number(root),
  };
};

/** The flags of the free pages' tree are those of the environment too. */
export const hasSoundFlags = ({ holds, flags }: Tree): boolean =>
  holds === 'free pages' ? (flags & ~IN_ONE_FILE) === INTEGER_KEYS : flags === 0;

const isPageSize = (size: number): boolean =>
  size >= 512 && size <= 65_536 && (size & (size - 1)) === 0;

/** Gives undefined where the bytes are no meta page of a version that is known. */
export const parseMeta = (bytes: Buffer): Meta | undefined => {
  if (bytes.length < META_LENGTH) return undefined;
  if ((bytes.readUInt16LE(18) & META) === 0) return undefined;
  if (bytes.readUInt32LE(24) !== MAGIC) return undefined;
  if ((bytes.readUInt32LE(28) & 0xffff) !== DATA_VERSION) return undefined;
  const pageSize = bytes.readUInt32LE(48);
  if (!isPageSize(pageSize)) return undefined;
  return {
    pageSize,
    mapSize: Number(bytes.readBigUInt64LE(40)),
    lastPage: Number(bytes.readBigUInt64LE(144)),
    txnid: bytes.readBigUInt64LE(152),
    free: parseTree(bytes, 48, 'free pages'),
    databases: parseTree(bytes, 96, 'databases'),
  };
};
