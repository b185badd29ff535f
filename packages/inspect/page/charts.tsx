/** How much of each there was after each crank. */
import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { goTo } from './actions.js';
import type { Gauge, MetricsView, Rate } from './data.js';
import { useLoaded, When } from './loading.js';
import { ask } from './server.js';
import { at, overview } from './model.js';

const TITLES: Readonly<Record<Gauge | Rate, string>> = {
  vats: 'vats',
  objects: 'objects',
  promises: 'promises that are not resolved',
  waiting: 'deliveries that wait in inboxes',
  rows: 'rows of the store',
  characters: 'characters in the store',
  messages: 'messages since the point before',
  answers: 'answers since the point before',
  others: 'other cranks since the point before',
};

const POINTS = 400;
const HEIGHT = 130;

interface ChartProps {
  readonly title: string;
  readonly cranks: readonly number[];
  readonly values: readonly number[];
}

const colourOf = (element: Element, name: string): string =>
  getComputedStyle(element).getPropertyValue(`--${name}`).trim();

const optionsFor = (element: HTMLElement, title: string): uPlot.Options => {
  const [text, faint, line] = ['text', 'faint', 'message'].map((name) => colourOf(element, name));
  const axis = { stroke: text as string, grid: { stroke: faint as string, width: 1 } };
  return {
    width: Math.max(200, element.clientWidth),
    height: HEIGHT,
    scales: { x: { time: false } },
    axes: [axis, { ...axis, size: 78 }],
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    series: [{}, { label: title, stroke: line as string, width: 1 }],
  };
};

/** The library formats numbers for the language of the browser, which may be one that the browser does not know. */
const insistLanguage = (): void => {
  try {
    new Intl.NumberFormat(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en' });
  }
};

const loadPlot = async () => {
  insistLanguage();
  return (await import('uplot')).default;
};

/** @returns what takes it away */
const draw = (element: HTMLElement, { title, cranks, values }: ChartProps): (() => void) => {
  let chart: uPlot | undefined;
  let isWanted = true;
  // It comes when the first chart is drawn.
  void loadPlot().then((Plot) => {
    if (!isWanted) return;
    chart = new Plot(optionsFor(element, title), [[...cranks], [...values]], element);
    chart.over.addEventListener('click', ({ offsetX }) => {
      if (chart !== undefined) goTo(Math.round(chart.posToVal(offsetX, 'x')));
    });
  });
  const observer = new ResizeObserver(() =>
    chart?.setSize({ width: Math.max(200, element.clientWidth), height: HEIGHT }),
  );
  observer.observe(element);
  return () => {
    isWanted = false;
    observer.disconnect();
    chart?.destroy();
  };
};

const Chart = (props: ChartProps) => {
  const ref = useRef<HTMLDivElement>(null);
  const { title, cranks, values } = props;
  useEffect(() => (ref.current === null ? undefined : draw(ref.current, props)), [cranks, values]);
  // What is drawn, in words: at the point that is nearest to the crank that is looked at.
  const next = cranks.findIndex((crank) => crank >= at.value);
  const value = values[next === -1 ? values.length - 1 : next];
  return (
    <figure>
      <figcaption>
        {title}: <b>{value}</b>
      </figcaption>
      <div ref={ref} role="img" aria-label={`Chart of ${title}`} />
    </figure>
  );
};

export const Charts = () => {
  const loaded = useLoaded(`${overview.value?.last}`, () =>
    ask<MetricsView>(`metrics?points=${POINTS}`),
  );
  return (
    <section class="card whole" aria-label="Charts">
      <h2>Over all cranks; the numbers are those near crank #{at.value}</h2>
      <When loaded={loaded} doing="Counting">
        {(view) =>
          view === undefined ? null : (
            <div class="charts">
              {Object.entries({ ...view.gauges, ...view.rates }).map(([name, values]) => (
                <Chart
                  key={name}
                  title={TITLES[name as Gauge | Rate]}
                  cranks={view.cranks}
                  values={values}
                />
              ))}
            </div>
          )
        }
      </When>
    </section>
  );
};
