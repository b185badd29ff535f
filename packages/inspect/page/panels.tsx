/** A crank, an object, a promise or a vat, in words. */
import type { ComponentChildren } from 'preact';
import { closeThing, lookAt } from './actions.js';
import { Acts } from './acts.js';
import type { CrankView, ObjectView, VatView } from './data.js';
import { CrankLink, Links, Row, Text, WrittenIn } from './links.js';
import { VatData } from './vat-data.js';
import { at } from './model.js';
import { Pending } from './pending.js';
import { formatSpan } from './words.js';

const DeliveryOf = ({ crank: { delivery, time } }: { readonly crank: CrankView }) =>
  delivery === undefined ? null : (
    <dl>
      {delivery.from === undefined ? null : <Row name="sent by">{delivery.from}</Row>}
      {delivery.target === undefined ? null : (
        <Row name="to">
          <Text>{delivery.target}</Text>
        </Row>
      )}
      {delivery.result === undefined ? null : (
        <Row name="answer">
          <Text>{delivery.result}</Text>
        </Row>
      )}
      <Row name="in the inbox">
        from <CrankLink crank={delivery.enteredInbox}>#{delivery.enteredInbox}</CrankLink> to{' '}
        <CrankLink crank={delivery.leftInbox}>#{delivery.leftInbox}</CrankLink>
      </Row>
      <Row name="delivery">{delivery.n} of the vat</Row>
      {time === undefined ? null : (
        <Row name="ran">
          for {formatSpan(time.ended - time.began)}, {formatSpan(time.began)} after the first crank
          {time.thread === undefined ? '' : `, in thread ${time.thread}`}
        </Row>
      )}
    </dl>
  );

const SyscallsOf = ({ inside }: { readonly inside: CrankView['inside'] }) =>
  inside === undefined ? null : (
    <section>
      <h3>In the vat, by its own names</h3>
      <p>
        <code>{inside.delivery}</code>
      </p>
      <ol class="code">
        {inside.syscalls.map(({ name, text, writtenIn }, index) => (
          <li key={index}>
            <b>{name}</b> {text}
            <WrittenIn crank={writtenIn} />
          </li>
        ))}
      </ol>
      {inside.failed === undefined ? null : <p class="problem">failed: {inside.failed}</p>}
    </section>
  );

