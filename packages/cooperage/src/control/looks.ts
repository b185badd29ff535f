/** Calls that look at a kernel's store and change nothing: the same whether the kernel runs or not. */
import { makeKernelTables } from '@cooperage/kernel';
import {
  insistOptions,
  type KernelStore,
  type OptionTable,
  text,
  wholeNumber,
} from '@cooperage/types';
import {
  listHolders,
  listMeters,
  listVats,
  readTranscript,
  type ShownMeter,
  showVat,
  type TranscriptCrank,
} from '@cooperage/tools';
import { listUrls } from '../gateway-port/urls.js';
import { listQuarantined } from '../quarantine.js';
import { listTimers } from '../services/timer/list-timers.js';

const vat = { value: text('the name of a vat, or its id'), required: true } as const;
const crank = { value: wholeNumber(1, Number.MAX_SAFE_INTEGER) } as const;

/** A meter as it is sent: JSON has no numbers as large as that. */
export type SentMeter = Omit<ShownMeter, 'remaining' | 'threshold'> & {
  readonly remaining: string;
  readonly threshold: string;
};

const sendable = ({ remaining, threshold, ...meter }: ShownMeter): SentMeter => ({
  ...meter,
  remaining: String(remaining),
  threshold: String(threshold),
});

/** Cranks of a transcript in one answer, and about as many characters. */
const PAGE = 1_000;
const PAGE_LENGTH = 8_000_000;

export interface TranscriptPage {
  readonly vatID: string;
  readonly name: string;
  readonly newest: number;
  readonly cranks: readonly TranscriptCrank[];
  /** The first crank that is not on this page, where there are more. */
  readonly next?: number;
}

const transcriptPage = (
  store: KernelStore,
  args: { readonly vat: string; readonly from?: number; readonly to?: number },
): TranscriptPage => {
  const { vat: name, ...range } = args;
  const { cranks, ...about } = readTranscript(store, name, range);
  const page: TranscriptCrank[] = [];
  let length = 0;
  for (const each of cranks) {
    if (page.length === PAGE || length > PAGE_LENGTH)
      return { ...about, cranks: page, next: each.n };
    page.push(each);
    length += JSON.stringify(each).length;
  }
  return { ...about, cranks: page };
};

export interface HistoryRange {
  readonly oldest: number | null;
  readonly newest: number | null;
  readonly hash: string | null;
}

const historyOf = ({ tables }: KernelStore): HistoryRange => {
  const { history } = makeKernelTables(tables);
  const newest = history.newest();
  return {
    oldest: history.oldest() ?? null,
    newest: newest?.crank ?? null,
    hash: newest?.hash ?? null,
  };
};

/** The root object of a vat of the config. */
export interface ShownRoot {
  readonly vat: string;
  readonly kref: string;
}

const rootsOf = ({ tables }: KernelStore): ShownRoot[] =>
  [...makeKernelTables(tables).hostNames.list('vat')].map(([vat, kref]) => ({ vat, kref }));

/** What a re-run does not need to be right: so this is no crank of the kernel's, and in no history. */
export const trimIn = ({ tables }: KernelStore, crank: number): void => {
  tables.beginCrank();
  makeKernelTables(tables).history.trim(crank);
  tables.acceptCrank();
};

interface Look<Args, Result> {
  readonly table: OptionTable;
  readonly look: (store: KernelStore, args: Args) => Result;
}

const look = <Args, Result>(
  table: OptionTable,
  act: (store: KernelStore, args: Args) => Result,
): Look<Args, Result> => ({ table, look: act });

export const LOOKS = {
  vats: look({}, (store) => listVats(store)),
  show: look({ vat }, (store, args: { readonly vat: string }) => showVat(store, args.vat)),
  transcript: look({ vat, from: crank, to: crank }, transcriptPage),
  meters: look(
    { meter: { value: text('the name of a meter, or its kref') } },
    (store, { meter }: { readonly meter?: string }) => listMeters(store, meter).map(sendable),
  ),
  quarantined: look({}, ({ tables }) => listQuarantined(makeKernelTables(tables))),
  suspended: look({}, (store) =>
    listVats(store).vats.filter(({ blocked }) => blocked?.kind === 'suspended'),
  ),
  holders: look(
    { kref: { value: text('the kref of an object or a promise'), required: true } },
    (store, { kref }: { readonly kref: string }) => listHolders(store, kref),
  ),
  roots: look({}, rootsOf),
  history: look({}, historyOf),
  timers: look({}, ({ tables }) => listTimers(makeKernelTables(tables))),
  urls: look({}, ({ tables }) => listUrls(makeKernelTables(tables))),
} as const;

export type LookName = keyof typeof LOOKS;
export type LookArgs<Name extends LookName> = Parameters<(typeof LOOKS)[Name]['look']>[1];
export type LookResult<Name extends LookName> = ReturnType<(typeof LOOKS)[Name]['look']>;

export const isLook = (call: string): call is LookName => Object.hasOwn(LOOKS, call);

/** @throws {CooperageError} `BAD_ARGUMENT`, and what the look itself throws */
export const performLook = <Name extends LookName>(
  store: KernelStore,
  call: Name,
  args: LookArgs<Name>,
): LookResult<Name> => {
  const { table, look: act } = LOOKS[call];
  insistOptions(call, args, table);
  return act(store, args as never) as LookResult<Name>;
};
