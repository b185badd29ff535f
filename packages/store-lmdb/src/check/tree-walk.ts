/**
 * A walk over all pages of an LMDB file without LMDB, which trusts its file
 * and takes the process down where that trust is misplaced. Everything that
 * LMDB would follow without looking (page numbers, offsets, lengths) is looked
 * at here, and so is what it would write over: a page listed as free that is in
 * use. So is everything by which it would miss rows: the order of keys, across pages
 * too, and the number of rows. Pages have no checksums; rows have, and are handed out
 * to be looked at.
 */
import { readSync } from 'node:fs';
import type { CooperageError } from '@cooperage/types';
import {
  BIG_DATA,
  BRANCH,
  corrupt,
  hasSoundFlags,
  KINDS,
  LARGE_VALUE_LENGTH,
  LEAF,
  type Meta,
  NODE_HEADER,
  OVERFLOW,
  PAGE_HEADER,
  parseTree,
  SUB_TREE,
  type Tree,
  TREE_LENGTH,
} from './layout.js';
import { readName } from '../coding/key-coding.js';
import { PageUses } from './page-uses.js';

/** Is given each row of each database. The buffers are good until it returns. */
export type RowVisitor = (database: string, key: Buffer, value: Buffer) => void;

/** A tree of which pages are still to be looked at. */
interface Walked {
  readonly tree: Tree;
  pagesLeft: number;
  entries: number;
}

/** A page to look at, and the keys that it may hold. */
interface Place {
  readonly walked: Walked;
  readonly pgno: number;
  readonly depth: number;
  /** Inclusive. */
  readonly from: Buffer | undefined;
  /** Exclusive. */
  readonly to: Buffer | undefined;
}

/** A node within its page. */
interface Node {
  readonly at: number;
  readonly keyEnd: number;
}

export interface TreeWalkOptions {
  /** For messages. */
  readonly path: string;
  readonly fd: number;
  readonly fileSize: number;
  readonly meta: Meta;
  readonly visit: RowVisitor;
}

const compareBytes = (a: Buffer, b: Buffer): number => a.compare(b);
const compareNumbers = (a: Buffer, b: Buffer): number => {
  const [left, right] = [a.readBigUInt64LE(0), b.readBigUInt64LE(0)];
  return left < right ? -1 : left > right ? 1 : 0;
};

export class TreeWalk {
  readonly #options: TreeWalkOptions;
  readonly #uses: PageUses;
  /** What is still to be looked at; the last of it next. */
  readonly #places: Place[] = [];
  /** For {@link TreeWalk.#insistTiled}: the size of the node that begins at twice the index, or 0. */
  readonly #sizes: Uint32Array;
  #freePagesAreClaimed = false;

