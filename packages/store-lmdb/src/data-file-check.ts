/**
 * A walk over all pages of an LMDB file without LMDB, which trusts its file
 * and takes the process down where that trust is misplaced. Everything that
 * LMDB would follow without looking (page numbers, offsets, lengths) is looked
 * at here, and so is what it would write over: a page listed as free that is in
 * use. What is inside values cannot be judged: pages have no checksums.
 *
 * The layout is that of LMDB's data version 2, little-endian:
 *
 * | page | pgno u64, txnid u64, pad u16, flags u16, lower u16, upper u16 (overflow pages: count u32) |
 * | meta page | the header, then magic u32, version u32, address u64, map size u64, two trees, last page u64, txnid u64 |
 * | tree | pad u32 (of the first: the page size), flags u16, depth u16, pages of three kinds u64 each, entries u64, root u64 |
 * | node | data size or child page u32, flags u16 (of a child: its top bits), key size u16, key, data |
 * | large value | in the node, in place of the data: first page u64, txnid u64, pages u64 |
 * | free pages | key: txnid u64; count i64 of what follows: a page, 0 for nothing, or -n and the first of n pages |
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CooperageError } from '@cooperage/types';

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const PAGE_HEADER = 24;
const META_LENGTH = 160;
const TREE_LENGTH = 48;
const LARGE_VALUE_LENGTH = 24;
/** Free pages that the file need not have grown to yet. */
const MOST_UNWRITTEN = 1_000_000;
const NODE_HEADER = 8;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

const BRANCH = 0x01;
const LEAF = 0x02;
const OVERFLOW = 0x04;
const META = 0x08;
/** These four, pages of kinds that no database here has, and marks that only pages in memory bear. */
const KINDS = 0xc06f;

const INTEGER_KEYS = 0x08;
const IN_ONE_FILE = 0x4000;

const BIG_DATA = 0x01;
const SUB_TREE = 0x02;

interface Tree {
  readonly flags: number;
  readonly depth: number;
  readonly root: number | undefined;
  /** What kinds of key order and of value are chosen by. Free pages have numbers as keys. */
  readonly holds: 'rows' | 'free pages';
}

interface Meta {
  readonly pageSize: number;
  readonly mapSize: number;
  readonly lastPage: number;
  readonly txnid: bigint;
  readonly trees: readonly Tree[];
}

const corrupt = (path: string, detail: string): CooperageError =>
  new CooperageError(
    'STORE_CORRUPT',
    `${path} is not a sound store: ${detail}; restore it from a backup`,
  );

const parseTree = (bytes: Buffer, at: number, holds: Tree['holds']): Tree => {
  const root = bytes.readBigUInt64LE(at + 40);
  return {
    flags: bytes.readUInt16LE(at + 4),
    depth: bytes.readUInt16LE(at + 6),
    root: root === NO_PAGE ? undefined : Number(root),
    holds,
  };
};

const isPageSize = (size: number): boolean =>
  size >= 512 && size <= 65_536 && (size & (size - 1)) === 0;

/** Gives undefined where the bytes are no meta page of a version that is known. */
const parseMeta = (bytes: Buffer): Meta | undefined => {
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
    trees: [parseTree(bytes, 48, 'free pages'), parseTree(bytes, 96, 'rows')],
  };
};

const readMetas = (fd: number, path: string): readonly [Meta, Meta] => {
  const read = (at: number): Buffer => {
    const bytes = Buffer.alloc(META_LENGTH);
    return bytes.subarray(0, readSync(fd, bytes, 0, META_LENGTH, at));
  };
  const first = parseMeta(read(0));
  if (first === undefined) throw corrupt(path, 'its first meta page is damaged or foreign');
  const second = parseMeta(read(first.pageSize));
  if (second?.pageSize !== first.pageSize) throw corrupt(path, 'its second meta page is damaged');
  return [first, second];
};

/** One walk: the file, what was seen of it, and the page being looked at. */
class Walk {
  readonly #path: string;
  readonly #fd: number;
  readonly #meta: Meta;
  readonly #filePages: number;
  /** A bit for each page of the file. */
  readonly #seen: Uint8Array;
  /** Free pages behind the end of the file, which is where it will grow. */
  readonly #unwritten = new Set<number>();
  readonly #free: (readonly [pgno: number, count: number])[] = [];

