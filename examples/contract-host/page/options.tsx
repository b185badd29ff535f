/** Options of covered calls: each is an invitation, which can be exercised or handed on. */
import { Choice } from './parts.js';
import { act, market, type Option, user } from './state.js';

const Held = ({ option }: { readonly option: Option }) => {
  const others = market.value?.users.map((each) => each.user).filter((each) => each !== user.value);
  return (
    <div class="actions">
      <button
        class="primary"
        aria-label={`Exercise ${option.instance}`}
        onClick={() => void act('exercise', { user: user.value, option: option.instance })}
      >
        Exercise
      </button>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          const to = new FormData(event.currentTarget).get('to');
          void act('give', { from: user.value, option: option.instance, to });
        }}
      >
        <Choice label={`Hand ${option.instance} on to`} name="to" of={others ?? []} isBare />
        <button class="secondary">Hand on</button>
      </form>
    </div>
  );
};

export const Options = () => {
  const options = market.value?.options ?? [];
  if (options.length === 0) return null;
  return (
    <section aria-labelledby="options">
      <h2 id="options">Options</h2>
      <ul class="cards">
        {options.map((option) => (
          <li key={option.instance} class="card">
            <div class="heading">
              <h3>{option.instance}</h3>
              <span class="kind">held by {option.holder}</span>
            </div>
            <p class="status">
              {option.pays.value} {option.pays.token} for {option.gets.value} {option.gets.token}
            </p>
            {option.holder === user.value ? <Held option={option} /> : null}
          </li>
        ))}
      </ul>
    </section>
  );
};
