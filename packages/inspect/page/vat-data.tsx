/** What a vat keeps in its vatstore after the crank that is looked at, by kind. */
import type { VatDataView } from './data.js';
import { CrankLink } from './links.js';
import { useLoaded, When } from './loading.js';
import { ask } from './server.js';
import { at, overview } from './model.js';

interface Kept {
  readonly name: string;
  readonly value: string;
  readonly writtenIn: number;
}

const Table = ({ rows, of }: { readonly rows: readonly Kept[]; readonly of: string }) => (
  <table aria-label={of}>
    <tbody>
      {rows.map(({ name, value, writtenIn }) => (
        <tr key={name}>
          <th scope="row">
            <code>{name}</code>
          </th>
          <td>{value}</td>
          <td>
            <CrankLink crank={writtenIn}>#{writtenIn}</CrankLink>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const More = ({ size, shown }: { readonly size: number; readonly shown: number }) =>
  size > shown ? <p>… and {size - shown} more</p> : null;

const Collections = ({ view }: { readonly view: VatDataView }) => (
  <>
    {view.collections.map(({ id, label, kind, entries, size }) => {
      const title = `${label} (${kind === '' ? 'collection' : kind} ${id}): ${size} entries`;
      return (
        <details key={id} open={size > 0 && size <= 20}>
          <summary>{title}</summary>
          <Table
            of={title}
            rows={entries.map(({ key, value, writtenIn }) => ({ name: key, value, writtenIn }))}
          />
          <More size={size} shown={entries.length} />
        </details>
      );
    })}
  </>
);

const Kinds = ({ view }: { readonly view: VatDataView }) => (
  <>
    {view.kinds.map(({ id, tag, isDurable, objects, size }) => {
      const title = `${tag} (${isDurable ? 'durable' : 'virtual'} kind ${id}): ${size} objects`;
      return (
        <details key={id}>
          <summary>{title}</summary>
          <Table
            of={title}
            rows={objects.map(({ vref, state, writtenIn }) => ({
              name: vref,
              value: state,
              writtenIn,
            }))}
          />
          <More size={size} shown={objects.length} />
        </details>
      );
    })}
  </>
);

export const VatData = ({ vatID }: { readonly vatID: string }) => {
  const loaded = useLoaded(`${vatID} ${at.value} ${overview.value?.last}`, () =>
    ask<VatDataView>(`data/${vatID}?at=${at.value}`),
  );
  return (
    <section aria-label="Virtual and durable data">
      <h3>Virtual and durable data</h3>
      <When loaded={loaded} doing="Reading its vatstore">
        {(view) =>
          view === undefined ? (
            <p>It has none.</p>
          ) : (
            <>
              <Collections view={view} />
              <Kinds view={view} />
              <p>
                {view.rows} rows; {view.otherRows} of them are liveslots' own
              </p>
            </>
          )
        }
      </When>
    </section>
  );
};
