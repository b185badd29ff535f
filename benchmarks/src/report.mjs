// From figures to a judgement and a table.
import { medianOf } from './measure.mjs';
import { layOut, round } from './table.mjs';

/** How many times better `value` is than `than`. */
const ratioOf = (better, value, than) => (better === 'more' ? value / than : than / value);

/** NaN where it is not known. */
const cpuOf = (runs) => medianOf(runs.map(({ cpu }) => cpu ?? NaN));

/** @returns one line for each side and variant, in the order in which they are printed */
export const judge = ({ benchmark, results }) => {
  const { name, what, unit, better, target } = benchmark;
  const of = (wanted) => results.find((result) => result.name === wanted);
  const [ours, theirs] = [of('ours'), of('theirs')];
  const compare = (result, ratioToReach, targetText) => {
    const ratio = ratioOf(better, ours.median, result.median);
    const each = ours.figures.map(({ value }, run) =>
      ratioOf(better, value, result.figures[run].value),
    );
    return {
      against: result.name,
      ratio,
      least: Math.min(...each),
      most: Math.max(...each),
      cpuRatio: cpuOf(ours.figures) / cpuOf(result.figures),
      ...(ratioToReach !== undefined && {
        target: ratioToReach,
        targetText,
        reached: ratio >= ratioToReach,
      }),
    };
  };
  const comparisons = [compare(theirs, target, `${target} ×`)];
  for (const result of results) {
    if (result.target !== undefined) {
      comparisons.push(compare(result, result.target.ratio, result.target.text));
    } else if (result.peer) comparisons.push(compare(result));
  }
  return {
    name,
    what,
    unit,
    comparisons,
    results: results.map(({ name: contestant, median, figures }) => ({
      name: contestant,
      median,
      runs: figures,
    })),
  };
};

export const comparisonTable = (judged) =>
  layOut(
    [0, 1, 3, 8, 9],
    [
      [
        'benchmark',
        'unit',
        'Cooperage',
        'compared with',
        'its figure',
        'ratio',
        'least to most',
        'our CPU time to its',
        'target',
        'reached',
      ],
      ...judged.flatMap(({ name, unit, results, comparisons }) =>
        comparisons.map(({ against, ratio, least, most, cpuRatio, targetText, reached }) => [
          name,
          unit,
          round(results.find((result) => result.name === 'ours').median),
          against === 'theirs' ? 'SwingSet' : against,
          round(results.find((result) => result.name === against).median),
          `${ratio.toPrecision(3)} ×`,
          `${least.toPrecision(3)} to ${most.toPrecision(3)}`,
          Number.isNaN(cpuRatio) ? '' : `${cpuRatio.toPrecision(3)} ×`,
          targetText ?? '',
          reached === undefined ? '' : reached ? 'yes' : 'no',
        ]),
      ),
    ],
  );

export const variantTable = (judged) =>
  layOut(
    [0, 1, 5],
    [
      ['benchmark', 'variant', 'median', 'least', 'most', 'unit', 'CPU ms per item'],
      ...judged.flatMap(({ name, unit, results }) =>
        results.map((result) => {
          const values = result.runs.map(({ value }) => value);
          return [
            name,
            result.name,
            round(result.median),
            round(Math.min(...values)),
            round(Math.max(...values)),
            unit,
            Number.isNaN(cpuOf(result.runs)) ? '' : cpuOf(result.runs).toPrecision(3),
          ];
        }),
      ),
    ],
  );

const ROLES = ['kernel', 'vats', 'engine', 'store'];

/** Median, least and most, in microseconds. */
const spread = (times) =>
  [medianOf(times), Math.min(...times), Math.max(...times)].map((time) => Math.round(time * 1000));

/** Empty where no benchmark measured it, or the system does not tell. */
export const roleTable = (judged) => {
  const rows = judged.flatMap(({ name, results }) =>
    results
      .filter(({ runs }) => runs.every(({ roles }) => roles?.kernel > 0))
      .map((result) => [
        name,
        result.name,
        ...ROLES.map((role) => {
          const [median, least, most] = spread(result.runs.map(({ roles }) => roles[role] ?? 0));
          return `${median} (${least} to ${most})`;
        }),
      ]),
  );
  const head = ['benchmark', 'variant', ...ROLES.map((role) => `${role}, CPU µs per item`)];
  return rows.length === 0 ? '' : layOut([0, 1], [head, ...rows]);
};
