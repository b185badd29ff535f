/** The rows of a collection whose keys are references, as far as others than the collection touch them. */
import { zeroPad } from '@endo/marshal';
import type { CapData, LiveSlotsSyscall, VRef } from '@cooperage/types';
import type { ReferenceCounts } from '../gc/reference-counts.js';

/** Digits of the ordinal that a reference gets in each collection, by which its entry is sorted. */
const ORDINAL_DIGITS = 10;

export const collectionPrefix = (collectionID: string): string => `vc.${collectionID}.`;

/** The row that tells a reference's ordinal. */
export const ordinalKey = (collectionID: string, key: VRef): string =>
  `${collectionPrefix(collectionID)}|${key}`;

/** A reference as an encoded key. */
export const encodeReference = (ordinal: string, key: VRef): string =>
  `r${zeroPad(ordinal, ORDINAL_DIGITS)}:${key}`;

/** The reference in an encoded key. */
export const referenceOf = (encoded: string): VRef => encoded.slice(1 + ORDINAL_DIGITS + 1) as VRef;

/** Deletes the entry of a weak collection whose key is gone. True if heap values were let go. */
export const makeDeleteEntry =
  (
    syscall: Pick<LiveSlotsSyscall, 'vatstoreGet' | 'vatstoreDelete'>,
    counts: ReferenceCounts,
  ): ((collectionID: string, key: VRef) => boolean) =>
  (collectionID, key) => {
    const ordinal = syscall.vatstoreGet(ordinalKey(collectionID, key));
    if (ordinal === undefined) return false;
    syscall.vatstoreDelete(ordinalKey(collectionID, key));
    const row = `${collectionPrefix(collectionID)}${encodeReference(ordinal, key)}`;
    const value = syscall.vatstoreGet(row);
    if (value === undefined) return false;
    const hasReleased = counts.removeAll((JSON.parse(value) as CapData<VRef>).slots);
    syscall.vatstoreDelete(row);
    return hasReleased;
  };
