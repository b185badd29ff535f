/**
 * The rules for crossings, each switched off in turn. A simulator that does not
 * notice proves nothing: the test of this file demands that it does.
 */
import { makeCore } from '@cooperage/kernel';
import type { CrankTables } from '@cooperage/types';
import { type Edit, loadEditedKernel } from './edited-kernel.js';
import { VAT_SIDE_RULES, type VatSideRules } from './rules.js';

type MakeCore = typeof makeCore;

export interface Mutation {
  /** The rule as the execution model states it. */
  readonly rule: string;
  readonly vatSide: VatSideRules;
  /** A machine without the rule. */
  load(): Promise<MakeCore>;
  /** Shows only where schedules are compared. */
  readonly needsComparison?: boolean;
}

/** The kernel as it is built, but for some words of its text: it has no switches of its own. */
const kernelSide = (rule: string, ...edits: readonly Edit[]): Mutation => ({
  rule,
  load: async () => (await loadEditedKernel(edits)).makeCore,
  vatSide: VAT_SIDE_RULES,
});

const vatSide = (rule: string, change: Partial<VatSideRules>): Mutation => ({
  rule,
  load: () => Promise.resolve(makeCore),
  vatSide: { ...VAT_SIDE_RULES, ...change },
});

/** The kernel as it is, on tables or with tables that lack something. */
const wrapped = (rule: string, make: MakeCore): Mutation => ({
  rule,
  load: () => Promise.resolve(make),
  vatSide: VAT_SIDE_RULES,
});

/** A crank stays on the tables between two of its slices. */
const withoutSettingAside = (tables: CrankTables): CrankTables => ({
  ...tables,
  suspendCrank: () => undefined,
  resumeCrank: () => undefined,
});

