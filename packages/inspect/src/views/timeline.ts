/** A part of the timeline, with no more than can be seen of it: by the order of the cranks, or by the clock. */
import type { Crank, Delivery, Recording } from '@cooperage/recording';
import { type GroupOfKind, groupOfKind } from './kinds.js';
import { labelOfCrank } from './labels.js';
import { type Lanes, makeLanes } from './overview.js';
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
  /** Where each crank of the part has a box. */
  readonly label?: string;
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
  /** One for each crank; where there are more cranks than points, one for each lane and point. */
  readonly boxes: readonly Box[];
  /** Of the part: no more than can be told apart. */
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
}

const boxOf = ({ recording, lanes, timed }: Powers, crank: Crank, isLabelled: boolean): Box => ({
  crank: crank.number,
  lane: lanes.of(crank.number),
  kind: groupOfKind(crank),
  ...timed.of(crank.number),
  ...(isLabelled && { label: labelOfCrank(recording, crank) }),
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
  cranks: Iterable<number>,
  count: number,
  { from, to, points }: WholePart,
  placeOf: (crank: number) => readonly [start: number, end: number],
): Pick<TimelineView, 'boxes' | 'arrows'> => {
  const boxes: Box[] = [];
  const arrows: Arrow[] = [];
  const isSampled = count > points;
  const size = Math.max(1, to - from) / points;
  /** Where the newest box of each lane ends. */
  const last = new Map<number, number>();
  const step = Math.max(1, Math.ceil(count / MOST_ARROWS));
  let index = 0;
  for (const number of cranks) {
    if (index % step === 0) arrows.push(...arrowTo(powers, number));
    index += 1;
    const crank = powers.recording.crank(number);
    if (crank === undefined) continue;
    if (isSampled) {
      const lane = powers.lanes.of(number);
      const point = Math.floor((placeOf(number)[1] - from) / size);
      if (last.get(lane) === point) continue;
      last.set(lane, point);
    }
    boxes.push(boxOf(powers, crank, !isSampled));
  }
  return { boxes, arrows };
};

const numbersFrom = function* (from: number, to: number): Generator<number> {
  for (let number = from; number <= to; number += 1) yield number;
};

const inOrder = (powers: Powers, { from, to, points }: WholePart): TimelineView => {
  const { recording } = powers;
  const last = recording.cranks.at(-1)?.number ?? 0;
  const part = { from: Math.max(recording.first, from), to: Math.min(last, to), points };
  const count = part.to - part.from + 1;
  return {
    scale: 'order',
    from: part.from,
    to: part.to,
    ...drawn(powers, numbersFrom(part.from, part.to), count, part, (crank) => [crank, crank]),
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
    ...marks.map(({ kind, vatID, at }): Mark => ({
      kind,
      lane: lanes.place(vatID),
      at: timed.since(at),
    })),
  ].filter(isSeen);
  return {
    scale: 'clock',
    from: part.from,
    to: part.to,
    ...drawn(powers, cranks, cranks.length, part, (crank) => {
      const time = timed.of(crank);
      return [time?.began ?? 0, time?.ended ?? 0];
    }),
    marks: all.length > MOST_MARKS ? [] : all,
  };
};

export const timelineOf = (
  recording: Recording,
  { scale = 'order', from, to, points = 1_500 }: Part,
  lanes = makeLanes(recording),
  timed = makeTimed(recording),
): TimelineView => {
  const part = { from, to, points: Math.max(1, Math.min(points, MOST_POINTS)) };
  const powers = { recording, lanes, timed };
  return scale === 'clock' ? byClock(powers, part) : inOrder(powers, part);
};
