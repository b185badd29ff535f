import type { Tables } from '@cooperage/types';
import { makeReferenceCounts, type ReferenceCounts } from '../reference-counts.js';
import { type CLists, makeCLists } from './c-lists.js';
import { type Counters, makeCounters } from './counters.js';
import { type Creations, makeCreations } from './creations.js';
import { type Inboxes, makeInboxes } from './inboxes.js';
import { makeNames, type Names } from './names.js';
import { makeObjects, type Objects } from './objects.js';
import { makeOutputs, type Outputs } from './outputs.js';
import { makePromises, type Promises } from './promises.js';
import { makeVats, type Vats } from './vats.js';
import { makeWindows, type Windows } from './windows.js';

/** All that a kernel knows, as typed rows over one map of strings. */
export interface KernelTables {
  readonly rows: Tables;
  readonly counters: Counters;
  readonly objects: Objects;
  readonly promises: Promises;
  readonly references: ReferenceCounts;
  readonly cLists: CLists;
  readonly vats: Vats;
  readonly inboxes: Inboxes;
  readonly windows: Windows;
  readonly creations: Creations;
  readonly outputs: Outputs;
  readonly names: Names;
}

export const makeKernelTables = (rows: Tables): KernelTables => {
  const counters = makeCounters(rows);
  const objects = makeObjects(rows, counters);
  const promises = makePromises(rows, counters);
  const references = makeReferenceCounts(objects, promises);
  return {
    rows,
    counters,
    objects,
    promises,
    references,
    cLists: makeCLists(rows, counters, references),
    vats: makeVats(rows, counters),
    inboxes: makeInboxes(rows, counters),
    windows: makeWindows(rows, counters),
    creations: makeCreations(rows, counters),
    outputs: makeOutputs(rows, counters),
    names: makeNames(rows),
  };
};
