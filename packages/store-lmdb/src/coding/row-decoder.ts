import { CooperageError } from '@cooperage/types';
import { openRow } from './sealed-rows.js';
import { readUnsealed } from './unsealed-rows.js';
import { isSealed } from '../meta-rows.js';

/**
 * The value of a row as it was written.
 *
 * @throws {CooperageError} `STORE_CORRUPT` that names the row, where it is not as it was written
 */
export type RowDecoder = (key: string, stored: string) => string;

/** @param format of the store in `directory` */
export const makeRowDecoder = (directory: string, format: number): RowDecoder => {
  if (!isSealed(format)) return (_, stored) => readUnsealed(stored);
  return (key, stored) => {
    const value = openRow(key, stored);
    if (value !== undefined) return value;
    throw new CooperageError(
      'STORE_CORRUPT',
      `the row "${key}" in ${directory} is damaged: its checksum does not match; ` +
        'restore the directory from a backup',
    );
  };
};
