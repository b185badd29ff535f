/** What the page shows, as signals. */
import { computed, signal } from '@preact/signals';
import type {
  CrankView,
  DebuggedCrank,
  Found,
  GroupOfKind,
  ObjectView,
  Overview,
  VatView,
} from './data.js';
import { textOf } from './server.js';

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
/** Cranks of these kinds are pale in the timeline. */
export const hiddenKinds = signal<ReadonlySet<GroupOfKind>>(new Set());
export const problem = signal<string | undefined>(undefined);

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

/** What goes wrong is shown. */
export const orProblem = (work: Promise<void>): void => {
  work.catch((error: unknown) => {
    problem.value = textOf(error);
  });
};

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), Math.max(low, high));
