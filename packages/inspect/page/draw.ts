/** Draws the timeline: lanes, cranks as boxes, messages as lines, and an axis. */
import type { CrankView, GroupOfKind, Lane, TimelineView } from './data.js';
import type { Range } from './seen.js';
import { formatSpan } from './words.js';

export const LANE = 28;
export const NAMES = 128;
export const AXIS = 24;
const BOX = 16;
/** On both sides of the cranks, so that the frame of the first and the last one is seen whole. */
export const MARGIN = 12;

type Colour = GroupOfKind | 'text' | 'quiet' | 'faint' | 'stripe' | 'chosen' | 'mark';

const COLOURS: readonly Colour[] = [
  ...(['message', 'answer', 'garbage', 'life', 'undone', 'host'] as const),
  ...(['text', 'quiet', 'faint', 'stripe', 'chosen', 'mark'] as const),
];

export type Colours = Readonly<Record<Colour, string>>;

export const coloursOf = (element: Element): Colours => {
  const style = getComputedStyle(element);
  const of = (name: Colour): string => style.getPropertyValue(`--${name}`).trim();
  return Object.fromEntries(COLOURS.map((name) => [name, of(name)])) as Colours;
};

/** What is seen, and of what. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  /** How far the lanes are scrolled, in pixels. */
  readonly scrolled: number;
  readonly seen: Range;
  readonly lanes: readonly Lane[];
  readonly view: TimelineView;
  readonly chosen: CrankView | undefined;
  readonly laneOf: (crank: CrankView) => number;
  /** Whether a box is one that is wanted: others are pale. */
  readonly isWanted: (box: TimelineView['boxes'][number]) => boolean;
}

interface Picture extends Scene {
  readonly context: CanvasRenderingContext2D;
  readonly colours: Colours;
  readonly x: (place: number) => number;
  /** The middle of a lane. */
  readonly y: (lane: number) => number;
}

/** How much of the width is for cranks. */
const roomIn = (width: number): number => Math.max(1, width - NAMES - 2 * MARGIN);

/** The place of a point of the picture on the scale. */
export const placeAt = (x: number, width: number, { from, to }: Range): number =>
  from + ((x - NAMES - MARGIN) / roomIn(width)) * (to - from);

/** From where to where a box is on the scale; undefined where that is not known. */
export const extentOf = (
  box: TimelineView['boxes'][number],
  scale: TimelineView['scale'],
): readonly [number, number] | undefined => {
  if (scale === 'order') return [box.crank, box.crank];
  return box.began === undefined || box.ended === undefined ? undefined : [box.began, box.ended];
};

/** Lanes of which something is seen. */
const visibleLanes = ({ height, lanes, scrolled }: Scene): number[] => {
  const first = Math.floor(scrolled / LANE);
  const count = Math.min(lanes.length - first, Math.ceil((height - AXIS) / LANE) + 1);
  return Array.from({ length: Math.max(0, count) }, (_, i) => first + i);
};

const drawLanes = (picture: Picture): void => {
  const { context, colours, width, y } = picture;
  for (const lane of visibleLanes(picture)) {
    context.fillStyle = colours.stripe;
    if (lane % 2 === 0) context.fillRect(0, y(lane) - LANE / 2, width, LANE);
    context.fillStyle = colours.faint;
    context.fillRect(NAMES, y(lane), width - NAMES, 1);
  }
};

/** As much of a name as there is room for. */
const fit = (context: CanvasRenderingContext2D, name: string, room: number): string => {
  if (context.measureText(name).width <= room) return name;
  const letters = [...name];
  while (letters.length > 1 && context.measureText(`${letters.join('')}…`).width > room) {
    letters.pop();
  }
  return `${letters.join('')}…`;
};

const drawNames = (picture: Picture): void => {
  const { context, colours, lanes, y, chosen, laneOf } = picture;
  const own = chosen === undefined ? -1 : laneOf(chosen);
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillStyle = colours.text;
  for (const lane of visibleLanes(picture)) {
    context.font = `${lane === own ? '600 ' : ''}12px system-ui, sans-serif`;
    context.fillText(fit(context, lanes[lane]?.name ?? '', NAMES - 20), 10, y(lane));
  }
};

/** Where many cranks fall on one point of a lane, one of them is drawn. */
const drawBoxes = (picture: Picture): void => {
  const { context, colours, x, y, view, seen, isWanted } = picture;
  const widest = view.scale === 'order' ? Math.max(1, Math.min(BOX, x(2) - x(1) - 1)) : 0;
  const lanes = new Set(visibleLanes(picture));
  const drawn = new Map<string, number>();
  for (const box of view.boxes) {
    const [start, end] = extentOf(box, view.scale) ?? [NaN, NaN];
    if (!(end >= seen.from && start <= seen.to) || !lanes.has(box.lane)) continue;
    const left = Math.round(x(start) - widest / 2);
    const size = Math.max(2, x(end) - x(start), widest);
    const row = `${box.lane} ${box.isOther}`;
    if (size <= 2 && drawn.get(row) === left) continue;
    drawn.set(row, left);
    context.globalAlpha = isWanted(box) ? 1 : 0.15;
    context.fillStyle = colours[box.kind];
    context.beginPath();
    context.roundRect(left, y(box.lane) - BOX / 2, size, BOX, Math.min(3, size / 4));
    context.fill();
  }
  context.globalAlpha = 1;
};

