import { type Core, makeCore } from '@cooperage/kernel';
import { type Delivery, readRecording, type Recording } from '@cooperage/recording';
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import {
  findGarbage,
  type GarbageReport,
  makeRecordSource,
  type RecordSource,
} from '@cooperage/tools';
import {
  type CapData,
  CooperageError,
  insistOptions,
  isKObject,
  isKPromise,
  type KernelStore,
  type KPromise,
  type KRef,
  object,
  type OptionTable,
  text,
  type VatID,
  type VatWorkerHost,
  wholeNumber,
} from '@cooperage/types';
import { makeSeed, sha256 } from '@cooperage/vat-manager';
import { copyBlobs, restoreCrank } from './fork-kernel.js';
import { openSourceBackend } from './open-source.js';
import { labelOf, type Link, withNames } from './views/labels.js';

interface AtCrank {
  /** The directory of a kernel, or a recording. Nothing in it is changed. */
  readonly source: string;
  /** After this crank. */
  readonly crank: number;
  /** Where vats run again. The caller stops it. */
  readonly workers: VatWorkerHost;
}

const AT_CRANK = {
  source: { value: text('the path of a directory or a recording'), required: true },
  crank: { value: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'a crank'), required: true },
  workers: { value: object('a VatWorkerHost'), required: true },
} as const satisfies OptionTable;

/** Gives `act` a fork in memory of the state after a crank. */
const inFork = async <T>(
  { source, crank, workers }: AtCrank,
  act: (store: KernelStore) => Promise<T>,
): Promise<T> => {
  const from = await openSourceBackend(source);
  try {
    const backend = makeMemoryBackend();
    await copyBlobs(from, backend);
    const store = makeKernelStore(backend);
    await restoreCrank(from, store, crank, workers);
    return await act(store);
  } finally {
    await from.close();
  }
};

export interface TryMessageOptions extends AtCrank {
  readonly target: string;
  /** The method and the arguments, with krefs. */
  readonly methargs: CapData<KRef>;
  /** Cranks that may come of it. Default: 500. */
  readonly limit?: number;
}

/** What would have happened. */
export interface Tried {
  /** How the answer stands in the end, as text: `fulfilled 40`, `unresolved`. */
  readonly answer: string;
  /** The cranks that came of it, and of what was under way. Their numbers are of the fork. */
  readonly cranks: readonly Link[];
  /** Services that would have been called; none is. */
  readonly serviceCalls: readonly string[];
  /** Whether more cranks would have come. */
  readonly isCut: boolean;
}

/** Lets a vat that has something out say what it does; one after the other, as long as there is one. */
const runOn = async (
  core: Core,
  source: RecordSource,
  limit: number,
): Promise<{ readonly isCut: boolean }> => {
  const { vats, windows } = core.kernel.tables;
  const next = (): VatID | undefined => vats.list().find((vatID) => windows.size(vatID) > 0);
  source.resume();
  source.perform();
  for (let cranks = 0; cranks < limit; cranks += 1) {
    const vatID = next();
    if (vatID === undefined) return { isCut: false };
    const said = await source.next(vatID);
    if (said.text === undefined) {
      throw new CooperageError('WORKER_CRASHED', `vat ${vatID} cannot be run: ${said.lost}`);
    }
    core.arrived(vatID, said.text);
    core.retireOf(vatID);
    source.perform();
  }
  return { isCut: next() !== undefined };
};

const linkTo = (recording: Recording, delivery: Delivery, crank: number): Link => ({
  crank,
  vatID: delivery.vatID,
  vat: recording.nameOf(delivery.vatID),
  label: labelOf(recording, delivery),
});

const describeTried = (
  store: KernelStore,
  crank: number,
  [kp]: readonly KPromise[],
  isCut: boolean,
): Tried => {
  const recording = readRecording(store);
  const life = kp === undefined ? undefined : recording.promises.get(kp);
  return {
    answer: withNames(recording, `${life?.state ?? ''} ${life?.resolution ?? ''}`.trim()),
    cranks: recording.cranks
      .slice(crank)
      .flatMap(({ number, delivery }) =>
        delivery === undefined ? [] : [linkTo(recording, delivery, number)],
      ),
    serviceCalls: recording.serviceCalls
      .filter(({ sentIn }) => sentIn > crank)
      .map(({ name, call }) => `${name}.${call}`),
    isCut,
  };
};

/**
 * Sends another message after a crank of the past, in a fork of it in memory, and runs the vats until nothing is left to
 * do. Nothing of it leaves the fork: no service is called, and no timer.
 *
 * @throws {CooperageError} `BAD_ARGUMENT`, `NO_HISTORY`, `BAD_RECORDING`, `BAD_EXPORT`, `WORKER_CRASHED`
 */
export const tryMessage = async (options: TryMessageOptions): Promise<Tried> => {
  insistOptions('tryMessage', options, {
    ...AT_CRANK,
    target: { value: text('a kref'), required: true },
    methargs: { value: object('capdata'), required: true },
    limit: { value: wholeNumber(1, 100_000) },
  });
  const { crank, workers, target, methargs, limit = 500 } = options;
  return inFork(options, async (store) => {
    let entropy = 0;
    const core = makeCore({
      tables: store.tables,
      transcripts: store.transcripts,
      order: 'recorded',
      digest: sha256,
      ambient: {
        now: () => 0,
        entropy: () => sha256([String((entropy += 1))]),
        makeSeed,
      },
    });
    const { objects, promises } = core.kernel.tables;
    const isThere =
      (isKObject(target) && objects.find(target) !== undefined) ||
      (isKPromise(target) && promises.find(target) !== undefined);
    if (!isThere) {
      throw new CooperageError('BAD_ARGUMENT', `${target} is not there after crank ${crank}`);
    }
    const answers: KPromise[] = [];
    core.input((host) => answers.push(host.send(target as KRef, methargs)));
    const { isCut } = await runOn(core, makeRecordSource(core, store, workers), limit);
    await store.flush();
    return describeTried(store, crank, answers, isCut);
  });
};

/**
 * Cycles of objects that hold one another across vats, as they were after a crank: the vats are asked, in a fork.
 *
 * @throws {CooperageError} `BAD_ARGUMENT`, `NO_HISTORY`, `BAD_RECORDING`, `BAD_EXPORT`
 */
export const cyclesAt = async (options: AtCrank): Promise<GarbageReport> => {
  insistOptions('cyclesAt', options, AT_CRANK);
  return inFork(options, (store) => findGarbage(store, options.workers));
};
