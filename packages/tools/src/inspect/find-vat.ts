import type { KernelTables } from '@cooperage/kernel';
import {
  byNumber,
  CooperageError,
  isVatID,
  type KObject,
  thereAre,
  type VatID,
} from '@cooperage/types';

/** The names under which the host finds vats, by vat. */
export const staticNames = ({ hostNames, objects }: KernelTables): Map<VatID, string> => {
  const found = new Map<VatID, string>();
  for (const [name, root] of hostNames.list('vat')) {
    const owner = objects.find(root as KObject)?.owner;
    if (isVatID(owner)) found.set(owner, name);
  }
  return found;
};

/** A terminated vat. */
export interface EndedVat {
  readonly vatID: VatID;
  readonly name: string;
  /** False: it ended itself, and not for an error. */
  readonly isFailure: boolean;
  readonly reason: string;
}

/** Vats that are no more, oldest first. */
export const endedVats = ({ rows, ends }: KernelTables): EndedVat[] =>
  [...rows.keys('ended.', 'ended/')]
    .map((key) => key.slice('ended.'.length) as VatID)
    .sort(byNumber)
    .flatMap((vatID) => {
      const end = ends.find(vatID);
      if (end === undefined) return [];
      const { name, isFailure, reason } = end;
      return [{ vatID, name, isFailure, reason }];
    });

/**
 * @param nameOrID `v7`, or a name: the host's own for a static vat, or the one it was made under
 * @throws {CooperageError} `VAT_NOT_FOUND`; `BAD_ARGUMENT` where several vats have the name
 */
export const findVat = (tables: KernelTables, nameOrID: string): VatID => {
  const living = tables.vats.list();
  if (living.includes(nameOrID as VatID)) return nameOrID as VatID;
  const given = staticNames(tables);
  for (const [vatID, name] of given) if (name === nameOrID) return vatID;
  const named = living.filter((vatID) => tables.vats.options(vatID).name === nameOrID);
  if (named.length > 1) {
    throw new CooperageError(
      'BAD_ARGUMENT',
      `${named.length} vats are named "${nameOrID}"; say which one: ${named.join(', ')}`,
    );
  }
  if (named[0] !== undefined) return named[0];
  const end = endedVats(tables).find(({ vatID, name }) => vatID === nameOrID || name === nameOrID);
  if (end !== undefined) {
    const { vatID, name, isFailure, reason } = end;
    throw new CooperageError(
      'VAT_NOT_FOUND',
      `the vat "${name}" (${vatID}) ${isFailure ? 'failed' : 'has ended'}: ${reason}`,
    );
  }
  const known = living.map((vatID) => given.get(vatID) ?? tables.vats.options(vatID).name);
  throw new CooperageError(
    'VAT_NOT_FOUND',
    `no vat is named "${nameOrID}"${thereAre(nameOrID, known)}`,
  );
};
