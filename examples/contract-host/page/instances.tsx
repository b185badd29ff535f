/** The instances: state, escrow, and what the chosen user can do. */
import { Amounts, NumberField } from './parts.js';
import { act, type Instance, market, user } from './state.js';

const Bid = ({ name }: { readonly name: string }) => (
  <form
    class="row"
    onSubmit={(event) => {
      event.preventDefault();
      const value = new FormData(event.currentTarget).get('value');
      void act('bid', { user: user.value, auction: name, value });
    }}
  >
    <NumberField label={`Bid in ${name}`} name="value" value={40} least={1} isBare />
    <button class="primary">Bid</button>
  </form>
);

const Actions = ({ name, contract }: Instance) => (
  <div class="actions">
    {contract === 'faucet' ? (
      <button
        class="primary"
        aria-label={`Draw from ${name}`}
        onClick={() => void act('draw', { user: user.value, faucet: name })}
      >
        Draw
      </button>
    ) : null}
    {contract === 'auction' ? (
      <>
        <Bid name={name} />
        <button
          class="secondary"
          aria-label={`Close ${name}`}
          onClick={() => void act('close', { auction: name })}
        >
          Close
        </button>
      </>
    ) : null}
    <button
      class="link"
      aria-label={`End ${name}`}
      onClick={() => void act('stop', { name, reason: `${user.value} ended it` })}
    >
      End
    </button>
  </div>
);

const Card = ({ instance }: { readonly instance: Instance }) => {
  const { name, contract, state, reason, status, escrow } = instance;
  const time = market.value?.forkTimes[name];
  return (
    <li class={`card ${state === 'running' ? '' : 'over'}`}>
      <div class="heading">
        <h3>{name}</h3>
        <span class="kind">{contract.replace('-', ' ')}</span>
      </div>
      <p class="status">
        {state === 'running' ? null : <b>{state}. </b>}
        {[reason, status].filter(Boolean).join('. ')}
      </p>
      <dl>
        <dt>in escrow</dt>
        <dd>
          <Amounts amounts={escrow} />
        </dd>
        <dt>forked in</dt>
        <dd>{time === undefined ? 'an earlier run' : `${time.toFixed(1)} ms`}</dd>
      </dl>
      {state === 'running' ? <Actions {...instance} /> : null}
    </li>
  );
};

export const Instances = () => (
  <section aria-labelledby="instances">
    <h2 id="instances">Instances</h2>
    <ul class="cards">
      {market.value?.instances.map((instance) => (
        <Card key={instance.name} instance={instance} />
      ))}
    </ul>
  </section>
);
