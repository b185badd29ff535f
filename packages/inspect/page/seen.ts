/** The part of the timeline that is seen, and what is known of it. */
import { computed, effect, signal } from '@preact/signals';
import type { Scale, TimelineView } from './data.js';
import { at, bounds, clamp, crank, filterQuery, lanesBy, orProblem, overview } from './model.js';
import { ask } from './server.js';

/** By what cranks are laid out: their order, or the clock. */
export const scale = signal<Scale>('order');

/** In cranks, or in microseconds. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export const seen = signal<Range>({ from: 0, to: 1 });

/** What is known of the timeline around the part that is seen. */
export const part = signal<TimelineView | undefined>(undefined);

/** All that there is to be seen, with a margin on both sides. */
export const extent = computed((): Range => {
  if (scale.value === 'order') return { from: bounds.value.first - 1, to: bounds.value.last + 1 };
  const span = overview.value?.clock?.span ?? 0;
  return { from: -span / 50, to: span * 1.02 };
});

/** No less is seen at a time: four cranks, or ten microseconds. */
const LEAST: Readonly<Record<Scale, number>> = { order: 4, clock: 10 };

/** Shows another part, no smaller than can be told apart and no larger than all. */
export const show = (from: number, to: number): void => {
  const all = extent.value;
  const least = LEAST[scale.value];
  const size = clamp(to - from, least, Math.max(least, all.to - all.from));
  const start = clamp(from, all.from, Math.max(all.from, all.to - size));
  seen.value = { from: start, to: start + size };
};

export const showAll = (): void => show(extent.value.from, extent.value.to);

/** Where the crank that is looked at is on the scale; undefined where that is not known. */
export const placeOf = (): number | undefined => {
  if (scale.value === 'order') return at.value;
  const time = crank.value?.crank === at.value ? crank.value.time : undefined;
  return time === undefined ? undefined : (time.began + time.ended) / 2;
};

const middle = (): number => (seen.value.from + seen.value.to) / 2;

/** @param around default: the crank that is looked at, where it is seen */
export const zoom = (factor: number, around?: number): void => {
  const { from, to } = seen.value;
  const place = around ?? placeOf();
  const fixed = place !== undefined && place >= from && place <= to ? place : middle();
  show(fixed - (fixed - from) * factor, fixed + (to - fixed) * factor);
};

export const pan = (share: number): void => {
  const { from, to } = seen.value;
  show(from + (to - from) * share, to + (to - from) * share);
};

/** Moves to where the crank that is looked at is seen. */
export const reveal = (): void => {
  const place = placeOf();
  const { from, to } = seen.value;
  if (place !== undefined && (place < from || place > to)) {
    show(place - (to - from) / 2, place + (to - from) / 2);
  }
};

export const setScale = (wanted: Scale): void => {
  scale.value = wanted;
  showAll();
};

/** How it is laid out and what is looked for, as the server is asked. */
const wantedLook = computed(
  () => `scale=${scale.value}&lanes=${lanesBy.value}&${filterQuery.value}`,
);
/** The same, of what is known. */
let knownLook = '';

/** Points side by side that the timeline can show. */
const POINTS = 1_500;

/** The part that is wanted around what is seen: as much again on both sides. */
const wanted = (): Range => {
  const { from, to } = seen.value;
  const all = extent.value;
  const size = to - from;
  return {
    from: Math.max(0, Math.floor(Math.max(all.from, from - size))),
    to: Math.max(0, Math.ceil(Math.min(all.to, to + size))),
  };
};

/** Whether what is known covers what is seen, in about the same detail as it would be asked for. */
const isEnough = (known: TimelineView | undefined): boolean => {
  if (known === undefined || knownLook !== wantedLook.value) return false;
  const { from, to } = seen.value;
  const isOrder = known.scale === 'order';
  const { first, last } = isOrder
    ? bounds.value
    : { first: 0, last: overview.value?.clock?.span ?? 0 };
  const covers =
    known.from <= Math.max(first, Math.floor(from)) && known.to >= Math.min(last, Math.floor(to));
  const isSampled = isOrder
    ? known.to - known.from > 3 * POINTS
    : known.boxes.some(({ label }) => label === undefined);
  const isCoarse = isSampled && known.to - known.from > 6 * (to - from);
  return covers && !isCoarse;
};

let isAsking = false;

/** Asks for the part around what is seen, one after the other, until it is known. */
const provideTimeline = async (): Promise<void> => {
  if (isAsking) return;
  isAsking = true;
  try {
    while (overview.value !== undefined && !isEnough(part.value)) {
      const { from, to } = wanted();
      const look = wantedLook.value;
      const query = `${look}&from=${from}&to=${to}&points=${3 * POINTS}`;
      const view = await ask<TimelineView>(`timeline?${query}`);
      knownLook = look;
      part.value = view;
    }
  } finally {
    isAsking = false;
  }
};

export const keepProvided = (): void => {
  effect(() => {
    // What it depends on.
    void [seen.value, bounds.value, wantedLook.value];
    orProblem(provideTimeline());
  });
};
