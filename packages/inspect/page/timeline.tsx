/**
 * The timeline: a lane for each vat or each thread, cranks as boxes in the order of the kernel or by the clock, messages as lines. Drawn
 * on a canvas of the size of what is seen of it.
 */
import { useEffect, useRef } from 'preact/hooks';
import { effect, signal } from '@preact/signals';
import { goTo } from './actions.js';
import type { TimelineView } from './data.js';
import { AXIS, drawTimeline, extentOf, LANE, placeAt } from './draw.js';
import { at, bounds, crank, hiddenKinds, laneOf, lanes, nameOfVat, overview } from './model.js';
import { pan, part, seen, show, zoom } from './seen.js';
import { formatSpan } from './words.js';

/** Lanes that are seen at a time; the others are scrolled to. */
const MOST_LANES = 24;

const scrolled = signal(0);

type Box = TimelineView['boxes'][number];

/** What the pointer is over, and where. */
const pointed = signal<{ readonly box: Box; readonly x: number; readonly y: number } | undefined>(
  undefined,
);

const heightOf = (count: number): number => Math.min(count, MOST_LANES) * LANE + AXIS;

const isWanted = ({ isOther, kind }: Box): boolean =>
  isOther === undefined && !hiddenKinds.value.has(kind);

const draw = (canvas: HTMLCanvasElement): void => {
  const view = part.value;
  if (overview.value === undefined || view === undefined) return;
  drawTimeline(canvas, {
    width: canvas.clientWidth,
    height: heightOf(lanes.value.length),
    scrolled: scrolled.value,
    seen: seen.value,
    lanes: lanes.value,
    view,
    chosen: crank.value?.crank === at.value ? crank.value : undefined,
    laneOf: laneOf.value,
    isWanted,
  });
};

/** The box under the pointer: of those in its lane the nearest one. */
const boxAt = (canvas: HTMLCanvasElement, { clientX, clientY }: MouseEvent): Box | undefined => {
  const { left, top, width } = canvas.getBoundingClientRect();
  const view = part.value;
  if (view === undefined) return undefined;
  const wanted = placeAt(clientX - left, width, seen.value);
  const lane = Math.floor((clientY - top + scrolled.value) / LANE);
  let nearest: Box | undefined;
  let least = Infinity;
  for (const box of view.boxes) {
    if (box.lane !== lane) continue;
    const extent = extentOf(box, view.scale);
    if (extent === undefined || extent[1] < seen.value.from || extent[0] > seen.value.to) continue;
    const distance = Math.max(extent[0] - wanted, wanted - extent[1], 0);
    if (distance < least) [nearest, least] = [box, distance];
  }
  return nearest;
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
const revealLane = (scroller: HTMLElement): void => {
  if (crank.value === undefined) return;
  const top = laneOf.value(crank.value) * LANE;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  const room = scroller.clientHeight - AXIS;
  if (top + LANE > scroller.scrollTop + room) scroller.scrollTop = top + LANE - room;
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
      void [lanes.value, hiddenKinds.value, scrolled.value];
      redraw();
    }),
    effect(() => revealLane(scroller)),
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

const onWheel = (event: WheelEvent, canvas: HTMLCanvasElement, areAllSeen: boolean): void => {
  const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (!isSideways && !event.ctrlKey && !areAllSeen) return;
  event.preventDefault();
  if (isSideways) {
    pan((event.deltaX || event.deltaY) / 1000);
    return;
  }
  const { left, width } = canvas.getBoundingClientRect();
  zoom(event.deltaY > 0 ? 1.25 : 0.8, placeAt(event.clientX - left, width, seen.value));
};

/** Moves what is seen with the pointer; a press that does not move is a click. */
const onPress = (event: PointerEvent & { currentTarget: HTMLCanvasElement }): void => {
  const canvas = event.currentTarget;
  const { from, to } = seen.value;
  const { width } = canvas.getBoundingClientRect();
  const start = placeAt(event.clientX, width, { from, to });
  let hasMoved = false;
  const move = ({ clientX }: PointerEvent): void => {
    if (!hasMoved && Math.abs(clientX - event.clientX) < 4) return;
    hasMoved = true;
    const by = start - placeAt(clientX, width, { from, to });
    show(from + by, to + by);
  };
  const release = (end: PointerEvent): void => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', release);
    const box = hasMoved ? undefined : boxAt(canvas, end);
    if (box !== undefined) goTo(box.crank);
  };
  addEventListener('pointermove', move);
  addEventListener('pointerup', release);
};

const Tip = () => {
  if (pointed.value === undefined) return null;
  const { box, x, y } = pointed.value;
  const lasted =
    box.began === undefined || box.ended === undefined || box.kind === 'host'
      ? ''
      : `, ${formatSpan(box.ended - box.began)}`;
  return (
    <div class="tip" aria-hidden="true" style={{ left: `${x + 12}px`, top: `${y + 16}px` }}>
      <b>
        #{box.crank} {nameOfVat(box.vatID)}
      </b>
      {lasted}
      {box.label === undefined ? null : <div class="call">{box.label}</div>}
    </div>
  );
};

export const Timeline = () => {
  const ref = useRef<HTMLCanvasElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (ref.current === null || scroller.current === null) return undefined;
    return keepDrawn(ref.current, scroller.current);
  }, []);
  const height = overview.value === undefined ? 0 : heightOf(lanes.value.length);
  const all = lanes.value.length * LANE + AXIS;
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
        onPointerDown={onPress}
        onPointerMove={(event) => {
          const box = event.buttons === 0 ? boxAt(event.currentTarget, event) : undefined;
          pointed.value = box && { box, x: event.clientX, y: event.clientY };
        }}
        onPointerLeave={() => {
          pointed.value = undefined;
        }}
        onWheel={(event) => onWheel(event, event.currentTarget, all <= height)}
      />
      <div style={{ height: `${all - height}px` }} />
      <Tip />
    </div>
  );
};
