/** Puts the parts of the kernel together to one synchronous machine. */
import { asStop, panic } from '../panic.js';
import type { HostCall } from '../tables/history.js';
import type { Effect } from '../effects.js';
import type { Host } from '../host.js';
import { makeKernel } from '../kernel.js';
import { finishWork, insistOptions, type VatID } from '@cooperage/types';
import { makeAmbient } from './ambient.js';
import { makeApplyRecord } from '../records/apply-record.js';
import type { Core, Retired } from './core-contract.js';
import { CORE_OPTIONS, type CoreOptions } from './core-options.js';
import { makeHandOut } from '../deliveries/hand-out.js';
import { presentIncarnation } from '../deliveries/incarnation.js';
import { migrateRows } from '../tables/former-keys.js';
import { makeOneAtATime } from './one-at-a-time.js';
import { makeRecordHistory } from './record-history.js';
import { makeReferences } from '../records/references.js';
import { makeRetireRecord } from './retire-record.js';
import { type Arrived, makeRetirementOrder } from './retirement-order.js';
import { makeRunCrank } from './run-crank.js';
import { makeUnderWay } from '../records/under-way.js';
import { makeUpgradeSteps, type UpgradeSteps } from '../vats/upgrade-steps.js';

/** @throws {CooperageError} `BAD_ARGUMENT` */
export const makeCore = (options: CoreOptions): Core => {
  insistOptions('makeCore', options, CORE_OPTIONS);
  const {
    tables: rows,
    transcripts,
    order,
    digest,
    ambient: source,
    seed = 0,
    choices,
    sweptRows,
    linkLimit,
    sliceWork,
  } = options;
  const kernel = makeKernel(migrateRows(rows), { sweptRows, linkLimit, sliceWork });
  const { host, tables } = kernel;
  const { backPressure, creations, inboxes, vats, windows } = tables;
  const names = makeReferences(kernel);
  const ambient = makeAmbient(rows, tables, source);
  const handOut = makeHandOut({
    kernel,
    names,
    ambient,
    *beginExclusive(vatID, issue, work) {
      switch (work[0]) {
        case 'upgrade':
          upgradeSteps.begin(vatID, issue, work[1]);
          return;
        case 'changeOptions':
          kernel.changeOptions.apply(vatID, issue, work[1]);
          return;
        case 'fork':
          yield* kernel.forks.perform(vatID, issue, work[1]);
          return;
        case 'takeOffline':
          kernel.forks.rest(vatID, issue, work[1]);
          return;
        default:
          work satisfies never;
      }
    },
  });
  const records = makeApplyRecord(kernel, names);
  const upgradeSteps: UpgradeSteps = makeUpgradeSteps({
    kernel,
    names,
    records,
    transcripts,
    open: handOut.open,
  });
  const retirement = makeRetirementOrder(order === 'recorded' ? 'issue' : order, kernel);
  const history = digest === undefined ? undefined : makeRecordHistory(rows, tables, digest);
  /** The calls of the host in the present input. */
  let calls: HostCall[] = [];
  const watched = history?.watch(host, (call) => calls.push(call)) ?? host;
  const oneAtATime = makeOneAtATime({ rows, kernel, handOut, order, seed, choices });
  let done: Effect[] = [];
  const { crank, fillWindow } = makeRunCrank({
    kernel,
    ambient,
    handOut,
    history,
    oneAtATime,
    upgradeSteps,
    accepted: (effect) => {
      if (effect.type === 'vat-ended' || effect.type === 'worker-stale') {
        retirement.forget(effect.vatID);
      }
      done.push(effect);
    },
  });

  const retireRecord = makeRetireRecord({
    kernel,
    records,
    upgradeSteps,
    transcripts,
    isRecorded: history !== undefined,
    crank,
    fillWindow,
  });

  const input = <T>(act: (host: Host) => T): T => {
    if (underWay.vatID !== undefined) {
      panic(`an input in the middle of a record of ${underWay.vatID}`);
    }
    const made: HostCall[] = [];
    calls = made;
    return finishWork(
      // eslint-disable-next-line require-yield -- what the host does is one slice
      crank(['input', made], function* () {
        return act(watched);
      }),
    );
  };

  const underWay = makeUnderWay<Retired>(kernel.cranks);
  if (!oneAtATime.isWritten()) input((each) => each.setDeliveryOrder(oneAtATime.text));

  const stepping = (step: () => Retired | undefined): Retired | 'unfinished' => {
    try {
      return step() ?? 'unfinished';
    } catch (thrown) {
      throw asStop(thrown, 'while retiring a record');
    }
  };

  const begin = (next: Arrived | undefined): Retired | 'unfinished' | undefined =>
    next === undefined ? undefined : stepping(() => underWay.begin(next.vatID, retireRecord(next)));

  const retireStep = (): Retired | 'unfinished' | undefined =>
    underWay.vatID === undefined ? begin(retirement.next()) : stepping(() => underWay.step());

  const workerLost = (vatID: VatID): void => {
    if (underWay.vatID === vatID) underWay.abandon();
    // The vat's later records depend on the abandoned one.
    retirement.forget(vatID);
  };

  const finish = (begun: Retired | 'unfinished' | undefined): Retired | undefined => {
    let retired = begun;
    while (retired === 'unfinished') retired = retireStep();
    return retired;
  };

  return {
    kernel,
    input,
    resume: () => {
      const isStuck = vats
        .list()
        .some(
          (vatID) =>
            inboxes.length(vatID) > 0 &&
            (tables.isPaused(vatID)
              ? inboxes.list(vatID).some(({ work }) => work[0] === 'upgrade')
              : windows.size(vatID) === 0 && !backPressure.isSlowed(vatID)),
        );
      if (isStuck) input((each) => each.resume());
    },
    withoutHistory: (act) => {
      rows.beginCrank();
      try {
        const result = act();
        rows.acceptCrank();
        return result;
      } catch (error) {
        rows.abortCrank();
        throw error;
      }
    },
    arrived: (vatID, recordText) => {
      if (vats.isAlive(vatID)) retirement.add(vatID, recordText);
    },
    retireStep,
    retireNext: () => finish(retireStep()),
    retireOf: (vatID) => finish(begin(retirement.take(vatID))),
    get isRetiring() {
      return underWay.vatID !== undefined;
    },
    abandon: () => {
      if (underWay.vatID !== undefined) workerLost(underWay.vatID);
    },
    incarnation: (vatID) => presentIncarnation(tables, vatID),
    workerLost,
    takeEffects: () => {
      const taken = done;
      done = [];
      return taken;
    },
    get waiting() {
      return retirement.size;
    },
    get hasLeftRows() {
      return !tables.leftRows.isEmpty || !tables.suspects.isEmpty;
    },
    isIdle: () => inboxes.oldest() === undefined && creations.first() === undefined,
  };
};
