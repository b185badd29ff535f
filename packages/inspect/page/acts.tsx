/** What can be done with a crank of the past: stop in it under a debugger, and begin another kernel after it. */
import { useState } from 'preact/hooks';
import { debug } from './actions.js';
import { Console } from './console.js';
import type { CrankView, DebuggedCrank } from './data.js';
import { debugged, overview } from './model.js';
import { TryMessage } from './try-message.js';

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

const Fork = ({ crank }: { readonly crank: CrankView }) => (
  <p class="call">
    <code>{`cooperage fork ${inShell(overview.value?.source ?? '')} --crank ${crank.crank} --into ../fork-${crank.crank}`}</code>
  </p>
);

const SHOWN = { fork: Fork, console: Console, try: TryMessage } as const;
type Shown = keyof typeof SHOWN;

export const Acts = ({ crank }: { readonly crank: CrankView }) => {
  const [open, setOpen] = useState<Shown | undefined>(undefined);
  const Open = open === undefined ? undefined : SHOWN[open];
  const opener = (name: Shown, title: string) => (
    <button aria-expanded={open === name} onClick={() => setOpen(open === name ? undefined : name)}>
      {title}
    </button>
  );
  return (
    <section class="acts" aria-label="Try something on this crank">
      {crank.vatID === undefined ? null : (
        <>
          <button onClick={() => void debug(`debug?crank=${crank.crank}`)}>Debug this crank</button>
          {opener('console', 'Console')}
        </>
      )}
      {opener('try', 'Send another message')}
      {opener('fork', 'Fork from here')}
      {Open === undefined ? null : <Open crank={crank} />}
      <Debugged />
    </section>
  );
};
