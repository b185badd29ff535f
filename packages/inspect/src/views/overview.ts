import type { Recording } from '@cooperage/recording';
import {
  knownThreads,
  type Lane,
  type Lanes,
  makeLanes,
  makeThreadLanes,
} from './timeline/lanes.js';
import { makeTimed, type Timed } from './timeline/timed.js';

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
  /** The host, and each vat. */
  readonly lanes: readonly Lane[];
  /** The host, and each thread that ran vats; absent where it is known of no crank in which thread it ran. */
  readonly threads?: readonly Lane[];
  /** Where it is known when cranks ran: milliseconds since 1970 of the first one, and microseconds to the end of the last. */
  readonly clock?: { readonly origin: number; readonly span: number };
}

interface OverviewPowers {
  readonly lanes?: Lanes;
  /** A lane for each thread. */
  readonly threads?: Lanes;
  readonly timed?: Timed;
}

export const overviewOf = (
  recording: Recording,
  source: string,
  {
    lanes = makeLanes(recording),
    threads = makeThreadLanes(recording),
    timed = makeTimed(recording),
  }: OverviewPowers = {},
): Overview => ({
  source,
  first: recording.first,
  last: recording.cranks.at(-1)?.number ?? 0,
  ...(recording.cut !== undefined && { cut: recording.cut }),
  lanes: lanes.list(),
  ...(knownThreads(threads) !== undefined && { threads: threads.list() }),
  ...(timed.span() > 0 && {
    clock: { origin: (timed.origin() ?? 0) / 1000, span: timed.span() },
  }),
});
