/**
 * The timeline: a lane for each vat, cranks as boxes in the order of the kernel, messages as arrows. Drawn on a canvas of
 * the size of what is seen of it.
 */
import { useEffect, useRef } from 'preact/hooks';
import { effect, signal } from '@preact/signals';
import type { Overview, TimelineView } from './data.js';
import {
  at,
  bounds,
  crank,
  goTo,
  laneOf,
  onlyLane,
  overview,
  part,
  seen,
  show,
  zoom,
} from './state.js';

const LANE = 28;
const NAMES = 120;
const BOX = 16;
/** On both sides of the cranks, so that the frame of the first and the last one is seen whole. */
const MARGIN = 12;
/** Lanes that are seen at a time; the others are scrolled to. */
const MOST_LANES = 24;

/** How far the lanes are scrolled, in pixels. */
const scrolled = signal(0);

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
  readonly height: number;
  readonly x: (crank: number) => number;
  /** The middle of a lane. */
  readonly y: (lane: number) => number;
  readonly data: Overview;
  readonly view: TimelineView;
}

/** How much of the width is for cranks. */
const roomIn = (width: number): number => Math.max(1, width - NAMES - 2 * MARGIN);

/** Lanes of which something is seen. */
const visibleLanes = ({ height, data }: Picture): number[] => {
  const first = Math.floor(scrolled.value / LANE);
  const count = Math.min(data.lanes.length - first, Math.ceil(height / LANE) + 1);
  return Array.from({ length: Math.max(0, count) }, (_, i) => first + i);
};

const drawLines = (picture: Picture): void => {
  const { context, colours, width, y } = picture;
  context.fillStyle = colours.faint;
  for (const lane of visibleLanes(picture)) context.fillRect(NAMES, y(lane), width - NAMES, 1);
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
  const { context, colours, data, y } = picture;
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  context.fillStyle = colours.text;
  for (const lane of visibleLanes(picture)) {
    context.fillText(fit(context, data.lanes[lane]?.name ?? '', NAMES - 16), 8, y(lane));
  }
};

/** Where many cranks fall on one point of a lane, one of them is drawn. */
const drawBoxes = (picture: Picture): void => {
  const { context, colours, x, y, view } = picture;
  const size = Math.max(1, Math.min(BOX, x(2) - x(1) - 1));
  const lanes = new Set(visibleLanes(picture));
  const drawn = new Map<number, number>();
  const { from, to } = seen.value;
  for (const box of view.boxes) {
    if (box.crank < from || box.crank > to || !lanes.has(box.lane)) continue;
    const left = Math.round(x(box.crank) - size / 2);
    if (drawn.get(box.lane) === left) continue;
    drawn.set(box.lane, left);
    context.globalAlpha = onlyLane.value === undefined || onlyLane.value === box.lane ? 1 : 0.25;
    context.fillStyle =
      box.kind === 'message' ? colours.box : box.kind === 'notify' ? colours.notify : colours.other;
    context.fillRect(left, y(box.lane) - BOX / 2, size, BOX);
  }
  context.globalAlpha = 1;
};

const drawArrows = ({ context, colours, x, y, view }: Picture): void => {
  const { from, to } = seen.value;
  const draw = (a: number, laneA: number, b: number, laneB: number): void => {
    context.beginPath();
    context.moveTo(x(a), y(laneA));
    context.lineTo(x(b), y(laneB));
    context.stroke();
  };
  context.strokeStyle = colours.faint;
  context.lineWidth = 1;
  for (const arrow of view.arrows) {
    if (arrow.to >= from && arrow.from <= to)
      draw(arrow.from, arrow.fromLane, arrow.to, arrow.toLane);
  }
  const chosen = crank.value;
  if (chosen === undefined) return;
  context.strokeStyle = colours.chosen;
  context.lineWidth = 2;
  const own = laneOf.value(chosen.vatID);
  for (const { crank: a, vatID } of chosen.causes) draw(a, laneOf.value(vatID), chosen.crank, own);
  for (const { crank: b, vatID } of chosen.effects) draw(chosen.crank, own, b, laneOf.value(vatID));
};

