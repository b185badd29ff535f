/** The market: who one is, the instances with what can be done, options, holdings and the books. */
import { Books, Holdings, Zygotes } from './books.js';
import { Instances } from './instances.js';
import { Options } from './options.js';
import { NewInstance } from './new-instance.js';
import { isConnected, market, outcome, user } from './state.js';

const Users = () => (
  <fieldset class="users">
    <legend>You are</legend>
    {market.value?.users.map((each) => (
      <label key={each.user}>
        <input
          type="radio"
          name="user"
          value={each.user}
          checked={each.user === user.value}
          onChange={() => {
            user.value = each.user;
          }}
        />
        <span>{each.user}</span>
      </label>
    ))}
  </fieldset>
);

const Outcome = () => {
  const { text, isWrong } = isConnected.value
    ? outcome.value
    : { text: 'The program is not there. The page continues when it is back.', isWrong: true };
  return (
    <p role="status" class={isWrong ? 'outcome wrong' : 'outcome'}>
      {text}
    </p>
  );
};

export const App = () =>
  market.value === undefined ? (
    <main class="loading" aria-busy="true">
      <p role="status">{isConnected.value ? 'Opening the market…' : 'The program is not there.'}</p>
    </main>
  ) : (
    <>
      <header>
        <div class="title">
          <h1>The contract host</h1>
          <p>
            Each instance is a vat of its own, forked from a contract's zygote on{' '}
            <b>{market.value.engine}</b>. The escrow is in the hands of the host.
          </p>
        </div>
        <Users />
      </header>
      <Outcome />
      <div class="columns">
        <main>
          <Instances />
          <Options />
          <NewInstance />
        </main>
        <aside aria-label="Holdings and books">
          <Holdings />
          <Books />
          <Zygotes />
        </aside>
      </div>
    </>
  );
