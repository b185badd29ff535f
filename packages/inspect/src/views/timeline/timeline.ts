/** A part of the timeline, with no more than can be seen of it: by the order of the cranks, or by the clock. */
import type { Crank, Delivery, Recording } from '@cooperage/recording';
import type { VatID } from '@cooperage/types';
import { type GroupOfKind, groupOfKind } from '../kinds.js';
import { labelOfCrank } from '../labels.js';
import type { IsWanted } from './filter.js';
import { type Lanes, makeLanes } from './lanes.js';
import { makeTimed, type Timed } from './timed.js';

/** A crank as a box of the timeline. */
export interface Box {
  readonly crank: number;
  /** Index of its lane. */
  readonly lane: number;
  readonly kind: GroupOfKind;
  /** Microseconds, where it is known: from when to when it ran. */
  readonly began?: number;
  readonly ended?: number;
  /** Where each crank of the part has a box: what it was about. */
  readonly label?: string;
  /** Whose crank it was; absent for the host. */
  readonly vatID?: VatID;
  /** It is none of those that are looked for. */
  readonly isOther?: true;
}

/** From the crank in which something was sent to the one in which it was done. */
export interface Arrow {
  readonly from: number;
  readonly fromLane: number;
  readonly to: number;
  readonly toLane: number;
  /** Microseconds: from the end of the one to the beginning of the other. */
  readonly left?: number;
  readonly came?: number;
}

/** Something on the timeline that is no crank. */
export interface Mark {
  readonly kind: 'commit' | 'started' | 'unloaded' | 'lost';
  /** Of a vat's worker. */
  readonly lane?: number;
  /** Microseconds. */
  readonly at: number;
}

export interface TimelineView {
  /** In cranks, or in microseconds since the first of them began. */
  readonly scale: Scale;
  readonly from: number;
  readonly to: number;
  /**
   * One for each crank; where there are more cranks than points, one for each lane and point: one of those that are looked
   * for, where there is one, and it comes after others of the lane.
   */
  readonly boxes: readonly Box[];
  /** Of the part, and to cranks that are looked for: no more than can be told apart. */
  readonly arrows: readonly Arrow[];
  /** By the clock only, and where they can be told apart. */
  readonly marks: readonly Mark[];
}

export type Scale = 'order' | 'clock';

export interface Part {
  /** By what the cranks are laid out. Default: their order. */
  readonly scale?: Scale;
  /** In cranks, or in microseconds since the first of them began. */
  readonly from: number;
  readonly to: number;
  /** Places side by side that can be told apart. Default: 1,500. */
  readonly points?: number;
}

export interface TimelinePowers {
  /** Default: a lane for each vat. */
  readonly lanes?: Lanes;
  readonly timed?: Timed;
  /** Which cranks are looked for; all where it is left out. */
  readonly isWanted?: IsWanted | undefined;
}

/** More arrows than that are a blot. */
const MOST_ARROWS = 1_500;
const MOST_MARKS = 2_000;
/** Wider than any screen. */
const MOST_POINTS = 10_000;

const sentIn = ({ message, issuedIn }: Delivery): number => message?.sentIn ?? issuedIn;

interface Powers {
  readonly recording: Recording;
  readonly lanes: Lanes;
  readonly timed: Timed;
  readonly isWanted: IsWanted;
}

interface Asked {
  readonly isLabelled: boolean;
  readonly isOther: boolean;
}

const spanOf = (timed: Timed, crank: number): Pick<Box, 'began' | 'ended'> => {
  const time = timed.of(crank);
  return time === undefined ? {} : { began: time.began, ended: time.ended };
};

const boxOf = (
  { recording, lanes, timed }: Powers,
  crank: Crank,
  { isLabelled, isOther }: Asked,
): Box => ({
  crank: crank.number,
  lane: lanes.of(crank.number),
  kind: groupOfKind(crank),
  ...spanOf(timed, crank.number),
  ...(crank.vatID !== undefined && { vatID: crank.vatID }),
  ...(isLabelled && { label: labelOfCrank(recording, crank) }),
  ...(isOther && { isOther }),
});

