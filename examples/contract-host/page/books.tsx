/** What the users have, and the proof that no token was made or lost. */
import { Amounts } from './parts.js';
import { market, user } from './state.js';

export const Holdings = () => (
  <section aria-labelledby="holdings">
    <h2 id="holdings">Holdings</h2>
    <ul class="holdings">
      {market.value?.users.map((each) => (
        <li key={each.user} class={each.user === user.value ? 'own' : ''}>
          <b>{each.user}</b>
          <Amounts amounts={each.balances} />
        </li>
      ))}
    </ul>
  </section>
);

export const Books = () => (
  <section aria-labelledby="books">
    <h2 id="books">Books</h2>
    <p class="quiet">What was minted is in purses or in payments, added up entry by entry.</p>
    <table>
      <thead>
        <tr>
          <th scope="col">token</th>
          <th scope="col">minted</th>
          <th scope="col">purses</th>
          <th scope="col">payments</th>
          <th scope="col">
            <span class="hidden">the sum</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {market.value?.audit.map((each) => (
          <tr key={each.token}>
            <th scope="row">{each.token}</th>
            <td>{each.minted}</td>
            <td>{each.inPurses}</td>
            <td>{each.inPayments}</td>
            <td class={each.conserved ? 'held' : 'wrong'}>{each.conserved ? 'holds' : 'BROKEN'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

export const Zygotes = () => (
  <section aria-labelledby="zygotes">
    <h2 id="zygotes">Zygotes</h2>
    <ul class="holdings">
      {market.value?.installations.map(({ contract, forks }) => {
        const time = market.value?.forkTimes[`zygote of ${contract}`];
        return (
          <li key={contract}>
            <b>{contract.replace('-', ' ')}</b>
            <span>
              {forks} {forks === 1 ? 'instance' : 'instances'}
              {time === undefined ? '' : `, itself forked in ${time.toFixed(1)} ms`}
            </span>
          </li>
        );
      })}
    </ul>
  </section>
);
