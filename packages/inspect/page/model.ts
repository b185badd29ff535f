/** What the page shows, as signals. */
import { computed, signal } from '@preact/signals';
import type {
  CrankView,
  DebuggedCrank,
  Filter,
  Found,
  GroupOfKind,
  Lane,
  ObjectView,
  Overview,
  TermsView,
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
/** What is looked for: other cranks are pale in the timeline, and folded in lists of causes and effects. */
export const filter = signal<Filter>({});
/** By what cranks have lanes. */
export const lanesBy = signal<'vat' | 'thread'>('vat');
/** Methods and interfaces to look for; undefined until they are asked for. */
export const terms = signal<TermsView | undefined>(undefined);
/** Cranks of these kinds are pale in the timeline. */
export const hiddenKinds = signal<ReadonlySet<GroupOfKind>>(new Set());
export const problem = signal<string | undefined>(undefined);

/** The lanes that are shown. */
export const lanes = computed((): readonly Lane[] => {
  const { lanes: vats = [], threads = vats } = overview.value ?? {};
  return lanesBy.value === 'thread' ? threads : vats;
});

/** The lane of a crank. */
export const laneOf = computed(() => {
  const places = new Map(lanes.value.map(({ id }, index) => [id, index]));
  return ({ vatID, time }: Pick<CrankView, 'vatID' | 'time'>): number => {
    const id =
      vatID === undefined || lanesBy.value === 'vat' ? vatID : String(time?.thread ?? 'unknown');
    return places.get(id ?? 'host') ?? 0;
  };
});

export const nameOfVat = (vatID: string | undefined): string =>
  overview.value?.lanes.find(({ id }) => id === (vatID ?? 'host'))?.name ?? vatID ?? '';

/** What is looked for, as the server is asked. */
export const filterQuery = computed(() => new URLSearchParams({ ...filter.value }).toString());

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
