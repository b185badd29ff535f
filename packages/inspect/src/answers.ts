import { readRecording, type Recording } from '@cooperage/recording';
import { isVatID, type KernelStore } from '@cooperage/types';
import { makePast } from './past.js';
import { syscallsOf } from './syscalls.js';
import { crankViewOf, objectViewOf, overviewOf, search, vatViewOf } from './views.js';

/** Answers what the page asks, as data for JSON; undefined where there is no such thing. */
export type Answers = (path: string, query: URLSearchParams) => unknown;

const numberIn = (text: string | null | undefined): number | undefined =>
  text !== null && text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;

/**
 * @param source what the page calls it
 * @throws {CooperageError} `NO_HISTORY`, `BAD_RECORDING`
 */
export const makeAnswers = (store: KernelStore, source: string): Answers => {
  const recording: Recording = readRecording(store);
  const past = makePast(recording);
  const last = recording.cranks.at(-1)?.number ?? 0;
  return (path, query) => {
    const [what, of = ''] = path.split('/');
    const at = numberIn(query.get('at')) ?? last;
    switch (what) {
      case 'overview':
        return overviewOf(recording, source);
      case 'crank': {
        const number = numberIn(of);
        const view = number === undefined ? undefined : crankViewOf(recording, past, number);
        const { vatID, delivery } = view ?? {};
        if (vatID === undefined || delivery === undefined) return view;
        return { ...view, inside: syscallsOf(store, vatID, delivery.n) };
      }
      case 'object':
        return objectViewOf(recording, past, of, at);
      case 'vat':
        return isVatID(of) ? vatViewOf(recording, past, of, at) : undefined;
      case 'search':
        return search(recording, query.get('for') ?? '');
      default:
        return undefined;
    }
  };
};
