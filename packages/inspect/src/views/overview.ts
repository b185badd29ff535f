import type { Recording } from '@cooperage/recording';
import { makeTimed } from './timed.js';

export interface Lane {
  readonly id: string;
  readonly name: string;
}

export interface Overview {
  /** More cranks may come: ask again. */
  readonly isLive?: boolean;
  readonly source: string;
  readonly first: number;
  readonly last: number;
  /** Vats are being run again, to find what is missing. */
  readonly isSearching?: boolean;
  /** Where the reading ended before the newest crank. */
  readonly cut?: { readonly crank: number; readonly reason: string };
  readonly lanes: readonly Lane[];
  /** Where it is known when cranks ran: milliseconds since 1970 of the first one, and microseconds to the end of the last. */
  readonly clock?: { readonly origin: number; readonly span: number };
}

/** The lanes of the timeline, the oldest first: it grows with its recording. */
export interface Lanes {
  readonly list: () => readonly Lane[];
  /** The lane of a crank. */
  readonly of: (crank: number) => number;
  /** The lane of a vat. */
  readonly place: (vatID: string) => number;
}

export const makeLanes = (recording: Recording): Lanes => {
  const places = new Map<string, number>([['host', 0]]);
  let indexed = 0;
  const catchUp = (): void => {
    for (; indexed < recording.cranks.length; indexed += 1) {
      const vatID = recording.cranks[indexed]?.vatID;
      if (vatID !== undefined && !places.has(vatID)) places.set(vatID, places.size);
    }
  };
  return {
    list: () => {
      catchUp();
      return [...places.keys()].map((id) => ({ id, name: recording.nameOf(id) }));
    },
    of: (crank) => {
      catchUp();
      return places.get(recording.crank(crank)?.vatID ?? 'host') ?? 0;
    },
    place: (vatID) => {
      catchUp();
      return places.get(vatID) ?? 0;
    },
  };
};

export const overviewOf = (
  recording: Recording,
  source: string,
  lanes = makeLanes(recording),
  timed = makeTimed(recording),
): Overview => ({
  source,
  first: recording.first,
  last: recording.cranks.at(-1)?.number ?? 0,
  ...(recording.cut !== undefined && { cut: recording.cut }),
  lanes: lanes.list(),
  ...(timed.span() > 0 && {
    clock: { origin: (timed.origin() ?? 0) / 1000, span: timed.span() },
  }),
});
