/** What is looked for in the timeline, and in what led to a crank. */
import { look, provideTerms } from './actions.js';
import type { Filter, Term } from './data.js';
import { filter, overview, terms } from './model.js';

type Option = readonly [value: string, text: string];

const ofTerms = (list: readonly Term[] = []): readonly Option[] =>
  list.map(({ name, messages }) => [name, `${name} (${messages})`]);

const Choice = ({
  name,
  options,
}: {
  readonly name: keyof Filter;
  readonly options: readonly Option[];
}) => {
  const chosen = filter.value[name];
  // What is looked for stays there while the others are asked for.
  const isListed = chosen === undefined || options.some(([value]) => value === chosen);
  return (
    <label>
      <span>{name}</span>{' '}
      <select
        value={chosen ?? ''}
        onFocus={provideTerms}
        onChange={({ currentTarget: { value } }) => look(name, value)}
      >
        <option value="">all</option>
        {isListed ? null : <option value={chosen}>{chosen}</option>}
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
};

export const FilterBar = () => (
  <form
    class="controls"
    aria-label="Look for"
    onSubmit={(event) => event.preventDefault()}
    onReset={() => {
      filter.value = {};
      look('vat', '');
    }}
  >
    <Choice
      name="vat"
      options={(overview.value?.lanes ?? []).map(({ id, name }): Option => [id, name])}
    />
    <Choice name="interface" options={ofTerms(terms.value?.interfaces)} />
    <Choice name="method" options={ofTerms(terms.value?.methods)} />
    <label>
      <span>object</span>{' '}
      <input
        size={8}
        placeholder="ko12"
        value={filter.value.object ?? ''}
        onChange={({ currentTarget: { value } }) => look('object', value)}
      />
    </label>
    {Object.keys(filter.value).length === 0 ? null : <button type="reset">show all</button>}
  </form>
);
