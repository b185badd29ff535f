/** What can be done on the page: each asks the server, and changes what is shown. */
import { batch } from '@preact/signals';
import type {
  CrankView,
  DebuggedCrank,
  Filter,
  Found,
  ObjectView,
  Overview,
  TermsView,
  VatView,
} from './data.js';
import {
  at,
  bounds,
  clamp,
  crank,
  debugged,
  filter,
  filterQuery,
  found,
  orProblem,
  overview,
  query,
  terms,
  thing,
  thingView,
} from './model.js';
import { keepProvided, reveal, show } from './seen.js';
import { act, ask, textOf } from './server.js';

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
  const view = await ask<CrankView>(`crank/${number}?${filterQuery.value}`);
  if (at.value === number) {
    crank.value = view;
    reveal();
  }
  await lookAtThing();
};

/** Goes to a crank, and moves the timeline where it is not seen. */
export const goTo = (number: number): void => {
  const { first, last } = bounds.value;
  const to = clamp(number, first, last);
  batch(() => {
    at.value = to;
    reveal();
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

/** Looks for other cranks: an empty text looks for all. */
export const look = (name: keyof Filter, value: string): void => {
  const { [name]: _former, ...others } = filter.value;
  filter.value = value.trim() === '' ? others : { ...others, [name]: value.trim() };
  orProblem(lookAtCrank(at.value));
};

/** Has the methods and interfaces of the kernel as it is now. */
export const provideTerms = (): void => {
  orProblem(
    ask<TermsView>('terms').then((value) => {
      terms.value = value;
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
  keepProvided();
  addEventListener('hashchange', () => {
    const wanted = crankOfAddress();
    if (overview.value !== undefined && wanted !== undefined && wanted !== at.value) goTo(wanted);
  });
  orProblem(
    ask<Overview>('overview').then((value) => {
      if (value === undefined) return;
      overview.value = value;
      provideTerms();
      show(value.first - 1, Math.min(value.last + 1, value.first + 200));
      goTo(crankOfAddress() ?? value.last);
      if (value.isLive === true) orProblem(keepFollowing());
    }),
  );
};
