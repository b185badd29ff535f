import { followRecording } from '@cooperage/recording';
import { isVatID, type KernelStore } from '@cooperage/types';
import { isKernel, openSource, viewNow } from './open-source.js';
import { makePast } from './past.js';
import { syscallsOf } from './syscalls.js';
import { crankViewOf, objectViewOf, overviewOf, search, vatViewOf } from './views.js';

/** Answers what the page asks, as data for JSON; undefined where there is no such thing. */
export type Answers = (path: string, query: URLSearchParams) => unknown;

const numberIn = (text: string | null | undefined): number | undefined =>
  text !== null && text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;

interface Answering {
  readonly answers: Answers;
  /** Shows what a later view of the same kernel has besides. */
  readonly readOn: (store: KernelStore) => void;
}

const makeAnswering = (first: KernelStore, source: string, isLive: boolean): Answering => {
  let store = first;
  const { recording, readOn } = followRecording(store);
  const past = makePast(recording);

  const crankOf = (number: number | undefined) => {
    const view = number === undefined ? undefined : crankViewOf(recording, past, number);
    const { vatID, delivery } = view ?? {};
    if (vatID === undefined || delivery === undefined) return view;
    return { ...view, inside: syscallsOf(store, vatID, delivery.n) };
  };

  return {
    readOn: (later) => {
      store = later;
      readOn(later);
    },
    answers: (path, query) => {
      const [what, of = ''] = path.split('/');
      const at = numberIn(query.get('at')) ?? recording.cranks.at(-1)?.number ?? 0;
      switch (what) {
        case 'overview':
          return { ...overviewOf(recording, source, numberIn(query.get('after'))), isLive };
        case 'crank':
          return crankOf(numberIn(of));
        case 'object':
          return objectViewOf(recording, past, of, at);
        case 'vat':
          return isVatID(of) ? vatViewOf(recording, past, of, at) : undefined;
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
 * @throws {CooperageError} `NO_HISTORY`, `BAD_RECORDING`
 */
export const makeAnswers = (store: KernelStore, source: string): Answers =>
  makeAnswering(store, source, false).answers;

/**
 * The same of a kernel that may be running: what it has committed since is there with the next question.
 *
 * @param open a view of what is committed now; it is closed as soon as it was read, so that the kernel can use freed space
 * @throws {CooperageError} `NO_HISTORY`, `BAD_RECORDING`, and what `open` throws
 */
export const makeLiveAnswers = async (
  open: () => Promise<KernelStore>,
  source: string,
): Promise<Answers> => {
  const withView = async <T>(look: (store: KernelStore) => T): Promise<T> => {
    const store = await open();
    try {
      return look(store);
    } finally {
      await store.close();
    }
  };
  const { answers, readOn } = await withView((store) => makeAnswering(store, source, true));
  return (path, query) =>
    withView((store) => {
      readOn(store);
      return answers(path, query);
    });
};

/**
 * Answers about the directory of a kernel, which may be running, or about a recording.
 *
 * @throws {CooperageError} what {@link openSource} throws; `NO_HISTORY`, `BAD_RECORDING`
 */
export const answersFor = async (path: string): Promise<Answers> => {
  // The data file is checked once; later views are of the same one.
  const store = await openSource(path);
  try {
    if (!isKernel(path)) return makeAnswers(store, path);
  } finally {
    if (isKernel(path)) await store.close();
  }
  return makeLiveAnswers(() => viewNow(path), path);
};
