/** What is above the timeline: which part of it is seen, and how. */
import { goTo } from './actions.js';
import type { GroupOfKind } from './data.js';
import { at, bounds, hiddenKinds, lanesBy, overview } from './model.js';
import { scale, setScale, showAll, zoom } from './seen.js';
import { KINDS } from './words.js';

const Step = () => (
  <span class="group">
    <button onClick={() => goTo(at.value - 1)} aria-label="Crank before" title="Crank before (←)">
      ‹
    </button>
    <label>
      <span>crank</span>{' '}
      <input
        type="number"
        min={bounds.value.first}
        max={bounds.value.last}
        value={at.value}
        onChange={(event) => goTo(Number(event.currentTarget.value))}
      />
    </label>
    <button onClick={() => goTo(at.value + 1)} aria-label="Crank after" title="Crank after (→)">
      ›
    </button>
  </span>
);

const Zoom = () => (
  <span class="group">
    <button onClick={() => zoom(0.5)} aria-label="zoom in" title="Zoom in (+)">
      +
    </button>
    <button onClick={() => zoom(2)} aria-label="zoom out" title="Zoom out (−)">
      −
    </button>
    <button onClick={showAll}>all</button>
  </span>
);

const Scale = () => {
  const isKnown = overview.value?.clock !== undefined;
  return (
    <span class="group" role="group" aria-label="Laid out by">
      <button aria-pressed={scale.value === 'order'} onClick={() => setScale('order')}>
        order
      </button>
      <button
        aria-pressed={scale.value === 'clock'}
        disabled={!isKnown}
        title={
          isKnown
            ? 'Cranks as long as they took, by the clock of the host'
            : 'This recording does not say when its cranks ran'
        }
        onClick={() => setScale('clock')}
      >
        clock
      </button>
    </span>
  );
};

const LanesBy = () => {
  const isKnown = overview.value?.threads !== undefined;
  return (
    <span class="group" role="group" aria-label="A lane for each">
      {(['vat', 'thread'] as const).map((by) => (
        <button
          key={by}
          aria-pressed={lanesBy.value === by}
          disabled={by === 'thread' && !isKnown}
          title={
            isKnown
              ? `A lane for each ${by}`
              : 'This recording does not say in which threads its cranks ran'
          }
          onClick={() => {
            lanesBy.value = by;
          }}
        >
          {by}s
        </button>
      ))}
    </span>
  );
};

const toggle = (kind: GroupOfKind): void => {
  const hidden = new Set(hiddenKinds.value);
  if (!hidden.delete(kind)) hidden.add(kind);
  hiddenKinds.value = hidden;
};

/** The colours, and which of them are full. */
export const Legend = () => (
  <div class="legend" role="group" aria-label="Kinds of cranks">
    {KINDS.map(([kind, name]) => (
      <button
        key={kind}
        class="chip"
        aria-pressed={!hiddenKinds.value.has(kind)}
        onClick={() => toggle(kind)}
      >
        <i class={kind} />
        {name}
      </button>
    ))}
    {scale.value === 'order' ? null : (
      <small>
        │ commit{lanesBy.value === 'thread' ? '' : ' ▲ worker of a vat started ▼ unloaded, or lost'}
      </small>
    )}
  </div>
);

export const Controls = () => (
  <nav class="controls" aria-label="Timeline">
    <Step />
    <Zoom />
    <Scale />
    <LanesBy />
  </nav>
);