const arrowHead = (
  context: CanvasRenderingContext2D,
  [fromX, fromY]: readonly [number, number],
  [toX, toY]: readonly [number, number],
): void => {
  const angle = Math.atan2(toY - fromY, toX - fromX);
  context.beginPath();
  context.moveTo(toX, toY);
  for (const turn of [-0.4, 0.4]) {
    context.lineTo(toX - 8 * Math.cos(angle + turn), toY - 8 * Math.sin(angle + turn));
  }
  context.fill();
};

const drawArrows = ({ context, colours, x, y, view, seen, chosen }: Picture): void => {
  const isOrder = view.scale === 'order';
  for (const isOfChosen of [false, true]) {
    context.strokeStyle = isOfChosen ? colours.chosen : colours.faint;
    context.fillStyle = colours.chosen;
    context.lineWidth = isOfChosen ? 2 : 1;
    for (const { from, to, fromLane, toLane, left, came } of view.arrows) {
      if ((from === chosen?.crank || to === chosen?.crank) !== isOfChosen) continue;
      const [start, end] = isOrder ? [from, to] : [left, came];
      if (start === undefined || end === undefined) continue;
      if (Math.max(start, end) < seen.from || Math.min(start, end) > seen.to) continue;
      const a = [x(start), y(fromLane)] as const;
      const b = [x(end), y(toLane)] as const;
      context.beginPath();
      context.moveTo(...a);
      context.lineTo(...b);
      context.stroke();
      if (isOfChosen) arrowHead(context, a, b);
    }
  }
};

/** Commits as thin lines through all lanes; what happened to workers as triangles. */
const drawMarks = ({ context, colours, x, y, view, seen, height }: Picture): void => {
  for (const { kind, lane, at } of view.marks) {
    if (at < seen.from || at > seen.to) continue;
    const middle = x(at);
    context.fillStyle = kind === 'lost' ? colours.undone : colours.mark;
    if (lane === undefined) {
      context.globalAlpha = 0.5;
      context.fillRect(middle, 0, 1, height - AXIS);
      context.globalAlpha = 1;
      continue;
    }
    const down = kind === 'started' ? -1 : 1;
    context.beginPath();
    context.moveTo(middle, y(lane) + 5 * down);
    context.lineTo(middle - 5, y(lane) - 4 * down);
    context.lineTo(middle + 5, y(lane) - 4 * down);
    context.fill();
  }
};

const drawFrame = ({ context, colours, x, y, view, chosen, laneOf }: Picture): void => {
  if (chosen === undefined) return;
  const [start, end] =
    view.scale === 'order'
      ? [chosen.crank, chosen.crank]
      : [chosen.time?.began ?? NaN, chosen.time?.ended ?? NaN];
  if (Number.isNaN(start)) return;
  const size = Math.max(BOX, x(end) - x(start) + 6);
  const left = (x(start) + x(end)) / 2 - size / 2;
  context.strokeStyle = colours.chosen;
  context.lineWidth = 2;
  context.beginPath();
  context.roundRect(left, y(laneOf(chosen)) - BOX / 2 - 2, size, BOX + 4, 4);
  context.stroke();
};

/** The least of 1, 2 or 5 times a power of ten that is not below. */
const roundUp = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? power;
};

const drawAxis = ({ context, colours, x, seen, width, height, view }: Picture): void => {
  const top = height - AXIS;
  context.fillStyle = colours.faint;
  context.fillRect(NAMES, top, width - NAMES, 1);
  context.font = '11px system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const isOrder = view.scale === 'order';
  const step = Math.max(
    isOrder ? 1 : 0,
    roundUp(((seen.to - seen.from) * 90) / Math.max(1, x(seen.to) - x(seen.from))),
  );
  // There is no crank 0.
  const first = Math.max(isOrder ? step : 0, Math.ceil(seen.from / step) * step);
  for (let place = first; place <= seen.to; place += step) {
    context.fillStyle = colours.faint;
    context.fillRect(x(place), top, 1, 5);
    context.fillStyle = colours.quiet;
    context.fillText(isOrder ? `#${place}` : formatSpan(place), x(place), top + 14);
  }
};

export const drawTimeline = (canvas: HTMLCanvasElement, scene: Scene): void => {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const ratio = devicePixelRatio || 1;
  const { width, height, seen, scrolled } = scene;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const picture: Picture = {
    ...scene,
    context,
    colours: coloursOf(canvas),
    x: (place) => NAMES + MARGIN + ((place - seen.from) / (seen.to - seen.from)) * roomIn(width),
    y: (lane) => lane * LANE + LANE / 2 - scrolled,
  };
  const clip = (left: number, down: number, draw: () => void): void => {
    context.save();
    context.beginPath();
    context.rect(left, 0, width - left, down);
    context.clip();
    draw();
    context.restore();
  };
  clip(0, height - AXIS, () => {
    drawLanes(picture);
    drawNames(picture);
  });
  clip(NAMES, height - AXIS, () => {
    drawMarks(picture);
    drawArrows(picture);
    drawBoxes(picture);
    drawFrame(picture);
  });
  clip(NAMES, height, () => drawAxis(picture));
};