/** What waits on a promise gets its place in the inbox of its decider when that vat has become the decider. */
const withoutPlacesBefore: MakeCore = (options) => {
  const core = makeCore(options);
  const { promises } = core.kernel.tables;
  const original = { ...promises };
  promises.put = (kp, row) => original.put(kp, { ...row, nextDecider: undefined });
  return core;
};

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  placesBefore: wrapped(
    'what was sent to a promise comes before a later message that carries the promise to its decider',
    withoutPlacesBefore,
  ),
  dropIsStale: kernelSide('a drop of an import that a later delivery has named is ignored', {
    file: 'records/apply-record.js',
    after: 'const dropImport =',
    from: 'isNamedAfter(entry, n)',
    to: 'false',
  }),
  retireIsStale: kernelSide('a retire of an import that a later delivery has named is ignored', {
    file: 'records/apply-record.js',
    after: 'const retireImport =',
    from: 'isNamedAfter(entry, n)',
    to: 'false',
  }),
  resolveIsStale: kernelSide(
    'a promise that a later delivery has named is kept, and its resolution is notified again',
    {
      file: 'records/apply-record.js',
      after: 'const retireResolved =',
      from: 'isNamedAfter(entry, n)',
      to: 'false',
    },
  ),
  takesBack: kernelSide('the kernel revokes the drop of an export that the vat has named since', {
    file: 'records/references.js',
    from: 'isBeingReleased(entry)',
    to: '!entry.reachable',
  }),
  dropIsFinal: kernelSide('a drop is final only if it was not revoked', {
    file: 'records/apply-record.js',
    from: 'entry?.dropping !== n',
    to: 'entry === undefined',
  }),
  retireIsFinal: kernelSide('a retire is final only if it was not revoked', {
    file: 'records/apply-record.js',
    from: 'entry?.retiring !== n',
    to: 'entry === undefined',
  }),
  finishesFirst: kernelSide(
    'what a delivery does is final before its record is applied',
    { file: 'core/retire-record.js', from: 'yield* records.finish(vatID, n);', to: '' },
    {
      file: 'core/retire-record.js',
      from: 'const exit = yield* records.apply(vatID, record);',
      to: 'const exit = yield* records.apply(vatID, record); yield* records.finish(vatID, n);',
    },
  ),
  forgetsNameAtHandOut: kernelSide('a promise has a new vref once its notify is handed out', {
    file: 'deliveries/hand-out.js',
    from: 'cLists.forgetToVat(vatID, each);',
    to: '',
  }),
  keepsNameUntilRetired: kernelSide('the old vref is valid until the record is retired', {
    file: 'deliveries/hand-out.js',
    from: 'cLists.forgetToVat(vatID, each);',
    to: 'const vref = cLists.toVat(vatID, each); cLists.forgetToVat(vatID, each); cLists.delete(vatID, vref, cLists.toKernel(vatID, vref));',
  }),
  voidsOldNews: kernelSide('a notify is void if an earlier notify carried its resolution', {
    file: 'deliveries/hand-out.js',
    after: 'const notify =',
    from: 'cLists.toVat(vatID, kp) === undefined',
    to: 'false',
  }),
  checksGarbageAgain: kernelSide(
    'garbage actions are checked again when they are handed out',
    {
      file: 'deliveries/hand-out.js',
      after: 'const collect =',
      from: 'row.reachable > 0',
      to: 'false',
    },
    {
      file: 'deliveries/hand-out.js',
      after: 'const collect =',
      from: 'row.recognizable > 0',
      to: 'false',
    },
  ),
  acked: kernelSide('a delivery states the newest record that the kernel had retired', {
    file: 'deliveries/hand-out.js',
    after: 'const open =',
    from: 'windows.acked(vatID)',
    to: 'windows.delivered(vatID)',
  }),
  handsOut: {
    ...kernelSide(
      'in issue order handing out depends on retirement alone',
      {
        file: 'deliveries/hand-out.js',
        from: 'export const makeHandOut',
        to: 'let asked = 0;\nexport const makeHandOut',
      },
      {
        file: 'deliveries/hand-out.js',
        after: '  *fillWindow(vatID)',
        from: 'isPaused(vatID)',
        to: 'isPaused(vatID) || ++asked % 7 === 0',
      },
    ),
    needsComparison: true,
  },
  waits: kernelSide('exclusive work begins when the window of its vat is empty', {
    file: 'deliveries/hand-out.js',
    after: '  *fillWindow(vatID)',
    from: 'waitsForQuiet(entry.work)',
    to: 'false',
  }),
  isBarred: kernelSide('during exclusive work nothing else is handed out to the vat', {
    file: 'deliveries/hand-out.js',
    after: '  *fillWindow(vatID)',
    from: 'upgradesInProgress.find(vatID) !== undefined',
    to: 'false',
  }),
  isSlowed: kernelSide('a vat that fills an inbox gets no deliveries until the inbox has room', {
    file: 'deliveries/hand-out.js',
    after: '  *fillWindow(vatID)',
    from: 'backPressure.isSlowed(vatID)',
    to: 'false',
  }),
  isPaused: kernelSide('a quarantined vat gets no deliveries', {
    file: 'deliveries/hand-out.js',
    after: '  *fillWindow(vatID)',
    from: 'isPaused(vatID)',
    to: 'false',
  }),
  tellsUnreachable: kernelSide('a fork is told which of its exports no vat references', {
    file: 'vats/forks.js',
    from: 'tellUnreachable(child, exported.values());',
    to: '',
  }),
  copiesNews: kernelSide('a fork gets the notifies that wait in the inbox of its parent', {
    file: 'vats/forks.js',
    from: 'copyNews(parent, child);',
    to: '',
  }),
  putsBack: kernelSide(
    'deliveries that were handed out to a paused vat go to its next incarnation',
    {
      file: 'vats/parked-deliveries.js',
      after: 'putBack:',
      from: 'again(vatID, delivery)',
      to: '[]',
    },
  ),
  remembersNames: kernelSide('a promise keeps its vref if the paused vat was not notified of it', {
    file: 'vats/parked-deliveries.js',
    after: 'windows.park(vatID)',
    from: 'remember(vatID, vpid)',
    to: 'undefined',
  }),
  setsAside: wrapped('nothing of a record shows before all of it is applied', (options) =>
    makeCore({ ...options, tables: withoutSettingAside(options.tables) }),
  ),
  withholdNamedExports: vatSide('a drop of an export that the vat has named since is withheld', {
    withholdNamedExports: false,
  }),
  withholdRetiredImports: vatSide(
    'a retire of an import that the vat has retired itself is withheld',
    {
      withholdRetiredImports: false,
    },
  ),
  importUnknownPromises: vatSide('a promise that the vat does not know is a new import', {
    importUnknownPromises: false,
  }),
};

/** What worlds are made with. */
export interface RulesInForce {
  readonly makeCore: MakeCore;
  readonly vatSide: VatSideRules;
}

/**
 * @param without the rule that is switched off; all hold if it is left out
 * @throws {RangeError} for a name that no rule has
 */
export const loadRules = async (without: string | undefined): Promise<RulesInForce> => {
  if (without === undefined) return { makeCore, vatSide: VAT_SIDE_RULES };
  const found = MUTATIONS[without];
  if (found === undefined) {
    throw new RangeError(
      `no rule is named "${without}"; there are: ${Object.keys(MUTATIONS).join(', ')}`,
    );
  }
  return { makeCore: await found.load(), vatSide: found.vatSide };
};
