/** One picture of all curves: small charts side by side, each with its sizes on a logarithmic scale. */
import { frame, shortly } from '../picture.mjs';

const WIDTH = 300;
const HEIGHT = 210;
const COLUMNS = 3;
const LEFT = 44;
const RIGHT = 14;
const TOP = 46;
const BOTTOM = 34;

/** The least of 1, 2 or 5 times a power of ten that is not below. */
const roundUp = (value) => {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value);
};

const panel = ({ name, what, points }, index, top) => {
  const x0 = (index % COLUMNS) * WIDTH + LEFT;
  const y0 = Math.floor(index / COLUMNS) * HEIGHT + TOP;
  const [width, height] = [WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM];
  const [first, last] = [points[0].size, points[points.length - 1].size];
  const x = (size) =>
    x0 + (first === last ? 0 : (Math.log(size / first) / Math.log(last / first)) * width);
  const y = (time) => y0 + height - (time / top) * height;
  const at = (size, time) => `${x(size).toFixed(1)},${y(time).toFixed(1)}`;
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const line = y(part * top).toFixed(1);
    return (
      `<line class="grid" x1="${x0}" x2="${x0 + width}" y1="${line}" y2="${line}"/>` +
      `<text x="${x0 - 6}" y="${Number(line) + 4}" text-anchor="end">${part * top}</text>`
    );
  });
  const sizes = points.map(
    ({ size }) =>
      `<text x="${x(size).toFixed(1)}" y="${y0 + height + 16}" text-anchor="middle">${shortly(size)}</text>`,
  );
  const spread = [
    ...points.map(({ size, most }) => at(size, most)),
    ...points.map(({ size, least }) => at(size, least)).reverse(),
  ];
  return [
    `<g role="img" aria-label="${name}: ${points.map(({ size, median }) => `${size}: ${median.toFixed(0)} µs`).join(', ')}">`,
    `<title>${what}</title>`,
    `<text class="name" x="${x0}" y="${y0 - 14}">${name}</text>`,
    ...grid,
    ...sizes,
    `<polygon class="spread" points="${spread.join(' ')}"/>`,
    `<polyline class="curve" points="${points.map(({ size, median }) => at(size, median)).join(' ')}"/>`,
    ...points.map(
      ({ size, median }) =>
        `<circle class="point" cx="${x(size).toFixed(1)}" cy="${y(median).toFixed(1)}" r="3"/>`,
    ),
    '</g>',
  ].join('\n');
};

/** @param {{ name: string, what: string, points: object[] }[]} curves as `npm run growth -- --json` prints them */
export const drawGrowth = (curves) => {
  const top = roundUp(Math.max(...curves.flatMap(({ points }) => points.map(({ most }) => most))));
  const rows = Math.ceil(curves.length / COLUMNS);
  const [width, height] = [WIDTH * Math.min(COLUMNS, curves.length), HEIGHT * rows + 8];
  const title = "Processor time of the kernel's thread for a crank, in microseconds";
  return frame({ width, height, title }, [
    `<text x="${LEFT}" y="16">µs of the kernel's thread a crank, by how much there is of what the chart is named after</text>`,
    ...curves.map((curve, index) => panel(curve, index, top)),
  ]);
};
