/**
 * What a scripted vat leaves to its next incarnation: one row of its vatstore, beside the rows by which the kernel
 * knows which imports durable data holds or recognizes. Written by `stopVat` alone, so that it is good for as long
 * as the incarnation that was begun with it.
 */
import type { VRef } from '@cooperage/types';
import type { CrankContext } from './behaviour.js';
import type { Token } from './payload.js';
import type { OwnObject } from './vat-tables.js';

export const DURABLE_ROW = 'durable';

export interface DurableState {
  readonly counters: { readonly object: number; readonly promise: number };
  readonly objects: readonly (readonly [VRef, OwnObject])[];
  /** Imports that durable data holds, and those that it only recognizes. */
  readonly held: readonly (readonly [VRef, Token])[];
  readonly recognized: readonly (readonly [VRef, Token])[];
  /** Promises of others, all of which are watched. */
  readonly awaited: readonly (readonly [VRef, Token])[];
  /** Promises that the old incarnation decided: some of them the vat is told of. */
  readonly leftover: readonly VRef[];
  /** Objects that ended with the old incarnation. */
  readonly abandoned: readonly Token[];
  readonly finishing: boolean;
}

const isDurable = (vref: VRef): boolean => vref === 'o+0' || vref.startsWith('o+d');

/** The row by which the kernel is told, for each import that stays. */
const pillarsOf = ({ held, recognized }: DurableState): string[] => [
  ...held.map(([vref]) => `vom.rc.${vref}`),
  ...recognized.map(([vref]) => `vom.ir.${vref}|1`),
];

/** What the vat does in `stopVat`. */
export const leaveDurableState = (
  context: CrankContext,
  before: DurableState | undefined,
): void => {
  const { tables, random, finishing } = context;
  const held: [VRef, Token][] = [];
  const recognized: [VRef, Token][] = [];
  for (const [vref, { token, hold, weak }] of tables.imports) {
    if (finishing) continue;
    // What the kernel was told to drop can be recognized only.
    if (hold !== 'dropped' && random.chance(0.4)) held.push([vref, token]);
    else if ((hold !== 'dropped' || weak) && random.chance(0.5)) recognized.push([vref, token]);
  }
  const objects = [...tables.objects].filter(([vref]) => isDurable(vref));
  const lost = [...tables.objects].filter(([vref]) => !isDurable(vref));
  const state: DurableState = {
    counters: { ...tables.counters },
    objects,
    held,
    recognized,
    awaited: [...tables.awaited],
    leftover: [...tables.decided.keys()],
    abandoned: [...new Set([...tables.abandoned, ...lost.map(([, { token }]) => token)])],
    finishing,
  };
  const pillars = pillarsOf(state);
  for (const key of before === undefined ? [] : pillarsOf(before)) {
    if (!pillars.includes(key)) tables.say(['vatstoreDelete', key]);
  }
  for (const key of pillars) tables.say(['vatstoreSet', key, '1']);
  tables.say(['vatstoreSet', DURABLE_ROW, JSON.stringify(state)]);
};

export const parseDurableState = (text: string | undefined): DurableState | undefined =>
  text === undefined ? undefined : (JSON.parse(text) as DurableState);
