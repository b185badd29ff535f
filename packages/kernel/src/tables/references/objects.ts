import { formatKObject, isVatID, type KObject, type PeerID, type VatID } from '@cooperage/types';
import { panic } from '../../panic.js';
import type { CellCache } from '../cells.js';
import type { Counters } from '../counters.js';
import { keys } from '../schema.js';

/**
 * The object has no owner any more: the owner retired it, or (with its id) was terminated or, as the host, restarted, or,
 * as a peer kernel, was lost.
 */
export type NoOwner = 'none' | 'none:host' | `none:${VatID | PeerID}`;

/** The party that answers messages to an object: a vat, a peer kernel, the host, the kernel, or none any more. */
export type Owner = VatID | PeerID | 'host' | 'kernel' | NoOwner;

export const isOrphan = (owner: Owner): owner is NoOwner => owner.startsWith('none');

/** The former owner of an orphan: a terminated vat, a former process of the host, or a lost peer kernel. */
export const formerOwner = (owner: NoOwner): VatID | PeerID | 'host' | undefined =>
  owner === 'none' ? undefined : (owner.slice('none:'.length) as VatID | PeerID | 'host');

/** Garbage actions in the owner's inbox. */
export const DROP_QUEUED = 1;
export const RETIRE_QUEUED = 2;

export interface ObjectRow {
  /** A terminated vat is no owner; the row on disk may still have its id. */
  owner: Owner;
  /** References that can be sent to: reachable import entries, queued messages, promise data, pins. */
  reachable: number;
  /** References that can at least be compared; never less than `reachable`. */
  recognizable: number;
  queued: number;
}

export interface Objects {
  add(owner: Owner): KObject;
  find(ko: KObject): ObjectRow | undefined;
  get(ko: KObject): ObjectRow;
  put(ko: KObject, row: ObjectRow): void;
  delete(ko: KObject): void;
}

export const parseObjectRow = (text: string): ObjectRow => {
  const [owner, reachable, recognizable, queued] = text.split(' ');
  return {
    owner: owner as Owner,
    reachable: Number(reachable),
    recognizable: Number(recognizable),
    queued: Number(queued),
  };
};

const format = ({ owner, reachable, recognizable, queued }: ObjectRow): string =>
  `${owner} ${reachable} ${recognizable} ${queued}`;

export const makeObjects = (
  cache: CellCache,
  counters: Counters,
  isAlive: (vatID: VatID) => boolean,
): Objects => {
  const cells = cache.make({ parse: parseObjectRow, format, copy: (row) => ({ ...row }) });
  // A vat may own millions of objects, so its end is not written into each.
  const find = (ko: KObject): ObjectRow | undefined => {
    const row = cells.get(ko);
    if (row === undefined || !isVatID(row.owner) || isAlive(row.owner)) return row;
    return { ...row, owner: `none:${row.owner}`, queued: 0 };
  };
  return {
    find,
    put: (ko, row) => cells.set(ko, row),
    get: (ko) => find(ko) ?? panic(`${ko} is retained but does not exist`),
    add: (owner) => {
      const ko = formatKObject(counters.next(keys.counter('object')));
      cells.add(ko, { owner, reachable: 0, recognizable: 0, queued: 0 });
      return ko;
    },
    delete: (ko) => cells.delete(ko),
  };
};