const ChangesOf = ({ changes }: { readonly changes: CrankView['changes'] }) => (
  <details open={changes.length <= 12}>
    <summary>Rows of the store that changed: {changes.length}</summary>
    <table>
      <tbody>
        {changes.map(({ key, before, writtenIn, after }) => (
          <tr key={key}>
            <th scope="row">
              <Text>{key}</Text>
            </th>
            <td>
              {before === undefined ? null : <del>{before}</del>}
              <WrittenIn crank={writtenIn} />
            </td>
            <td>{after === undefined ? null : <ins>{after}</ins>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </details>
);

export const CrankPanel = ({ crank }: { readonly crank: CrankView }) => {
  const { vatID, vat } = crank;
  return (
    <article aria-label={`Crank ${crank.crank}`}>
      <h2>
        #{crank.crank}{' '}
        {vatID === undefined ? (
          vat
        ) : (
          <button class="link" onClick={() => lookAt('vat', vatID)}>
            {vat}
          </button>
        )}
      </h2>
      <p class="call">
        <Text>{crank.label}</Text>
      </p>
      <Acts crank={crank} />
      <DeliveryOf crank={crank} />
      {crank.delivery !== undefined || crank.calls.length === 0 ? null : (
        <ol class="code">
          {crank.calls.map((call, index) => (
            <li key={index}>
              <Text>{call}</Text>
            </li>
          ))}
        </ol>
      )}
      <Pending crank={crank} />
      <Links title="Caused by" links={crank.causes} />
      <Links title="It caused" links={crank.effects} />
      <Links title="While it waited for this answer, its vat ran" links={crank.meanwhile} />
      <Links title="All that led here, the oldest first" links={crank.chain} />
      {crank.promisesResolved.length === 0 ? null : (
        <section>
          <h3>Promises that it resolved</h3>
          <ul>
            {crank.promisesResolved.map(({ kp, to }) => (
              <li key={kp}>
                <Text>{`${kp} ${to}`}</Text>
              </li>
            ))}
          </ul>
        </section>
      )}
      <SyscallsOf inside={crank.inside} />
      <ChangesOf changes={crank.changes} />
    </article>
  );
};

const Heading = ({ children }: { readonly children: ComponentChildren }) => (
  <header>
    <h2>{children}</h2>
    <button aria-label="Close" onClick={closeThing}>
      ×
    </button>
  </header>
);

const ObjectPanel = ({ view }: { readonly view: ObjectView }) => (
  <article aria-label={view.kref}>
    <Heading>{view.name === view.kref ? view.kref : `${view.name} (${view.kref})`}</Heading>
    <p>
      After crank #{view.at}: {view.exists ? 'there' : 'not there'}
    </p>
    <dl>
      <Row name={view.promise === undefined ? 'owner' : 'made by'}>{view.owner}</Row>
      {view.madeIn === undefined ? null : (
        <Row name="made in">
          <CrankLink crank={view.madeIn}>#{view.madeIn}</CrankLink>
        </Row>
      )}
      {view.endedIn === undefined ? null : (
        <Row name={view.kref.startsWith('kp') ? 'resolved in' : 'deleted in'}>
          <CrankLink crank={view.endedIn}>#{view.endedIn}</CrankLink>
        </Row>
      )}
      {view.promise === undefined ? null : (
        <>
          <Row name="state">
            {view.promise.state} <Text>{view.promise.resolution ?? ''}</Text>
          </Row>
          <Row name="decider">{view.promise.decider ?? 'none'}</Row>
          <Row name="subscribers">{view.promise.subscribers.join(', ') || 'none'}</Row>
          <Row name="messages that wait">{view.promise.waiting}</Row>
        </>
      )}
    </dl>
    <h3>Who holds it</h3>
    <ul>
      {view.holders.map(({ vat, vatID, vref, isMaker }) => (
        <li key={vatID}>
          <button class="link" onClick={() => lookAt('vat', vatID)}>
            {vat}
          </button>{' '}
          as <code>{vref}</code>
          {isMaker ? ', which made it' : ''}
        </li>
      ))}
    </ul>
    <Retention view={view} />
  </article>
);

const Retention = ({ view }: { readonly view: ObjectView }) => (
  <section aria-label="Why it is there">
    <h3>Why it is there</h3>
    {view.retainers.length === 0 ? (
      <p>
        {view.exists ? 'Nothing retains it: it goes with the next cranks.' : 'It is not there.'}
      </p>
    ) : (
      <ul>
        {view.retainers.map(({ why, path }) => (
          <li key={why}>
            <Text>{why}</Text>
            {path.length < 2 ? null : <small> ({path.join(' made ')})</small>}
          </li>
        ))}
      </ul>
    )}
  </section>
);

const VatPanel = ({ view }: { readonly view: VatView }) => (
  <article aria-label={view.name}>
    <Heading>
      {view.name} ({view.vatID})
    </Heading>
    <p>
      After crank #{view.at}: {view.inbox} deliveries in its inbox, {view.cList.length} names in its
      c-list
    </p>
    <table>
      <tbody>
        {view.cList.map(({ vref, kref, name }) => (
          <tr key={vref}>
            <th scope="row">
              <code>{vref}</code>
            </th>
            <td>
              <Text>{name === kref ? kref : `${name} (${kref})`}</Text>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    <VatData vatID={view.vatID} />
  </article>
);

export const ThingPanel = ({ id, view }: { readonly id: string; readonly view: unknown }) => {
  const shown = view as ObjectView | VatView | undefined;
  if (shown === undefined) {
    return (
      <article aria-label={id}>
        <Heading>{id}</Heading>
        <p>It does not exist after crank #{at.value}.</p>
      </article>
    );
  }
  return 'cList' in shown ? <VatPanel view={shown} /> : <ObjectPanel view={shown} />;
};
