import type { CrankTables, Pace, Tables, VatID, Work } from '@cooperage/types';
import { makeReferenceCounts, type ReferenceCounts } from '../garbage/reference-counts.js';
import { type BackPressure, makeBackPressure } from './deliveries/back-pressure.js';
import { makeCellCache } from './cells.js';
import { type Accounts, makeAccounts } from './vats/accounts.js';
import { type CLists, makeCLists } from './references/c-lists.js';
import { type Counters, makeCounters } from './counters.js';
import { type Creations, makeCreations } from './vats/creations.js';
import { type History, makeHistory } from './history.js';
import { type UpgradesInProgress, makeUpgradesInProgress } from './vats/upgrades-in-progress.js';
import { type ReapCounters, makeReapCounters } from './vats/reap-counters.js';
import { type Ends, makeEnds } from './vats/ends.js';
import { type Inboxes, makeInboxes } from './deliveries/inboxes.js';
import { makeParameters, type Parameters } from './vats/parameters.js';
import { makeQuarantines, type Quarantines } from './vats/quarantines.js';
import { makeLinkRows, type LinkRows } from './links/link-rows.js';
import { type HostNames, makeHostNames } from './host-names.js';
import { type Hosted, makeHosted } from './references/hosted.js';
import { makeObjects, type Objects } from './references/objects.js';
import { makeOutputs, type Outputs } from './deliveries/outputs.js';
import { makePromises, type Promises } from './references/promises.js';
import { makeLeftRows, type LeftRows } from './vats/left-rows.js';
import { makeSuspects, type Suspects } from './references/suspects.js';
import { makeSuspensions, type Suspensions } from './vats/suspensions.js';
import { makeVats, type Vats } from './vats/vats.js';
import { makeWindows, type Windows } from './deliveries/windows.js';

/** The whole state of a kernel, as typed rows over one map of strings. */
export interface KernelTables {
  readonly rows: Tables;
  readonly counters: Counters;
  /** The references of the host, with their counts. These rows may be iterated at any time. */
  readonly pins: Counters;
  readonly objects: Objects;
  readonly hosted: Hosted;
  readonly promises: Promises;
  readonly suspects: Suspects;
  readonly references: ReferenceCounts;
  readonly cLists: CLists;
  readonly vats: Vats;
  readonly parameters: Parameters;
  readonly ends: Ends;
  readonly inboxes: Inboxes;
  readonly windows: Windows;
  readonly upgradesInProgress: UpgradesInProgress;
  readonly backPressure: BackPressure;
  readonly quarantines: Quarantines;
  readonly suspensions: Suspensions;
  /** Whether the vat is quarantined or suspended: it gets no deliveries, and none of its records is retired. */
  readonly isPaused: (vatID: VatID) => boolean;
  readonly reapCounters: ReapCounters;
  readonly accounts: Accounts;
  readonly creations: Creations;
  readonly outputs: Outputs;
  readonly hostNames: HostNames;
  readonly links: LinkRows;
  readonly history: History;
  readonly leftRows: LeftRows;
  /** Writes the changes of this crank so far: call it before rows of a kind are iterated. */
  writeOut(pace: Pace): Work;
  /** Call it after the last change of the crank, before it is accepted. */
  finish(pace: Pace): Work;
  /** The crank was accepted. */
  accept(): void;
  /** Resets the state after an aborted crank. */
  forget(): void;
  /** Call it between two slices of a crank: readers see nothing of it, and nothing can be changed. */
  suspend(): void;
  /** The next slice begins. */
  resume(): void;
}

export const makeKernelTables = (
  rows: Tables & Pick<CrankTables, 'attach'>,
  sweptRows?: number,
  linkLimit?: number,
): KernelTables => {
  const cache = makeCellCache(rows);
  const counters = makeCounters(cache.make({ parse: Number, format: String }));
  const vats = makeVats(rows, cache, counters);
  const objects = makeObjects(cache, counters, (vatID) => vats.isAlive(vatID));
  const promises = makePromises(rows, cache, counters);
  const references = makeReferenceCounts(objects, promises);
  const quarantines = makeQuarantines(cache);
  const suspensions = makeSuspensions(cache);
  const isPaused = (vatID: VatID): boolean =>
    quarantines.has(vatID) || suspensions.find(vatID) !== undefined;
  const inboxes = makeInboxes(cache, counters, isPaused);
  const upgradesInProgress = makeUpgradesInProgress(cache);
  const cLists = makeCLists(rows, cache, counters, references);
  const links = makeLinkRows(rows);
  const leftRows = makeLeftRows(rows, counters, cLists, sweptRows);
  return {
    rows,
    counters,
    pins: makeCounters({
      get: (key) => {
        const text = rows.get(key);
        return text === undefined ? undefined : Number(text);
      },
      set: (key, pins) => rows.set(key, String(pins)),
      add: (key, pins) => rows.set(key, String(pins)),
      delete: (key) => rows.delete(key),
    }),
    objects,
    hosted: makeHosted(rows),
    promises,
    suspects: makeSuspects(rows, counters),
    references,
    cLists,
    vats,
    parameters: makeParameters(rows),
    ends: makeEnds(rows, counters),
    inboxes,
    windows: makeWindows(cache, counters),
    upgradesInProgress,
    backPressure: makeBackPressure({ cache, inboxes, vats, links, linkLimit }),
    quarantines,
    suspensions,
    isPaused,
    reapCounters: makeReapCounters(rows, cache),
    accounts: makeAccounts(rows, counters),
    creations: makeCreations(rows, counters),
    outputs: makeOutputs(rows, counters),
    hostNames: makeHostNames(rows),
    links,
    history: makeHistory(rows),
    leftRows,
    writeOut: (pace) => cache.flushInSlices(pace),
    accept: () => {
      cache.accept();
      links.forget();
    },
    *finish(pace) {
      yield* cache.finish(pace);
      promises.settle();
      vats.settle();
    },
    suspend: () => {
      cache.suspend();
      vats.suspend();
    },
    resume: () => {
      cache.resume();
      vats.resume();
    },
    forget: () => {
      cache.forget();
      promises.settle();
      vats.forget();
      leftRows.forget();
      links.forget();
      references.forgetCandidates();
      inboxes.takeTouched();
      inboxes.takeAwaited();
      upgradesInProgress.takePaused();
    },
  };
};
