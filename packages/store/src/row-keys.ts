/**
 * The rows that this package keeps in the tables, beside those of the kernel.
 * All but the last belong to one vat:
 *
 * | row | value |
 * |---|---|
 * | `v7.t.0000000000000012` | transcript entry 12 of v7 |
 * | `v7.t.newest` | number of its newest entry |
 * | `v7.s.0000000000000012` | its heap snapshot after delivery 12, `{"hash","engine"}` |
 * | `image.<hash>` | the hash of the image that this one is a difference to, or `-` |
 */
import type { ReadableTables, VatID } from '@cooperage/types';

/** As many digits as the greatest safe integer has. */
const DIGITS = 16;

/** Numbers as text of one length, so that their order is the order of the text. */
export const padNumber = (n: number): string => String(n).padStart(DIGITS, '0');

export const transcriptPrefix = (vatID: VatID): string => `${vatID}.t.`;
export const transcriptKey = (vatID: VatID, n: number): string => `${vatID}.t.${padNumber(n)}`;
export const transcriptNewestKey = (vatID: VatID): string => `${vatID}.t.newest`;

export const snapshotPrefix = (vatID: VatID): string => `${vatID}.s.`;
export const snapshotKey = (vatID: VatID, n: number): string => `${vatID}.s.${padNumber(n)}`;

export const imagePrefix = 'image.';
export const imageKey = (hash: string): string => `${imagePrefix}${hash}`;

/** All keys that begin with `prefix`, which ends in a dot. */
export const keysWith = (tables: ReadableTables, prefix: string): IterableIterator<string> =>
  // '/' is what follows '.'.
  tables.keys(prefix, `${prefix.slice(0, -1)}/`);
