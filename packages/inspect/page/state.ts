/** What the page shows, and what it asks the server. */
import { batch, computed, effect, signal } from '@preact/signals';
import { act, ask, textOf } from './server.js';
import type {
  CrankView,
  DebuggedCrank,
  Found,
  ObjectView,
  Overview,
  TimelineView,
  VatView,
} from './data.js';

export const overview = signal<Overview | undefined>(undefined);
/** The crank that is looked at; objects and vats are shown as they were after it. */
export const at = signal(0);
export const crank = signal<CrankView | undefined>(undefined);
/** An object, a promise or a vat that is looked at besides. */
export const thing = signal<{ readonly kind: 'object' | 'vat'; readonly id: string } | undefined>(
  undefined,
);
export const thingView = signal<ObjectView | VatView | undefined>(undefined);
export const query = signal('');
export const found = signal<readonly Found[] | undefined>(undefined);
/** Only this vat's cranks are full in the timeline. */
export const onlyLane = signal<number | undefined>(undefined);
export const problem = signal<string | undefined>(undefined);

/** The part of the timeline that is seen, in cranks. */
export const seen = signal<{ readonly from: number; readonly to: number }>({ from: 0, to: 1 });

/** What is known of the timeline around the part that is seen. */
export const part = signal<TimelineView | undefined>(undefined);

/** The lane of a vat, or of the host. */
export const laneOf = computed(() => {
  const places = new Map(overview.value?.lanes.map(({ id }, index) => [id, index]));
  return (id: string | undefined): number => places.get(id ?? 'host') ?? 0;
});

export const bounds = computed(() => ({
  first: overview.value?.first ?? 0,
  last: overview.value?.last ?? 0,
}));

/** The crank that is under a debugger, or why none is. */
export const debugged = signal<DebuggedCrank | { readonly problem: string } | 'starts' | undefined>(
  undefined,
);

/** Has the server replay the vat of a crank for a debugger. */
export const debug = async (what: string): Promise<void> => {
  debugged.value = 'starts';
  try {
    const value = await act<DebuggedCrank>(what);
    debugged.value = value;
    goTo(value.crank);
  } catch (error) {
    debugged.value = { problem: textOf(error) };
  }
};

const orProblem = (work: Promise<void>): void => {
  work.catch((error: unknown) => {
    problem.value = textOf(error);
  });
};

const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), Math.max(low, high));

/** Shows another part of the timeline, no smaller than a few cranks and no larger than all. */
export const show = (from: number, to: number): void => {
  const { first, last } = bounds.value;
  const whole = last - first + 2;
  const size = clamp(to - from, 4, Math.max(4, whole));
  const start = clamp(from, first - 1, Math.max(first - 1, last + 1 - size));
  seen.value = { from: start, to: start + size };
};

export const zoom = (factor: number, around = at.value): void => {
  const { from, to } = seen.value;
  show(around - (around - from) * factor, around + (to - around) * factor);
};

const lookAtThing = async (): Promise<void> => {
  const { value } = thing;
  const number = at.value;
  const view =
    value === undefined
      ? undefined
      : await ask<ObjectView | VatView>(
          `${value.kind}/${encodeURIComponent(value.id)}?at=${number}`,
        );
  // Another one may be looked at by now.
  if (thing.value === value && at.value === number) thingView.value = view;
};

const lookAtCrank = async (number: number): Promise<void> => {
  const view = await ask<CrankView>(`crank/${number}`);
  if (at.value === number) crank.value = view;
  await lookAtThing();
};

/** Goes to a crank, and moves the timeline where it is not seen. */
export const goTo = (number: number): void => {
  const { first, last } = bounds.value;
  const to = clamp(number, first, last);
  batch(() => {
    at.value = to;
    const { from, to: end } = seen.value;
    if (to < from || to > end) show(to - (end - from) / 2, to + (end - from) / 2);
  });
  history.replaceState(undefined, '', `#crank=${to}`);
  orProblem(lookAtCrank(to));
};

export const lookAt = (kind: 'object' | 'vat', id: string): void => {
  thing.value = { kind, id };
  orProblem(lookAtThing());
};

export const closeThing = (): void => {
  thing.value = undefined;
  thingView.value = undefined;
};

export const find = (text: string): void => {
  query.value = text;
  if (text.trim() === '') {
    found.value = undefined;
    return;
  }
  orProblem(
    ask<readonly Found[]>(`search?for=${encodeURIComponent(text)}`).then((results) => {
      if (query.value === text) found.value = results ?? [];
    }),
  );
};

/** Milliseconds between two looks at a kernel that runs. */
const INTERVAL = 1_000;

/** Shows the cranks that came since, and goes along with them where the newest one was looked at. */
const follow = async (): Promise<void> => {
  const known = overview.value;
  if (known === undefined) return;
  const more = await ask<Overview>('overview');
  if (more === undefined) return;
  const isSame =
    more.last === known.last &&
    more.cut?.crank === known.cut?.crank &&
    more.isSearching === known.isSearching;
  if (isSame) return;
  const wasLast = at.value === known.last;
  overview.value = more;
  if (wasLast) goTo(more.last);
};

/** Points side by side that the timeline can show. */
const POINTS = 1_500;

/** The part that is wanted around what is seen: as much again on both sides. */
const wanted = () => {
  const { from, to } = seen.value;
  const { first, last } = bounds.value;
  const size = to - from;
  return {
    from: Math.max(first, Math.floor(from - size)),
    to: Math.min(last, Math.ceil(to + size)),
  };
};

/** Whether what is known covers what is seen, in about the same detail as it would be asked for. */
const isEnough = (known: TimelineView | undefined): boolean => {
  if (known === undefined) return false;
  const { from, to } = seen.value;
  const { first, last } = bounds.value;
  const covers =
    known.from <= Math.max(first, Math.floor(from)) && known.to >= Math.min(last, Math.ceil(to));
  const isCoarse = known.to - known.from > 3 * POINTS && known.to - known.from > 6 * (to - from);
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
      part.value = await ask<TimelineView>(`timeline?from=${from}&to=${to}&points=${3 * POINTS}`);
    }
  } finally {
    isAsking = false;
  }
};

const keepFollowing = async (): Promise<void> => {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    await follow();
  }
};

/** The crank that the address names. */
const crankOfAddress = (): number | undefined => {
  const wanted = /^#crank=(\d+)$/.exec(location.hash)?.[1];
  return wanted === undefined ? undefined : Number(wanted);
};

export const begin = (): void => {
  effect(() => {
    // What it depends on.
    void [seen.value, bounds.value];
    orProblem(provideTimeline());
  });
  addEventListener('hashchange', () => {
    const wanted = crankOfAddress();
    if (overview.value !== undefined && wanted !== undefined && wanted !== at.value) goTo(wanted);
  });
  orProblem(
    ask<Overview>('overview').then((value) => {
      if (value === undefined) return;
      overview.value = value;
      show(value.first - 1, Math.min(value.last + 1, value.first + 200));
      goTo(crankOfAddress() ?? value.last);
      if (value.isLive === true) orProblem(keepFollowing());
    }),
  );
};
