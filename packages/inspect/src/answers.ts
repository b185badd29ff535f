import { keys } from '@cooperage/kernel';
import { followRecording } from '@cooperage/recording';
import { isVatID, type KernelStore, type StoreBackend, type VatWorkerHost } from '@cooperage/types';
import { makeKernelStore } from '@cooperage/store';
import { recordingOf } from './debug/replay-child.js';
import { makeLostRecords, type RecordOf } from './lost-records.js';
import { makeSearch, type Search } from './lost-records-search.js';
import { isKernel, openSourceBackend, viewNow } from './open-source.js';
import { makePast } from './past.js';
import { syscallsOf } from './syscalls.js';
import {
  crankViewOf,
  familyOf,
  type Filter,
  makeLanes,
  makeMetrics,
  makeTerms,
  makeThreadLanes,
  makeTimed,
  objectViewOf,
  overviewOf,
  type Part,
  search,
  timelineOf,
  vatDataOf,
  vatViewOf,
} from './views/index.js';

/** Answers what the page asks, as data for JSON; undefined where there is no such thing. */
export type Answers = (path: string, query: URLSearchParams) => unknown;

/** Of a chart, where no number is asked for. */
const POINTS = 400;

const numberIn = (text: string | null | undefined): number | undefined =>
  text !== null && text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;

/** The part of the timeline that is asked for; all of it where nothing is said. */
const partIn = (query: URLSearchParams): Part => {
  const points = numberIn(query.get('points'));
  return {
    scale: query.get('scale') === 'clock' ? 'clock' : 'order',
    from: numberIn(query.get('from')) ?? 0,
    to: numberIn(query.get('to')) ?? Number.MAX_SAFE_INTEGER,
    ...(points !== undefined && { points }),
  };
};

/** What is looked for: nothing that is left out or empty. */
const filterIn = (query: URLSearchParams): Filter =>
  Object.fromEntries(
    ['vat', 'object', 'interface', 'method'].flatMap((name) => {
      const value = query.get(name);
      return value === null || value === '' ? [] : [[name, value]];
    }),
  );

interface Answering {
  readonly answers: Answers;
  /** Shows what a later view of the same kernel has besides. */
  readonly readOn: (store: KernelStore) => void;
  /** The crank before which the reading ended, because a record is missing. */
  readonly cutBefore: () => number | undefined;
}

interface AnsweringPowers {
  readonly source: string;
  readonly isLive: boolean;
  /** Records that went with their vats: what is known of them. */
  readonly recordOf?: RecordOf | undefined;
  /** Whether vats are being run again to find such records. */
  readonly isSearching?: (() => boolean) | undefined;
}

const makeAnswering = (
  first: KernelStore,
  { source, isLive, recordOf, isSearching = () => false }: AnsweringPowers,
): Answering => {
  const { recording, readOn } = followRecording(first, recordOf === undefined ? {} : { recordOf });
  const past = makePast(recording);
  const metrics = makeMetrics(recording, past);
  const lanes = makeLanes(recording);
  const threads = makeThreadLanes(recording);
  const timed = makeTimed(recording);
  const terms = makeTerms(recording);

  const crankOf = (number: number | undefined, query: URLSearchParams) => {
    const isWanted = terms.wanted(filterIn(query));
    const view =
      number === undefined ? undefined : crankViewOf(recording, past, number, { timed, isWanted });
    const crank = view && recording.crank(view.crank);
    const vatID = crank?.vatID;
    if (view === undefined || crank === undefined || vatID === undefined) return view;
    const writerOf = (key: string) => past.writerOf(keys.vatstore(vatID, key), view.crank - 1);
    return { ...view, inside: syscallsOf(crank, writerOf) };
  };

  return {
    readOn,
    cutBefore: () => recording.cut?.crank,
    answers: (path, query) => {
      const [what, of = ''] = path.split('/');
      const at = numberIn(query.get('at')) ?? recording.cranks.at(-1)?.number ?? 0;
      switch (what) {
        case 'overview':
          return {
            ...overviewOf(recording, source, { lanes, threads, timed }),
            isLive,
            isSearching: isSearching(),
          };
        case 'timeline':
          return timelineOf(recording, partIn(query), {
            lanes: query.get('lanes') === 'thread' ? threads : lanes,
            timed,
            isWanted: terms.wanted(filterIn(query)),
          });
        case 'terms':
          return terms.view();
        case 'crank':
          return crankOf(numberIn(of), query);
        case 'object':
          return objectViewOf(recording, past, of, at);
        case 'vat':
          return isVatID(of) ? vatViewOf(recording, past, of, at) : undefined;
        case 'data':
          return isVatID(of) ? vatDataOf(past, of, at) : undefined;
        case 'family':
          return familyOf(recording, past, at);
        case 'metrics':
          return metrics.view(numberIn(query.get('points')) ?? POINTS);
        case 'search':
          return search(recording, query.get('for') ?? '');
        default:
          return undefined;
      }
    },
  };
};

/**
 * @param source what the page calls it
 * @param recordOf records that went with their vats, where they were found otherwise
 * @throws {CooperageError} `NO_HISTORY`, `BAD_RECORDING`
 */
export const makeAnswers = (store: KernelStore, source: string, recordOf?: RecordOf): Answers =>
  makeAnswering(store, { source, isLive: false, recordOf }).answers;

/**
 * The same of a kernel that may be running: what it has committed since is there with the next question.
 *
 * @param open a view of what is committed now; it is closed as soon as it was read, so that the kernel can use freed space
 * @param search finds records that go with their vats meanwhile
 * @throws {CooperageError} `NO_HISTORY`, `BAD_RECORDING`, and what `open` throws
 */
export const makeLiveAnswers = async (
  open: () => Promise<KernelStore>,
  source: string,
  search?: Search,
): Promise<Answers> => {
  const withView = async <T>(look: (store: KernelStore) => T): Promise<T> => {
    const store = await open();
    try {
      return look(store);
    } finally {
      await store.close();
    }
  };
  const { answers, readOn, cutBefore } = await withView((store) =>
    makeAnswering(store, {
      source,
      isLive: true,
      recordOf: search?.recordOf,
      isSearching: search?.isUnderWay,
    }),
  );
  return (path, query) =>
    withView((store) => {
      readOn(store);
      search?.want(cutBefore());
      return answers(path, query);
    });
};

/**
 * Answers about the directory of a kernel, which may be running, or about a recording.
 *
 * @param workers where vats run again, if records of a terminated vat are missing: the caller stops it. Without, what
 *   came after such a record is not shown
 * @throws {CooperageError} what {@link openSource} throws; `NO_HISTORY`, `BAD_RECORDING`
 */
export const answersFor = async (path: string, workers?: () => VatWorkerHost): Promise<Answers> => {
  // The data file is checked once; later views are of the same one.
  const backend = await openSourceBackend(path);
  const lost = workers === undefined ? undefined : makeLostRecords(workers);
  if (!isKernel(path)) {
    await lost?.find(backend);
    return makeAnswers(makeKernelStore(backend), path, lost?.recordOf);
  }
  try {
    await lost?.find(backend);
  } finally {
    await backend.close();
  }
  const search = lost && makeSearch(lost, () => copyOf(path));
  return makeLiveAnswers(() => viewNow(path), path, search);
};

/** A kernel as it is now, in memory: while its vats run again, it can use the space that it frees. */
const copyOf = async (directory: string): Promise<StoreBackend> => {
  const { recording, remove } = await recordingOf(directory);
  try {
    return await openSourceBackend(recording);
  } finally {
    await remove();
  }
};
