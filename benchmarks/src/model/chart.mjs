/** The rates that are predicted, by cores: both on logarithmic scales. */
import { frame, shortly } from '../picture.mjs';
import { predict } from './predict.mjs';

const [WIDTH, HEIGHT] = [640, 340];
const [LEFT, RIGHT, TOP, BOTTOM] = [56, 24, 36, 40];
const [INNER, TALL] = [WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM];

/** Powers of `base` from the one that is not above `from` to the one that is not below `to`. */
const powers = (base, from, to) => {
  const least = Math.floor(Math.log(from) / Math.log(base));
  const most = Math.ceil(Math.log(to) / Math.log(base));
  return Array.from({ length: most - least + 1 }, (_, i) => base ** (least + i));
};

/**
 * @param {object} options
 * @param {number[]} options.works milliseconds of work in a message: a curve for each
 * @param {(work: number) => object} options.partsWith processor time of such a message, by role
 * @param {number} options.most cores
 */
export const drawModel = ({ works, partsWith, most }) => {
  const cores = powers(2, 1, most);
  const curves = works.map((work) => ({
    work,
    points: cores.map((count) => ({
      count,
      ...predict(partsWith(work), { cores: count }),
    })),
  }));
  const rates = curves.flatMap(({ points }) => points.map(({ rate }) => rate));
  const lines = powers(10, Math.min(...rates), Math.max(...rates));
  const [least, greatest] = [lines[0], lines[lines.length - 1]];
  const x = (count) => LEFT + (Math.log(count) / Math.log(cores[cores.length - 1] || 2)) * INNER;
  const y = (rate) => TOP + TALL - (Math.log(rate / least) / Math.log(greatest / least)) * TALL;
  const at = ({ count, rate }) => `${x(count).toFixed(1)},${y(rate).toFixed(1)}`;
  const title = 'Messages a second that are predicted, by cores';
  return frame({ width: WIDTH, height: HEIGHT, title }, [
    `<text class="name" x="${LEFT}" y="18">${title}</text>`,
    ...lines.map(
      (rate) =>
        `<line class="grid" x1="${LEFT}" x2="${LEFT + INNER}" y1="${y(rate)}" y2="${y(rate)}"/>` +
        `<text x="${LEFT - 8}" y="${y(rate) + 4}" text-anchor="end">${shortly(rate)}</text>`,
    ),
    ...cores.map(
      (count) =>
        `<text x="${x(count)}" y="${TOP + TALL + 18}" text-anchor="middle">${count}</text>`,
    ),
    `<text x="${LEFT + INNER}" y="${HEIGHT - 6}" text-anchor="end">cores</text>`,
    ...curves.map(({ work, points }) => {
      const [first] = points;
      const label = work === 0 ? 'no work' : `${work} ms of work`;
      return [
        `<polyline class="curve" points="${points.map(at).join(' ')}"/>`,
        ...points.map(
          (point) =>
            `<circle class="point" cx="${x(point.count)}" cy="${y(point.rate).toFixed(1)}" r="3"/>`,
        ),
        `<text x="${x(first.count) + 8}" y="${(y(first.rate) + 20).toFixed(1)}">${label}</text>`,
      ].join('\n');
    }),
  ]);
};
