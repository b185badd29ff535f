/** A part of the timeline, with no more than can be seen of it. */
import type { Delivery, Recording } from '@cooperage/recording';
import { labelOfCrank } from './labels.js';
import { type Lanes, makeLanes } from './overview.js';

/** A crank as a box of the timeline. */
export interface Box {
  readonly crank: number;
  /** Index of its lane. */
  readonly lane: number;
  readonly kind: string;
  /** Where each crank of the part has a box. */
  readonly label?: string;
}

/** From the crank in which something was sent to the one in which it was done. */
export interface Arrow {
  readonly from: number;
  readonly fromLane: number;
  readonly to: number;
  readonly toLane: number;
}

export interface TimelineView {
  readonly from: number;
  readonly to: number;
  /** One for each crank; where there are more cranks than points, one for each lane and point. */
  readonly boxes: readonly Box[];
  /** Of the part: no more than can be told apart. */
  readonly arrows: readonly Arrow[];
}

export interface Part {
  /** In cranks. */
  readonly from: number;
  readonly to: number;
  /** Places side by side that can be told apart. Default: 1,500. */
  readonly points?: number;
}

/** More arrows than that are a blot. */
const MOST_ARROWS = 1_500;
/** Wider than any screen. */
const MOST_POINTS = 10_000;

const sentIn = ({ message, issuedIn }: Delivery): number => message?.sentIn ?? issuedIn;

const boxesIn = (recording: Recording, lanes: Lanes, { from, to, points = 1_500 }: Part): Box[] => {
  const boxes: Box[] = [];
  const isSampled = to - from + 1 > points;
  const size = (to - from + 1) / points;
  /** The point of the newest box of each lane. */
  const last = new Map<number, number>();
  for (let number = from; number <= to; number += 1) {
    const crank = recording.crank(number);
    if (crank === undefined) continue;
    const lane = lanes.of(number);
    const point = Math.floor((number - from) / size);
    if (isSampled && last.get(lane) === point) continue;
    last.set(lane, point);
    boxes.push({
      crank: number,
      lane,
      kind: crank.delivery?.kind ?? crank.cause,
      ...(!isSampled && { label: labelOfCrank(recording, crank) }),
    });
  }
  return boxes;
};

/** In a part with more arrows than are drawn, every so many cranks have theirs. */
const arrowsIn = (recording: Recording, lanes: Lanes, { from, to }: Part): Arrow[] => {
  const arrows: Arrow[] = [];
  const step = Math.max(1, Math.ceil((to - from + 1) / MOST_ARROWS));
  for (let number = from; number <= to; number += step) {
    const delivery = recording.crank(number)?.delivery;
    if (delivery === undefined) continue;
    const sent = sentIn(delivery);
    arrows.push({ from: sent, fromLane: lanes.of(sent), to: number, toLane: lanes.of(number) });
  }
  return arrows;
};

export const timelineOf = (
  recording: Recording,
  { from, to, points }: Part,
  lanes = makeLanes(recording),
): TimelineView => {
  const last = recording.cranks.at(-1)?.number ?? 0;
  const part = {
    from: Math.max(recording.first, from),
    to: Math.min(last, to),
    ...(points !== undefined && { points: Math.max(1, Math.min(points, MOST_POINTS)) }),
  };
  return {
    from: part.from,
    to: part.to,
    boxes: boxesIn(recording, lanes, part),
    arrows: arrowsIn(recording, lanes, part),
  };
};
