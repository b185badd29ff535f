/** How much of each there was after each crank, for charts. A history has no clock: its cranks are the axis. */
import { parsePromiseRow } from '@cooperage/kernel';
import type { Recording } from '@cooperage/recording';
import type { Change, Past } from '../past.js';

/** What is counted after each crank. */
export const GAUGES = ['vats', 'objects', 'promises', 'waiting', 'rows', 'characters'] as const;
export type Gauge = (typeof GAUGES)[number];

/** What is counted from one point of the chart to the next. */
export const RATES = ['messages', 'answers', 'others'] as const;
export type Rate = (typeof RATES)[number];

export interface MetricsView {
  /** The cranks of the points. */
  readonly cranks: readonly number[];
  readonly gauges: Readonly<Record<Gauge, readonly number[]>>;
  readonly rates: Readonly<Record<Rate, readonly number[]>>;
}

/** Counts as a recording grows. */
export interface Metrics {
  /** After a crank; all are 0 before the first one. */
  readonly at: (crank: number) => Readonly<Record<Gauge, number>>;
  readonly view: (points: number) => MetricsView;
}

const PRESENT = ({ before, after }: Change): number =>
  Number(after !== undefined) - Number(before !== undefined);

const isUnresolved = (row: string | undefined): boolean =>
  row !== undefined && parsePromiseRow(row).state === 'unresolved';

const difference = ({ before = '0', after = '0' }: Change): number =>
  Number(after) - Number(before);

/** Which keys a gauge looks at, and what a change of such a row adds to it. */
const COUNTED: readonly (readonly [gauge: Gauge, key: RegExp, by: (change: Change) => number])[] = [
  ['vats', /^v\d+\.options$/, PRESENT],
  ['objects', /^ko\d+$/, PRESENT],
  [
    'promises',
    /^kp\d+$/,
    ({ before, after }) => Number(isUnresolved(after)) - Number(isUnresolved(before)),
  ],
  ['waiting', /^v\d+\.in\.tail$/, difference],
  ['waiting', /^v\d+\.in\.head$/, (change) => -difference(change)],
];

/** More points than that are not seen. */
const MOST_POINTS = 2_000;

export const makeMetrics = (recording: Recording, past: Past): Metrics => {
  const current: Record<Gauge, number> = {
    vats: 0,
    objects: 0,
    promises: 0,
    waiting: 0,
    rows: 0,
    characters: 0,
  };
  const counted: Record<Gauge | Rate, number[]> = {
    ...{ vats: [], objects: [], promises: [], waiting: [], rows: [], characters: [] },
    ...{ messages: [], answers: [], others: [] },
  };
  const totals: Record<Rate, number> = { messages: 0, answers: 0, others: 0 };

  const count = (change: Change): void => {
    const { key, before = '', after = '' } = change;
    current.rows += PRESENT(change);
    current.characters += after.length - before.length;
    for (const [gauge, keys, by] of COUNTED) if (keys.test(key)) current[gauge] += by(change);
  };

  const catchUp = (): void => {
    for (let index = counted.vats.length; index < recording.cranks.length; index += 1) {
      const crank = recording.cranks[index];
      if (crank === undefined) return;
      for (const change of past.changesIn(crank.number)) count(change);
      const kind = crank.delivery?.kind;
      totals[kind === 'message' ? 'messages' : kind === 'notify' ? 'answers' : 'others'] += 1;
      for (const gauge of GAUGES) counted[gauge].push(current[gauge]);
      for (const rate of RATES) counted[rate].push(totals[rate]);
    }
  };

  const valueAt = (name: Gauge | Rate, crank: number): number =>
    counted[name][crank - recording.first] ?? 0;

  return {
    at: (crank) => {
      catchUp();
      return Object.fromEntries(GAUGES.map((gauge) => [gauge, valueAt(gauge, crank)])) as Record<
        Gauge,
        number
      >;
    },
    view: (points) => {
      catchUp();
      const { length } = recording.cranks;
      const steps = Math.max(1, Math.min(points, MOST_POINTS, length));
      const cranks = Array.from(
        { length: steps },
        (_, i) => recording.first - 1 + Math.ceil(((i + 1) * length) / steps),
      );
      const since = (rate: Rate) =>
        cranks.map((crank, i) => valueAt(rate, crank) - valueAt(rate, cranks[i - 1] ?? 0));
      return {
        cranks,
        gauges: Object.fromEntries(
          GAUGES.map((gauge) => [gauge, cranks.map((crank) => valueAt(gauge, crank))]),
        ) as Record<Gauge, number[]>,
        rates: Object.fromEntries(RATES.map((rate) => [rate, since(rate)])) as Record<
          Rate,
          number[]
        >,
      };
    },
  };
};
