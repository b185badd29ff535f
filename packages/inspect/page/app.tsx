import { find, goTo, lookAt } from './actions.js';
import { Controls, Legend } from './controls.js';
import type { Overview } from './data.js';
import { FilterBar } from './filter.js';
import { crank, found, overview, problem, query, thing, thingView } from './model.js';
import { CrankPanel, ThingPanel } from './panels.js';
import { Timeline } from './timeline.js';
import { Wholes } from './whole.js';

const Results = () =>
  found.value === undefined ? null : (
    <section class="card results" aria-label="What was found">
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

/** The folder is told by the way: the name is what one looks for. */
const Source = ({ path }: { readonly path: string }) => {
  const start = path.lastIndexOf('/') + 1;
  return (
    <h1 title={path}>
      <small>{path.slice(0, start)}</small>
      {path.slice(start)}
    </h1>
  );
};

const Head = ({ data }: { readonly data: Overview }) => (
  <header class="head">
    <svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true">
      <path d="M6 3h12c2.2 5.5 2.2 12.5 0 18H6C3.8 15.5 3.8 8.5 6 3z" class="barrel" />
      <path d="M4.6 8h14.8M4.6 16h14.8M12 3v18" class="hoop" />
    </svg>
    <Source path={data.source} />
    <span class="badge">
      cranks {data.first} to {data.last}
    </span>
    {data.isLive === true ? <span class="badge live">and what comes</span> : null}
    <label class="search">
      <span>search</span>{' '}
      <input
        type="search"
        placeholder="method, kref, vat, crank"
        value={query.value}
        onInput={(event) => find(event.currentTarget.value)}
      />
    </label>
  </header>
);

export const App = () => {
  const data = overview.value;
  if (problem.value !== undefined) return <p class="problem">{problem.value}</p>;
  if (data === undefined) return <p role="status">Reading the history…</p>;
  return (
    <>
      <Head data={data} />
      <main>
        {data.cut === undefined ? null : (
          <p class="problem">
            It ends before crank {data.cut.crank}: {data.cut.reason}.
            {data.isSearching === true ? ' The vats are being run again to find it…' : ''}
          </p>
        )}
        <section class="card" aria-label="Cranks">
          <Controls />
          <FilterBar />
          <Timeline />
          <Legend />
        </section>
        <Results />
        <Wholes />
        <div class="panels" aria-live="polite">
          {crank.value === undefined ? null : <CrankPanel crank={crank.value} />}
          {thing.value === undefined ? null : (
            <ThingPanel id={thing.value.id} view={thingView.value} />
          )}
        </div>
      </main>
    </>
  );
};