  constructor(path: string, fd: number, meta: Meta, fileSize: number) {
    this.#path = path;
    this.#fd = fd;
    this.#meta = meta;
    this.#filePages = Math.floor(fileSize / meta.pageSize);
    this.#seen = new Uint8Array((this.#filePages >> 3) + 1);
  }

  #fail(pgno: number, detail: string): CooperageError {
    return corrupt(this.#path, `page ${pgno} ${detail}`);
  }

  /** Each page belongs to one place, so a second visit is a cycle or a page used twice. */
  #claim(pgno: number, count: number, free = false): void {
    if (pgno < 2 || pgno + count - 1 > this.#meta.lastPage) {
      throw this.#fail(pgno, `is outside the pages in use (2 to ${this.#meta.lastPage})`);
    }
    if (!free && pgno + count > this.#filePages) {
      throw this.#fail(pgno, `is behind the end of the file: it has been truncated`);
    }
    for (let page = pgno; page < pgno + count; page += 1) {
      if (page >= this.#filePages) {
        if (this.#unwritten.has(page)) throw this.#fail(page, 'is free twice');
        if (this.#unwritten.size > MOST_UNWRITTEN) throw this.#fail(page, 'is far behind the end');
        this.#unwritten.add(page);
        continue;
      }
      const mask = 1 << (page & 7);
      const cell = this.#seen[page >> 3] as number;
      if ((cell & mask) !== 0) throw this.#fail(page, 'is used twice');
      this.#seen[page >> 3] = cell | mask;
    }
  }

  #read(pgno: number, length: number): Buffer {
    const page = Buffer.allocUnsafe(length);
    const { pageSize } = this.#meta;
    if (readSync(this.#fd, page, 0, length, pgno * pageSize) !== length) {
      throw this.#fail(pgno, 'cannot be read in full');
    }
    if (Number(page.readBigUInt64LE(0)) !== pgno) throw this.#fail(pgno, 'bears another number');
    // LMDB takes a page from the future for one in memory.
    if (page.readBigUInt64LE(8) > this.#meta.txnid) throw this.#fail(pgno, 'is from the future');
    return page;
  }

  all(): void {
    const { lastPage, pageSize, mapSize, trees } = this.#meta;
    if ((lastPage + 1) * pageSize > mapSize) {
      throw corrupt(this.#path, `its last page is ${lastPage}, which is more than it has room for`);
    }
    for (const tree of trees) this.#tree(tree);
    // Once all trees are known: nothing that is free is part of one.
    for (const [pgno, count] of this.#free) this.#claim(pgno, count, true);
  }

  #tree({ root, depth, flags, holds }: Tree): void {
    // The flags of the first tree are those of the environment too.
    if (holds === 'rows' ? flags !== 0 : (flags & ~IN_ONE_FILE) !== INTEGER_KEYS) {
      throw corrupt(this.#path, `a tree has the flags ${flags}`);
    }
    if (root === undefined) return;
    if (depth === 0 || depth > 32) throw this.#fail(root, `is the root of ${depth} levels`);
    this.#page(root, depth, holds);
  }

  #page(pgno: number, depth: number, holds: Tree['holds']): void {
    this.#claim(pgno, 1);
    const { pageSize } = this.#meta;
    const page = this.#read(pgno, pageSize);
    const kind = page.readUInt16LE(18) & KINDS;
    if (kind !== (depth > 1 ? BRANCH : LEAF)) throw this.#fail(pgno, 'is of the wrong kind');
    const lower = page.readUInt16LE(20);
    const upper = page.readUInt16LE(22);
    const room = pageSize - PAGE_HEADER;
    if (lower > upper || upper > room || (lower & 1) !== 0) {
      throw this.#fail(pgno, 'has impossible bounds');
    }
    const count = lower >> 1;
    if (count === 0 || (kind === BRANCH && count < 2)) throw this.#fail(pgno, 'is empty');
    let previous: Buffer | undefined;
    for (let i = 0; i < count; i += 1) {
      const at = page.readUInt16LE(PAGE_HEADER + 2 * i) + PAGE_HEADER;
      if (at < PAGE_HEADER + upper || at + NODE_HEADER > pageSize) {
        throw this.#fail(pgno, `has node ${i} outside itself`);
      }
      const keyEnd = at + NODE_HEADER + page.readUInt16LE(at + 6);
      if (keyEnd > pageSize) throw this.#fail(pgno, `has a key outside itself`);
      // The first key of a branch is left out: everything below the second is there.
      if (holds === 'rows' && !(kind === BRANCH && i === 0)) {
        const key = page.subarray(at + NODE_HEADER, keyEnd);
        if (previous !== undefined && previous.compare(key) >= 0) {
          throw this.#fail(pgno, 'has its keys out of order');
        }
        previous = key;
      }
      if (kind === BRANCH) {
        this.#page(page.readUInt32LE(at) + page.readUInt16LE(at + 4) * 2 ** 32, depth - 1, holds);
      } else {
        this.#leafNode(pgno, page, at, keyEnd, holds);
      }
    }
  }

  #leafNode(pgno: number, page: Buffer, at: number, dataAt: number, holds: Tree['holds']): void {
    const size = page.readUInt32LE(at);
    const flags = page.readUInt16LE(at + 4);
    const inline = flags === BIG_DATA ? LARGE_VALUE_LENGTH : size;
    if (dataAt + inline > page.length) throw this.#fail(pgno, 'has data outside itself');
    if (flags === SUB_TREE && holds === 'rows') {
      if (size !== TREE_LENGTH) throw this.#fail(pgno, 'names a database wrongly');
      this.#tree(parseTree(page, dataAt, 'rows'));
      return;
    }
    if (flags !== 0 && flags !== BIG_DATA) throw this.#fail(pgno, 'has a node of an unknown kind');
    const first = flags === BIG_DATA ? this.#largeValue(pgno, page, dataAt, size) : undefined;
    if (holds === 'rows') return;
    if (dataAt - at - NODE_HEADER !== 8) throw this.#fail(pgno, 'lists free pages under no number');
    this.#freeList(
      pgno,
      first === undefined
        ? page.subarray(dataAt, dataAt + size)
        : this.#read(first, PAGE_HEADER + size).subarray(PAGE_HEADER),
    );
  }

  /** The first page of a value that has pages of its own. */
  #largeValue(pgno: number, page: Buffer, dataAt: number, size: number): number {
    const first = Number(page.readBigUInt64LE(dataAt));
    if (page.readBigUInt64LE(dataAt + 8) > this.#meta.txnid) {
      throw this.#fail(pgno, 'names a value from the future');
    }
    const pages = Math.floor((PAGE_HEADER - 1 + size) / this.#meta.pageSize) + 1;
    this.#claim(first, pages);
    const head = this.#read(first, PAGE_HEADER);
    const kind = head.readUInt16LE(18) & KINDS;
    if (kind !== OVERFLOW || head.readUInt32LE(20) !== pages) {
      throw this.#fail(first, 'does not hold the value that it should');
    }
    if (Number(page.readBigUInt64LE(dataAt + 16)) !== pages) {
      throw this.#fail(pgno, 'names a value of another length');
    }
    return first;
  }

  #freeList(pgno: number, list: Buffer): void {
    const length = list.length >= 8 ? Number(list.readBigInt64LE(0)) : -1;
    if (length < 0 || 8 * (length + 1) > list.length) {
      throw this.#fail(pgno, 'lists more free pages than it holds');
    }
    for (let i = 1; i <= length; i += 1) {
      const entry = Number(list.readBigInt64LE(8 * i));
      if (entry > 0) {
        this.#free.push([entry, 1]);
      } else if (entry < 0) {
        i += 1;
        if (i > length) throw this.#fail(pgno, 'lists free pages that it does not name');
        this.#free.push([Number(list.readBigInt64LE(8 * i)), -entry]);
      }
    }
  }
}

const withFile = <T>(path: string, use: (fd: number, size: number) => T): T => {
  const fd = openSync(path, 'r');
  try {
    return use(fd, fstatSync(fd).size);
  } finally {
    closeSync(fd);
  }
};

/**
 * The part of the check that costs nothing: the file is a store at all.
 *
 * @returns both meta pages as text: equal for equal states of the file
 * @throws {CooperageError} `STORE_CORRUPT`
 */
export const checkMetaPages = (path: string): string =>
  withFile(path, (fd, size) => {
    if (size === 0) throw corrupt(path, 'it is empty');
    const metas = readMetas(fd, path);
    return JSON.stringify([size, ...metas.map((meta) => [Number(meta.txnid), meta.lastPage])]);
  });

/**
 * The whole check: every page that the newest state reaches.
 *
 * @throws {CooperageError} `STORE_CORRUPT`
 */
export const checkAllPages = (path: string): void =>
  withFile(path, (fd, size) => {
    const [first, second] = readMetas(fd, path);
    const newest = first.txnid > second.txnid ? first : second;
    new Walk(path, fd, newest, size).all();
  });
