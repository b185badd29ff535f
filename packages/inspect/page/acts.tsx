/** What can be done with a crank of the past: stop in it under a debugger, and begin another kernel after it. */
import { useState } from 'preact/hooks';
import type { CrankView, DebuggedCrank } from './data.js';
import { debug, debugged, overview } from './state.js';

const Stopped = ({ at }: { readonly at: DebuggedCrank }) => (
  <>
    <p role="status">
      {at.name} stands in crank #{at.crank}
      {at.stoppedAt === undefined
        ? ', in which no code of its author runs'
        : ` at ${at.stoppedAt.source}:${at.stoppedAt.line}`}
      . Attach a debugger for Node:
    </p>
    <p class="call">
      <code id="debugger">{at.url}</code>
    </p>
    <p>
      <button onClick={() => void debug('debug-before')}>its crank before</button>{' '}
      <button onClick={() => void debug('debug-after')}>its crank after</button>
    </p>
  </>
);

const Debugged = () => {
  const { value } = debugged;
  if (value === undefined) return null;
  if (value === 'starts') return <p role="status">The vat is being replayed…</p>;
  if ('problem' in value) return <p class="problem">{value.problem}</p>;
  return <Stopped at={value} />;
};

const inShell = (text: string): string =>
  /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

export const Acts = ({ crank: { crank, vatID } }: { readonly crank: CrankView }) => {
  const [isForking, setForking] = useState(false);
  const source = inShell(overview.value?.source ?? '');
  return (
    <section aria-label="Try something on this crank">
      {vatID === undefined ? null : (
        <button onClick={() => void debug(`debug?crank=${crank}`)}>Debug this crank</button>
      )}{' '}
      <button aria-expanded={isForking} onClick={() => setForking(!isForking)}>
        Fork from here
      </button>
      {isForking ? (
        <p class="call">
          <code>{`cooperage fork ${source} --crank ${crank} --into ../fork-${crank}`}</code>
        </p>
      ) : null}
      <Debugged />
    </section>
  );
};
