/** Another message after a crank of the past, in a fork of it: what would have happened. */
import { useState } from 'preact/hooks';
import type { CrankView, Tried } from './data.js';
import { Text } from './links.js';
import { act, textOf } from './server.js';

type State = Tried | { readonly problem: string } | 'runs' | undefined;

const Outcome = ({ state }: { readonly state: State }) => {
  if (state === undefined) return null;
  if (state === 'runs') return <p role="status">The vats run in a fork…</p>;
  if ('problem' in state) return <p class="problem">{state.problem}</p>;
  const { answer, cranks, serviceCalls, isCut } = state;
  return (
    <section aria-label="What would have happened">
      <p role="status">
        The answer: <Text>{answer}</Text>
      </p>
      <ol class="code">
        {cranks.map(({ crank, vat, label }) => (
          <li key={crank}>
            {vat}: {label}
          </li>
        ))}
      </ol>
      {isCut ? <p>… and more</p> : null}
      {serviceCalls.length === 0 ? null : (
        <p>Services that would have been called: {serviceCalls.join(', ')}</p>
      )}
    </section>
  );
};

const targetOf = ({ delivery }: CrankView): string =>
  /\bko\d+\b/.exec(delivery?.target ?? '')?.[0] ?? '';

export const TryMessage = ({ crank }: { readonly crank: CrankView }) => {
  const [state, setState] = useState<State>(undefined);
  const send = (form: HTMLFormElement): void => {
    const query = new URLSearchParams({ crank: String(crank.crank) });
    for (const [name, value] of new FormData(form))
      if (typeof value === 'string') query.set(name, value);
    setState('runs');
    act<Tried>(`try?${query.toString()}`).then(setState, (error: unknown) =>
      setState({ problem: textOf(error) }),
    );
  };
  return (
    <form
      aria-label="Another message"
      onSubmit={(event) => {
        event.preventDefault();
        send(event.currentTarget);
      }}
    >
      <label>
        to <input name="target" required placeholder="ko20" defaultValue={targetOf(crank)} />
      </label>{' '}
      <label>
        method <input name="method" required />
      </label>
      <label class="lines">
        arguments, one a line <textarea name="args" rows={3} placeholder={'"ann"\n60\nko20'} />
      </label>
      <button>Send in a fork</button>
      <Outcome state={state} />
    </form>
  );
};
