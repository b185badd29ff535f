import { CrankPanel, ThingPanel } from './panels.js';
import {
  at,
  bounds,
  crank,
  find,
  found,
  goTo,
  lookAt,
  onlyLane,
  overview,
  problem,
  query,
  show,
  thing,
  thingView,
  zoom,
} from './state.js';
import { Timeline } from './timeline.js';
import { Wholes } from './whole.js';

const Results = () =>
  found.value === undefined ? null : (
    <section class="results" aria-label="What was found">
      <p role="status">{found.value.length} found</p>
      <ul>
        {found.value.map(({ kind, id, text }) => (
          <li key={`${kind} ${id}`}>
            <button
              class="link"
              onClick={() => (kind === 'crank' ? goTo(Number(id)) : lookAt(kind, id))}
            >
              {kind === 'crank' ? `#${id}` : id}
            </button>{' '}
            {text}
          </li>
        ))}
      </ul>
    </section>
  );

const Controls = () => (
  <nav aria-label="Timeline">
    <button onClick={() => goTo(at.value - 1)} aria-label="Crank before">
      ←
    </button>
    <label>
      crank{' '}
      <input
        type="number"
        min={bounds.value.first}
        max={bounds.value.last}
        value={at.value}
        onChange={(event) => goTo(Number(event.currentTarget.value))}
      />
    </label>
    <button onClick={() => goTo(at.value + 1)} aria-label="Crank after">
      →
    </button>
    <button onClick={() => zoom(0.5)}>zoom in</button>
    <button onClick={() => zoom(2)}>zoom out</button>
    <button onClick={() => show(bounds.value.first - 1, bounds.value.last + 1)}>all</button>
    <label>
      vat{' '}
      <select
        onChange={({ currentTarget: { value } }) => {
          onlyLane.value = value === '' ? undefined : Number(value);
        }}
      >
        <option value="">all</option>
        {overview.value?.lanes.map(({ id, name }, index) => (
          <option key={id} value={index}>
            {name}
          </option>
        ))}
      </select>
    </label>
    <label>
      search{' '}
      <input
        type="search"
        placeholder="method, kref, vat, crank"
        value={query.value}
        onInput={(event) => find(event.currentTarget.value)}
      />
    </label>
  </nav>
);

export const App = () => {
  const data = overview.value;
  if (problem.value !== undefined) return <p class="problem">{problem.value}</p>;
  if (data === undefined) return <p role="status">Reading the history…</p>;
  return (
    <>
      <h1>
        {data.source}{' '}
        <small>
          cranks {data.first} to {data.last}
          {data.isLive === true ? ', and what comes' : ''}
        </small>
      </h1>
      {data.cut === undefined ? null : (
        <p class="problem">
          It ends before crank {data.cut.crank}: {data.cut.reason}.
          {data.isSearching === true ? ' The vats are being run again to find it…' : ''}
        </p>
      )}
      <Controls />
      <Timeline />
      <Results />
      <Wholes />
      <div class="panels" aria-live="polite">
        {crank.value === undefined ? null : <CrankPanel crank={crank.value} />}
        {thing.value === undefined ? null : (
          <ThingPanel id={thing.value.id} view={thingView.value} />
        )}
      </div>
    </>
  );
};
