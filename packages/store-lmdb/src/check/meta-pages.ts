import { readSync } from 'node:fs';
import {
  corrupt,
  hasSoundFlags,
  type Meta,
  META_LENGTH,
  PAGE_HEADER,
  parseMeta,
} from './layout.js';

const readAt = (fd: number, at: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, at));
};

/**
 * Transactions write the two meta pages in turn, so that each has a number of its own parity, and the numbers
 * are next to one another.
 */
const areInTurn = (metas: readonly [Meta, Meta]): boolean =>
  metas.every(({ txnid }, place) => Number(txnid & 1n) === place) &&
  [1n, -1n].includes(metas[0].txnid - metas[1].txnid);

/** The number of the transaction that wrote the root of the databases, which each transaction does. */
const rootTransaction = (
  fd: number,
  { databases, lastPage, pageSize }: Meta,
): bigint | undefined => {
  if (databases.root === undefined || databases.root > lastPage) return undefined;
  const header = readAt(fd, databases.root * pageSize, PAGE_HEADER);
  if (header.length < PAGE_HEADER) return undefined;
  if (Number(header.readBigUInt64LE(0)) !== databases.root) return undefined;
  return header.readBigUInt64LE(8);
};

/**
 * @param path for messages
 * @throws {CooperageError} `STORE_CORRUPT`
 */
export const readMetas = (fd: number, path: string): readonly [Meta, Meta] => {
  const first = parseMeta(readAt(fd, 0, META_LENGTH));
  if (first === undefined) throw corrupt(path, 'its first meta page is damaged or foreign');
  const second = parseMeta(readAt(fd, first.pageSize, META_LENGTH));
  if (second?.pageSize !== first.pageSize) throw corrupt(path, 'its second meta page is damaged');
  for (const { free, databases, lastPage, pageSize, mapSize, txnid } of [first, second]) {
    if (!hasSoundFlags(free) || !hasSoundFlags(databases)) {
      throw corrupt(path, `the trees of transaction ${txnid} have unknown flags`);
    }
    if ((lastPage + 1) * pageSize > mapSize) {
      throw corrupt(path, `its last page is ${lastPage}, which is more than it has room for`);
    }
  }
  return [first, second];
};

/**
 * The newest state of a file that is not written to meanwhile.
 *
 * Where the number in a meta page was changed, the other one may pass for the newest: the store would lose what
 * was committed last.
 *
 * @throws {CooperageError} `STORE_CORRUPT`
 */
export const findNewest = (fd: number, path: string, metas: readonly [Meta, Meta]): Meta => {
  if (!areInTurn(metas)) {
    throw corrupt(path, 'its meta pages do not name two transactions that follow each other');
  }
  for (const meta of metas) {
    if (rootTransaction(fd, meta) === meta.txnid) continue;
    throw corrupt(path, `the root of transaction ${meta.txnid} was written by another one`);
  }
  const [first, second] = metas;
  return first.txnid > second.txnid ? first : second;
};