const drawFrame = ({ context, colours, x, y }: Picture): void => {
  if (crank.value?.crank !== at.value) return;
  const middle = y(laneOf.value(crank.value.vatID));
  context.strokeStyle = colours.chosen;
  context.lineWidth = 2;
  context.strokeRect(x(at.value) - BOX / 2, middle - BOX / 2, BOX, BOX);
};

const heightOf = ({ lanes }: Overview): number => Math.min(lanes.length, MOST_LANES) * LANE;

const draw = (canvas: HTMLCanvasElement): void => {
  const data = overview.value;
  const view = part.value;
  const context = canvas.getContext('2d');
  if (data === undefined || view === undefined || context === null) return;
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = heightOf(data);
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const { from, to } = seen.value;
  const picture: Picture = {
    context,
    colours: coloursOf(canvas),
    width,
    height,
    x: (number) => NAMES + MARGIN + ((number - from) / (to - from)) * roomIn(width),
    y: (lane) => lane * LANE + LANE / 2 - scrolled.value,
    data,
    view,
  };
  context.save();
  context.beginPath();
  context.rect(NAMES, 0, width - NAMES, height);
  context.clip();
  drawLines(picture);
  drawArrows(picture);
  drawBoxes(picture);
  drawFrame(picture);
  context.restore();
  drawNames(picture);
};

/** The crank under the pointer: of those in its lane the nearest one. */
const crankAt = (canvas: HTMLCanvasElement, event: MouseEvent): number | undefined => {
  const { left, top, width } = canvas.getBoundingClientRect();
  const { from, to } = seen.value;
  const wanted = from + ((event.clientX - left - NAMES - MARGIN) / roomIn(width)) * (to - from);
  const lane = Math.floor((event.clientY - top + scrolled.value) / LANE);
  let nearest: number | undefined;
  for (const box of part.value?.boxes ?? []) {
    if (box.lane !== lane || box.crank < from || box.crank > to) continue;
    if (nearest === undefined || Math.abs(box.crank - wanted) < Math.abs(nearest - wanted))
      nearest = box.crank;
  }
  return nearest;
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

/** Scrolls the lane of the crank that is looked at to where it is seen. */
const reveal = (scroller: HTMLElement): void => {
  if (crank.value === undefined) return;
  const top = laneOf.value(crank.value.vatID) * LANE;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  const { clientHeight } = scroller;
  if (top + LANE > scroller.scrollTop + clientHeight)
    scroller.scrollTop = top + LANE - clientHeight;
};

/** Keeps the canvas as it should be. */
const keepDrawn = (canvas: HTMLCanvasElement, scroller: HTMLElement): (() => void) => {
  let frame = 0;
  const redraw = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => draw(canvas));
  };
  const stops = [
    effect(() => {
      // What a picture depends on.
      void [overview.value, part.value, seen.value, crank.value, at.value];
      void [onlyLane.value, scrolled.value];
      redraw();
    }),
    effect(() => reveal(scroller)),
  ];
  const observer = new ResizeObserver(redraw);
  observer.observe(canvas);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', redraw);
  return () => {
    for (const stop of stops) stop();
    cancelAnimationFrame(frame);
    observer.disconnect();
    scheme.removeEventListener('change', redraw);
  };
};

const onWheel = (event: WheelEvent, areAllSeen: boolean): void => {
  const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (!isSideways && !event.ctrlKey && !areAllSeen) return;
  event.preventDefault();
  if (isSideways) pan((event.deltaX || event.deltaY) / 1000);
  else zoom(event.deltaY > 0 ? 1.25 : 0.8);
};

export const Timeline = () => {
  const ref = useRef<HTMLCanvasElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (ref.current === null || scroller.current === null) return undefined;
    return keepDrawn(ref.current, scroller.current);
  }, []);
  const data = overview.value;
  const height = data === undefined ? 0 : heightOf(data);
  const all = (data?.lanes.length ?? 0) * LANE;
  return (
    <div
      ref={scroller}
      class="lanes"
      style={{ height: `${height}px` }}
      onScroll={({ currentTarget }) => {
        scrolled.value = currentTarget.scrollTop;
      }}
    >
      <canvas
        ref={ref}
        class="timeline"
        style={{ height: `${height}px` }}
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
        onWheel={(event) => onWheel(event, all <= height)}
      />
      <div style={{ height: `${all - height}px` }} />
    </div>
  );
};