const arrowTo = ({ recording, lanes, timed }: Powers, number: number): Arrow[] => {
  const delivery = recording.crank(number)?.delivery;
  if (delivery === undefined) return [];
  const from = sentIn(delivery);
  const left = timed.of(from)?.ended;
  const came = timed.of(number)?.began;
  return [
    {
      from,
      fromLane: lanes.of(from),
      to: number,
      toLane: lanes.of(number),
      ...(left !== undefined && came !== undefined && { left, came }),
    },
  ];
};

interface WholePart extends Part {
  readonly points: number;
}

/** Of all cranks that are in the part: the boxes, and every so many of the arrows where there are too many. */
const drawn = (
  powers: Powers,
  numbers: Iterable<number>,
  { from, to, points }: WholePart,
  placeOf: (crank: number) => readonly [start: number, end: number],
): Pick<TimelineView, 'boxes' | 'arrows'> => {
  const { recording, lanes, isWanted } = powers;
  const cranks = [...numbers].flatMap((number) => recording.crank(number) ?? []);
  const wanted = cranks.filter(isWanted);
  const isSampled = cranks.length > points;
  const size = Math.max(1, to - from) / points;
  const boxes: Box[] = [];
  const draw = (part: readonly Crank[], isOther: boolean): void => {
    /** Where the newest box of each lane ends. */
    const last = new Map<number, number>();
    for (const crank of part) {
      if (isSampled) {
        const lane = lanes.of(crank.number);
        const point = Math.floor((placeOf(crank.number)[1] - from) / size);
        if (last.get(lane) === point) continue;
        last.set(lane, point);
      }
      boxes.push(boxOf(powers, crank, { isLabelled: !isSampled, isOther }));
    }
  };
  if (wanted.length < cranks.length) {
    const isFound = new Set(wanted);
    draw(
      cranks.filter((crank) => !isFound.has(crank)),
      true,
    );
  }
  draw(wanted, false);
  const step = Math.max(1, Math.ceil(wanted.length / MOST_ARROWS));
  const arrows = wanted
    .filter((_, index) => index % step === 0)
    .flatMap(({ number }) => arrowTo(powers, number));
  return { boxes, arrows };
};

const numbersFrom = function* (from: number, to: number): Generator<number> {
  for (let number = from; number <= to; number += 1) yield number;
};

const inOrder = (powers: Powers, { from, to, points }: WholePart): TimelineView => {
  const { recording } = powers;
  const last = recording.cranks.at(-1)?.number ?? 0;
  const part = { from: Math.max(recording.first, from), to: Math.min(last, to), points };
  return {
    scale: 'order',
    from: part.from,
    to: part.to,
    ...drawn(powers, numbersFrom(part.from, part.to), part, (crank) => [crank, crank]),
    marks: [],
  };
};

const byClock = (powers: Powers, { from, to, points }: WholePart): TimelineView => {
  const { recording, lanes, timed } = powers;
  const part = { from: Math.max(0, from), to: Math.min(timed.span(), to), points };
  const cranks = timed.between(part.from, part.to);
  const isSeen = ({ at }: Mark): boolean => at >= part.from && at <= part.to;
  const { commits, marks } = recording.clock;
  const all = [
    ...commits.map(({ at }): Mark => ({ kind: 'commit', at: timed.since(at) })),
    ...marks.flatMap(({ kind, vatID, at }): Mark[] => {
      const lane = lanes.place(vatID);
      return lane === undefined ? [] : [{ kind, lane, at: timed.since(at) }];
    }),
  ].filter(isSeen);
  return {
    scale: 'clock',
    from: part.from,
    to: part.to,
    ...drawn(powers, cranks, part, (crank) => {
      const time = timed.of(crank);
      return [time?.began ?? 0, time?.ended ?? 0];
    }),
    marks: all.length > MOST_MARKS ? [] : all,
  };
};

export const timelineOf = (
  recording: Recording,
  { scale = 'order', from, to, points = 1_500 }: Part,
  {
    lanes = makeLanes(recording),
    timed = makeTimed(recording),
    isWanted = () => true,
  }: TimelinePowers = {},
): TimelineView => {
  const part = { from, to, points: Math.max(1, Math.min(points, MOST_POINTS)) };
  const powers = { recording, lanes, timed, isWanted };
  return scale === 'clock' ? byClock(powers, part) : inOrder(powers, part);
};
