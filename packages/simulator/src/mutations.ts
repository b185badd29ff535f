/**
 * The rules for crossings, each switched off in turn. A simulator that does not
 * notice proves nothing: the test of this file demands that it does.
 */
import { FORK_RULES, PARKING_RULES, makeCore } from '@cooperage/kernel';
import type { CrankTables } from '@cooperage/types';
import { CROSSING_RULES, type CrossingRules, makeCoreWith } from '@cooperage/kernel/testing';
import { VAT_SIDE_RULES, type VatSideRules } from './rules.js';

export interface Mutation {
  /** The rule as the execution model states it. */
  readonly rule: string;
  readonly makeCore: typeof makeCore;
  readonly vatSide: VatSideRules;
  /** Shows only where schedules are compared. */
  readonly needsComparison?: boolean;
}

const kernelSide = (rule: string, change: Partial<CrossingRules>): Mutation => ({
  rule,
  makeCore: (options) => makeCoreWith(options, { ...CROSSING_RULES, ...change }),
  vatSide: VAT_SIDE_RULES,
});

const vatSide = (rule: string, change: Partial<VatSideRules>): Mutation => ({
  rule,
  makeCore,
  vatSide: { ...VAT_SIDE_RULES, ...change },
});

/** A crank stays on the tables between two of its slices. */
const withoutSettingAside = (tables: CrankTables): CrankTables => ({
  ...tables,
  suspendCrank: () => undefined,
  resumeCrank: () => undefined,
});

/** What waits on a promise gets its place in the inbox of its decider when that vat has become the decider. */
const withoutPlacesBefore: typeof makeCore = (options) => {
  const core = makeCore(options);
  const { promises } = core.kernel.tables;
  const original = { ...promises };
  promises.put = (kp, row) => original.put(kp, { ...row, nextDecider: undefined });
  return core;
};

let asked = 0;

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  placesBefore: {
    rule: 'what was sent to a promise comes before a later message that carries the promise to its decider',
    makeCore: withoutPlacesBefore,
    vatSide: VAT_SIDE_RULES,
  },
  dropIsStale: kernelSide('a drop of an import that a later delivery has named is ignored', {
    dropIsStale: () => false,
  }),
  retireIsStale: kernelSide('a retire of an import that a later delivery has named is ignored', {
    retireIsStale: () => false,
  }),
  resolveIsStale: kernelSide('a promise that a later delivery has named is kept and told again', {
    resolveIsStale: () => false,
  }),
  takesBack: kernelSide('the kernel takes back a drop of what the vat has named', {
    takesBack: ({ reachable }) => !reachable,
  }),
  dropIsFinal: kernelSide('a drop holds only if nothing took it back', {
    dropIsFinal: () => true,
  }),
  retireIsFinal: kernelSide('a retire holds only if nothing took it back', {
    retireIsFinal: () => true,
  }),
  finishesFirst: kernelSide('what a delivery does is final before its record is applied', {
    finishesFirst: false,
  }),
  forgetsNameAtHandOut: kernelSide('a promise has a new name once its news is handed out', {
    forgetsNameAtHandOut: false,
  }),
  keepsNameUntilRetired: kernelSide('the old name is good until the record is retired', {
    keepsNameUntilRetired: false,
  }),
  voidsOldNews: kernelSide('news is void where earlier news carried it along', {
    voidsOldNews: false,
  }),
  checksGarbageAgain: kernelSide('garbage actions are checked again when they are handed out', {
    checksGarbageAgain: false,
  }),
  acked: kernelSide('a delivery says how much the kernel had seen', {
    acked: (_retired, delivered) => delivered,
  }),
  handsOut: {
    ...kernelSide('in issue order handing out depends on retirement alone', {
      handsOut: () => {
        asked += 1;
        return asked % 7 !== 0;
      },
    }),
    needsComparison: true,
  },
  waits: kernelSide('what has a vat to itself begins when its window is empty', {
    waits: () => false,
  }),
  isBarred: kernelSide('while it has the vat to itself, nothing else is handed out', {
    isBarred: () => false,
  }),
  isSlowed: kernelSide('who fills an inbox is handed out nothing until it has room', {
    isSlowed: () => false,
  }),
  standsStill: kernelSide('a vat in quarantine is handed out nothing', {
    standsStill: () => false,
  }),
  setsAside: {
    rule: 'nothing of a record shows before all of it is applied',
    makeCore: (options) => makeCore({ ...options, tables: withoutSettingAside(options.tables) }),
    vatSide: VAT_SIDE_RULES,
  },
  tellsUnreachable: kernelSide('a fork is told which of its exports have no holder', {
    forks: { ...FORK_RULES, tellsUnreachable: false },
  }),
  copiesNews: kernelSide('a fork hears the news that its parent is about to hear', {
    forks: { ...FORK_RULES, copiesNews: false },
  }),
  putsBack: kernelSide('what a halted vat was handed out goes to its next incarnation', {
    parking: { ...PARKING_RULES, putsBack: false },
  }),
  remembersNames: kernelSide('a promise of which a halted vat has not heard keeps its name', {
    parking: { ...PARKING_RULES, remembersNames: false },
  }),
  withholdNamedExports: vatSide('a drop of an export that the vat has named since is withheld', {
    withholdNamedExports: false,
  }),
  withholdRetiredImports: vatSide('a retire of what the vat has retired itself is withheld', {
    withholdRetiredImports: false,
  }),
  importUnknownPromises: vatSide('a promise that the vat does not know is a new import', {
    importUnknownPromises: false,
  }),
};

const NONE: Mutation = { rule: 'all rules hold', makeCore, vatSide: VAT_SIDE_RULES };

/** @throws {RangeError} for a name that no rule has */
export const findMutation = (name: string | undefined): Mutation => {
  const found = name === undefined ? NONE : MUTATIONS[name];
  if (found !== undefined) return found;
  throw new RangeError(
    `no rule is named "${name}"; there are: ${Object.keys(MUTATIONS).join(', ')}`,
  );
};
