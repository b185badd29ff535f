/** Forms that start instances. */
import type { ComponentChildren } from 'preact';
import { Choice, NumberField, TextField } from './parts.js';
import { act, market, user } from './state.js';

interface StartProps {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  /** The field of the request that names the chosen user. */
  readonly role?: string;
  readonly children: ComponentChildren;
}

const Start = ({ title, text, action, role, children }: StartProps) => {
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = Object.fromEntries(new FormData(form));
    const own = role === undefined ? {} : { [role]: user.value };
    if (await act(action, { ...fields, ...own })) form.reset();
  };
  return (
    <details name="start" class="card">
      <summary>
        <b>{title}</b> <span>{text}</span>
      </summary>
      <form class="fields" onSubmit={(event) => void submit(event)}>
        {children}
        <button class="primary">Start</button>
      </form>
    </details>
  );
};

export const NewInstance = () => {
  const tokens = market.value?.audit.map(({ token }) => token) ?? [];
  return (
    <section aria-labelledby="start">
      <h2 id="start">Start an instance</h2>
      <div class="starts">
        <Start title="Faucet" text="gives a token of its own away" action="faucet">
          <TextField label="Name" name="name" />
          <TextField label="Token" name="token" />
          <NumberField label="At a time" name="portion" value={10} least={1} />
          <NumberField label="In all" name="limit" value={100} least={1} />
        </Start>
        <Start
          title="Auction"
          text="sells one lot; the highest bid pays what the second offered"
          action="auction"
          role="seller"
        >
          <TextField label="Name" name="name" />
          <Choice label="Lot" name="lot" of={tokens} chosen="painting" />
          <NumberField label="For at least" name="reserve" value={30} least={1} />
          <Choice label="In" name="currency" of={tokens} chosen="coin" />
          <NumberField label="Seconds (0: you close it)" name="seconds" value={0} least={0} />
        </Start>
        <Start
          title="Covered call"
          text="the right to buy at a price, until it expires"
          action="call"
          role="writer"
        >
          <TextField label="Name" name="name" />
          <NumberField label="Amount" name="amount" value={10} least={1} />
          <Choice label="Of" name="underlying" of={tokens} chosen="share" />
          <NumberField label="Price" name="strike" value={50} least={1} />
          <Choice label="In" name="currency" of={tokens} chosen="coin" />
          <NumberField label="Seconds (0: for good)" name="seconds" value={60} least={0} />
        </Start>
      </div>
    </section>
  );
};