  constructor(options: TreeWalkOptions) {
    this.#options = options;
    const { meta, fileSize } = options;
    this.#sizes = new Uint32Array(meta.pageSize >> 1);
    this.#uses = new PageUses(meta.lastPage, Math.floor(fileSize / meta.pageSize), (pgno, detail) =>
      this.#fail(pgno, detail),
    );
    this.#enter(meta.databases);
    this.#enter(meta.free);
  }

  /**
   * Looks at one page.
   *
   * @returns false when there is none left
   * @throws {CooperageError} `STORE_CORRUPT`
   */
  step(): boolean {
    const place = this.#places.pop();
    if (place === undefined) {
      // Once all trees are known: nothing that is free is part of one.
      if (!this.#freePagesAreClaimed) this.#uses.claimFree();
      this.#freePagesAreClaimed = true;
      return false;
    }
    this.#page(place);
    const { walked } = place;
    walked.pagesLeft -= 1;
    if (walked.pagesLeft === 0 && walked.entries !== walked.tree.entries) {
      const { name, entries } = walked.tree;
      throw corrupt(
        this.#options.path,
        `the tree "${name}" holds ${walked.entries} entries and should hold ${entries}`,
      );
    }
    return true;
  }

  #fail(pgno: number, detail: string): CooperageError {
    return corrupt(this.#options.path, `page ${pgno} ${detail}`);
  }

  #read(pgno: number, length: number): Buffer {
    const page = Buffer.allocUnsafe(length);
    const { fd, meta } = this.#options;
    if (readSync(fd, page, 0, length, pgno * meta.pageSize) !== length) {
      throw this.#fail(pgno, 'cannot be read in full');
    }
    if (Number(page.readBigUInt64LE(0)) !== pgno) throw this.#fail(pgno, 'bears another number');
    // LMDB takes a page from the future for one in memory.
    if (page.readBigUInt64LE(8) > meta.txnid)
      throw this.#fail(pgno, 'is newer than the newest transaction');
    return page;
  }

  #enter(tree: Tree): void {
    const { name, flags, depth, entries, root } = tree;
    if (!hasSoundFlags(tree)) {
      throw corrupt(this.#options.path, `the tree "${name}" has the flags ${flags}`);
    }
    if (root === undefined) {
      if (entries === 0) return;
      throw corrupt(this.#options.path, `the tree "${name}" has entries and no pages`);
    }
    if (depth === 0 || depth > 32) throw this.#fail(root, `is the root of ${depth} levels`);
    const walked = { tree, pagesLeft: 1, entries: 0 };
    this.#places.push({ walked, pgno: root, depth, from: undefined, to: undefined });
  }

  #page({ walked, pgno, depth, from, to }: Place): void {
    this.#uses.claim(pgno, 1);
    const page = this.#read(pgno, this.#options.meta.pageSize);
    const kind = page.readUInt16LE(18) & KINDS;
    if (kind !== (depth > 1 ? BRANCH : LEAF)) throw this.#fail(pgno, 'is of the wrong kind');
    const nodes = this.#nodes(pgno, page, kind);
    const isFree = walked.tree.holds === 'free pages';
    const keys = nodes.map(({ at, keyEnd }, i) => {
      const key = page.subarray(at + NODE_HEADER, keyEnd);
      // The first key of a branch is left out: everything below the second is there.
      if (isFree && key.length !== 8 && !(kind === BRANCH && i === 0)) {
        throw this.#fail(pgno, 'lists free pages without a transaction number');
      }
      return key;
    });
    this.#insistOrder(pgno, kind === BRANCH ? keys.slice(1) : keys, { isFree, from, to });
    if (kind === LEAF) {
      walked.entries += nodes.length;
      // From the last to the first: trees that are found are looked at in the order of their names then.
      for (let i = nodes.length - 1; i >= 0; i -= 1) {
        this.#leafNode(walked.tree, pgno, page, nodes[i] as Node, keys[i] as Buffer);
      }
      return;
    }
    walked.pagesLeft += nodes.length;
    for (let i = nodes.length - 1; i >= 0; i -= 1) {
      const { at } = nodes[i] as Node;
      this.#places.push({
        walked,
        pgno: page.readUInt32LE(at) + page.readUInt16LE(at + 4) * 2 ** 32,
        depth: depth - 1,
        from: i === 0 ? from : keys[i],
        to: keys[i + 1] ?? to,
      });
    }
  }

  #nodes(pgno: number, page: Buffer, kind: number): Node[] {
    const lower = page.readUInt16LE(20);
    const upper = page.readUInt16LE(22);
    if (lower > upper || upper > page.length - PAGE_HEADER || (lower & 1) !== 0) {
      throw this.#fail(pgno, 'has impossible bounds');
    }
    const count = lower >> 1;
    if (count === 0 || (kind === BRANCH && count < 2)) throw this.#fail(pgno, 'is empty');
    const nodes: Node[] = [];
    const sizes = this.#sizes;
    for (let i = 0; i < count; i += 1) {
      const at = page.readUInt16LE(PAGE_HEADER + 2 * i) + PAGE_HEADER;
      if (at < PAGE_HEADER + upper || at + NODE_HEADER > page.length || (at & 1) !== 0) {
        sizes.fill(0);
        throw this.#fail(pgno, `has node ${i} beyond its end`);
      }
      const keyEnd = at + NODE_HEADER + page.readUInt16LE(at + 6);
      const size = keyEnd - at + (kind === LEAF ? this.#inlineSize(page, at) : 0);
      sizes[at >> 1] = size + (size & 1);
      nodes.push({ at, keyEnd });
    }
    this.#insistTiled(pgno, PAGE_HEADER + upper, page.length, count);
    return nodes;
  }

  #inlineSize(page: Buffer, at: number): number {
    return page.readUInt16LE(at + 4) === BIG_DATA ? LARGE_VALUE_LENGTH : page.readUInt32LE(at);
  }

  /** Nodes lie side by side, so that what is written into the page next overwrites none of them. */
  #insistTiled(pgno: number, start: number, end: number, count: number): void {
    const sizes = this.#sizes;
    let at = start;
    let found = 0;
    while (at < end) {
      const size = sizes[at >> 1] as number;
      if (size === 0) break;
      sizes[at >> 1] = 0;
      at += size;
      found += 1;
    }
    if (at === end && found === count) return;
    sizes.fill(0);
    throw this.#fail(pgno, 'has unused bytes between its nodes');
  }

  #insistOrder(
    pgno: number,
    keys: readonly Buffer[],
    { isFree, from, to }: Pick<Place, 'from' | 'to'> & { readonly isFree: boolean },
  ): void {
    const compare = isFree ? compareNumbers : compareBytes;
    let previous: Buffer | undefined;
    for (const key of keys) {
      if (previous !== undefined && compare(previous, key) >= 0) {
        throw this.#fail(pgno, 'has its keys out of order');
      }
      previous = key;
    }
    const [first] = keys;
    if (first === undefined || previous === undefined) return;
    if (from !== undefined && compare(first, from) < 0) {
      throw this.#fail(pgno, 'has keys that are lower than its range');
    }
    if (to !== undefined && compare(previous, to) >= 0) {
      throw this.#fail(pgno, 'has keys that are higher than its range');
    }
  }

  #leafNode(tree: Tree, pgno: number, page: Buffer, { at, keyEnd }: Node, key: Buffer): void {
    const size = page.readUInt32LE(at);
    const flags = page.readUInt16LE(at + 4);
    if (tree.holds === 'databases') {
      if (flags !== SUB_TREE || size !== TREE_LENGTH) {
        throw this.#fail(pgno, 'has a malformed database entry');
      }
      this.#enter(parseTree(page, keyEnd, 'rows', readName(key)));
      return;
    }
    if (flags !== 0 && flags !== BIG_DATA) throw this.#fail(pgno, 'has a node of an unknown kind');
    const value =
      flags === BIG_DATA
        ? this.#largeValue(pgno, page, keyEnd, size)
        : page.subarray(keyEnd, keyEnd + size);
    if (tree.holds === 'rows') this.#options.visit(tree.name, key, value);
    else this.#freeList(pgno, key.readBigUInt64LE(0), value);
  }

  #largeValue(pgno: number, page: Buffer, dataAt: number, size: number): Buffer {
    const { meta } = this.#options;
    const first = Number(page.readBigUInt64LE(dataAt));
    if (page.readBigUInt64LE(dataAt + 8) > meta.txnid) {
      throw this.#fail(pgno, 'refers to a value newer than the newest transaction');
    }
    const pages = Math.floor((PAGE_HEADER - 1 + size) / meta.pageSize) + 1;
    this.#uses.claim(first, pages);
    const value = this.#read(first, PAGE_HEADER + size);
    const kind = value.readUInt16LE(18) & KINDS;
    if (kind !== OVERFLOW || value.readUInt32LE(20) !== pages) {
      throw this.#fail(first, 'does not contain the expected value');
    }
    if (Number(page.readBigUInt64LE(dataAt + 16)) !== pages) {
      throw this.#fail(pgno, 'refers to a value of another length');
    }
    return value.subarray(PAGE_HEADER);
  }

  #freeList(pgno: number, freedBy: bigint, list: Buffer): void {
    if (freedBy > this.#options.meta.txnid) {
      throw this.#fail(pgno, 'lists pages freed by a transaction after the newest');
    }
    const length = list.length >= 8 ? Number(list.readBigInt64LE(0)) : -1;
    if (length < 0 || 8 * (length + 1) > list.length) {
      throw this.#fail(pgno, 'announces more free pages than it lists');
    }
    for (let i = 1; i <= length; i += 1) {
      const entry = Number(list.readBigInt64LE(8 * i));
      if (entry > 0) {
        this.#uses.addFree(entry, 1);
      } else if (entry < 0) {
        i += 1;
        if (i > length) throw this.#fail(pgno, 'announces free pages that it does not list');
        this.#uses.addFree(Number(list.readBigInt64LE(8 * i)), -entry);
      }
    }
  }
}
