/**
 * What a scripted vat leaves to its next incarnation: one row of its vatstore, beside the rows by which the kernel
 * knows which imports durable data holds or recognizes. Written by `stopVat`, or by the `startVat` of an incarnation
 * that began without it, so that it is good for as long as the incarnation that was begun with it.
 */
import { reachedByDataKey, recognizedByDataPrefix, type VRef } from '@cooperage/types';
import type { Token } from './payload.js';
import type { OwnObject } from './own-object.js';

export const DURABLE_ROW = 'durable';

export interface DurableState {
  readonly counters: { readonly object: number; readonly promise: number };
  readonly objects: readonly (readonly [VRef, OwnObject])[];
  /** Imports that durable data holds, and those that it only recognizes. */
  readonly held: readonly (readonly [VRef, Token])[];
  readonly recognized: readonly (readonly [VRef, Token])[];
  /** Promises of others, all of which are watched. */
  readonly awaited: readonly (readonly [VRef, Token])[];
  /** Promises that this incarnation and those before it decided: some of them the vat is told of. */
  readonly leftover: readonly VRef[];
  /** Objects that ended with the old incarnation. */
  readonly abandoned: readonly Token[];
  readonly finishing: boolean;
  /** The old incarnation was paused, and did not write this itself. */
  readonly isFound?: true;
}

/** The row by which the kernel is told, for each import that stays. */
export const pillarsOf = ({ held, recognized }: DurableState): string[] => [
  ...held.map(([vref]) => reachedByDataKey(vref)),
  ...recognized.map(([vref]) => `${recognizedByDataPrefix(vref)}1`),
];

export const parseDurableState = (text: string | undefined): DurableState | undefined =>
  text === undefined ? undefined : (JSON.parse(text) as DurableState);
