/** The timeline: a lane for each vat, cranks as boxes in the order of the kernel, messages as arrows. Drawn on a canvas. */
import { useEffect, useRef } from 'preact/hooks';
import { effect } from '@preact/signals';
import type { Overview } from './data.js';
import { at, bounds, crank, goTo, onlyLane, overview, seen, show, zoom } from './state.js';

const LANE = 28;
const NAMES = 120;
const BOX = 16;
/** On both sides of the cranks, so that the frame of the first and the last one is seen whole. */
const MARGIN = 12;
/** More arrows than that are a blot. */
const MOST_ARROWS = 1500;

interface Colours {
  readonly text: string;
  readonly faint: string;
  readonly box: string;
  readonly notify: string;
  readonly other: string;
  readonly chosen: string;
}

const coloursOf = (element: Element): Colours => {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    text: of('text'),
    faint: of('faint'),
    box: of('box'),
    notify: of('notify'),
    other: of('other'),
    chosen: of('chosen'),
  };
};

interface Picture {
  readonly context: CanvasRenderingContext2D;
  readonly colours: Colours;
  readonly width: number;
  readonly x: (crank: number) => number;
  readonly data: Overview;
}

const middleOf = (lane: number): number => lane * LANE + LANE / 2;

/** How much of the width is for cranks. */
const roomIn = (width: number): number => Math.max(1, width - NAMES - 2 * MARGIN);

const drawLines = ({ context, colours, width, data }: Picture): void => {
  context.fillStyle = colours.faint;
  for (const lane of data.lanes.keys()) context.fillRect(NAMES, middleOf(lane), width - NAMES, 1);
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

const drawNames = ({ context, colours, data }: Picture): void => {
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  context.fillStyle = colours.text;
  data.lanes.forEach(({ name }, lane) => {
    context.fillText(fit(context, name, NAMES - 16), 8, middleOf(lane));
  });
};

/** Where many cranks fall on one point of a lane, one of them is drawn. */
const drawBoxes = ({ context, colours, x, data }: Picture, from: number, to: number): void => {
  const size = Math.max(1, Math.min(BOX, x(2) - x(1) - 1));
  const drawn = new Map<number, number>();
  for (let index = from; index <= to; index += 1) {
    const box = data.boxes[index];
    if (box === undefined) continue;
    const left = Math.round(x(box.crank) - size / 2);
    if (drawn.get(box.lane) === left) continue;
    drawn.set(box.lane, left);
    context.globalAlpha = onlyLane.value === undefined || onlyLane.value === box.lane ? 1 : 0.25;
    context.fillStyle =
      box.kind === 'message' ? colours.box : box.kind === 'notify' ? colours.notify : colours.other;
    context.fillRect(left, middleOf(box.lane) - BOX / 2, size, BOX);
  }
  context.globalAlpha = 1;
};

const drawArrows = ({ context, colours, x, data }: Picture, from: number, to: number): void => {
  const near = new Set([
    at.value,
    ...(crank.value?.causes.map((each) => each.crank) ?? []),
    ...(crank.value?.effects.map((each) => each.crank) ?? []),
  ]);
  const laneOf = (number: number): number => data.boxes[number - data.first]?.lane ?? 0;
  const visible = data.arrows.filter(([a, b]) => b >= from && a <= to);
  for (const [a, b] of visible.slice(0, MOST_ARROWS)) {
    const isNear = near.has(a) && near.has(b);
    context.strokeStyle = isNear ? colours.chosen : colours.faint;
    context.lineWidth = isNear ? 2 : 1;
    context.beginPath();
    context.moveTo(x(a), middleOf(laneOf(a)));
    context.lineTo(x(b), middleOf(laneOf(b)));
    context.stroke();
  }
};

const draw = (canvas: HTMLCanvasElement): void => {
  const data = overview.value;
  const context = canvas.getContext('2d');
  if (data === undefined || context === null) return;
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = data.lanes.length * LANE;
  canvas.style.height = `${height}px`;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const { from, to } = seen.value;
  const x = (number: number): number =>
    NAMES + MARGIN + ((number - from) / (to - from)) * roomIn(width);
  const picture = { context, colours: coloursOf(canvas), width, x, data };
  const first = Math.max(0, Math.floor(from) - data.first);
  const last = Math.min(data.boxes.length - 1, Math.ceil(to) - data.first);
  context.save();
  context.beginPath();
  context.rect(NAMES, 0, width - NAMES, height);
  context.clip();
  drawLines(picture);
  drawArrows(picture, from, to);
  drawBoxes(picture, first, last);
  context.strokeStyle = picture.colours.chosen;
  context.lineWidth = 2;
  context.strokeRect(
    x(at.value) - BOX / 2,
    middleOf(data.boxes[at.value - data.first]?.lane ?? 0) - BOX / 2,
    BOX,
    BOX,
  );
  context.restore();
  drawNames(picture);
};

/** The crank under the pointer: of those in its lane the nearest one. */
const crankAt = (canvas: HTMLCanvasElement, event: MouseEvent): number | undefined => {
  const data = overview.value;
  if (data === undefined) return undefined;
  const { left, top, width } = canvas.getBoundingClientRect();
  const { from, to } = seen.value;
  const number = Math.round(
    from + ((event.clientX - left - NAMES - MARGIN) / roomIn(width)) * (to - from),
  );
  const lane = Math.floor((event.clientY - top) / LANE);
  for (let off = 0; off <= to - from; off += 1) {
    for (const each of [number - off, number + off]) {
      if (data.boxes[each - data.first]?.lane === lane) return each;
    }
  }
  return undefined;
};

const pan = (share: number): void => {
  const { from, to } = seen.value;
  show(from + (to - from) * share, to + (to - from) * share);
};

/** @returns whether the key means something */
export const onKey = (key: string): boolean => {
  const cause = crank.value?.causes.at(-1);
  const result = crank.value?.effects[0];
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => goTo(at.value - 1),
    ArrowRight: () => goTo(at.value + 1),
    PageUp: () => pan(-0.8),
    PageDown: () => pan(0.8),
    Home: () => goTo(bounds.value.first),
    End: () => goTo(bounds.value.last),
    '+': () => zoom(0.5),
    '-': () => zoom(2),
    c: () => cause && goTo(cause.crank),
    e: () => result && goTo(result.crank),
  };
  const act = Object.hasOwn(actions, key) ? actions[key] : undefined;
  act?.();
  return act !== undefined;
};

export const Timeline = () => {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    if (canvas === null) return undefined;
    const redraw = (): void => draw(canvas);
    const stop = effect(redraw);
    const observer = new ResizeObserver(redraw);
    observer.observe(canvas);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', redraw);
    return () => {
      stop();
      observer.disconnect();
      scheme.removeEventListener('change', redraw);
    };
  }, []);
  return (
    <canvas
      ref={ref}
      class="timeline"
      tabIndex={0}
      role="application"
      aria-label="Timeline of cranks. Left and right go to the crank before and after, c to its cause, e to its effect, plus and minus zoom."
      onKeyDown={(event) => {
        if (!event.ctrlKey && !event.metaKey && onKey(event.key)) event.preventDefault();
      }}
      onClick={(event) => {
        const number = crankAt(event.currentTarget, event);
        if (number !== undefined) goTo(number);
      }}
      onWheel={(event) => {
        event.preventDefault();
        if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
          pan((event.deltaX || event.deltaY) / 1000);
        } else zoom(event.deltaY > 0 ? 1.25 : 0.8);
      }}
    />
  );
};
