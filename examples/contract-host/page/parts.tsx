/** Parts that the views share. */
import { useId } from 'preact/hooks';

export const Amounts = ({ amounts }: { readonly amounts: Readonly<Record<string, number>> }) => {
  const held = Object.entries(amounts).filter(([, value]) => value > 0);
  if (held.length === 0) return <span class="quiet">nothing</span>;
  return (
    <span class="amounts">
      {held.map(([token, value]) => (
        <span key={token} class="amount">
          {value.toLocaleString('en')} <small>{token}</small>
        </span>
      ))}
    </span>
  );
};

interface FieldProps {
  readonly label: string;
  readonly name: string;
}

export const TextField = ({ label, name }: FieldProps) => (
  <label class="labelled">
    <span>{label}</span>
    <input name={name} required maxLength={40} autocomplete="off" />
  </label>
);

interface NumberProps extends FieldProps {
  readonly value: number;
  readonly least: number;
  /** Only the field is seen. */
  readonly isBare?: boolean;
}

export const NumberField = ({ label, name, value, least, isBare = false }: NumberProps) => (
  <label class="labelled">
    <span class={isBare ? 'hidden' : ''}>{label}</span>
    <input name={name} type="number" min={least} defaultValue={String(value)} required />
  </label>
);

interface ChoiceProps extends FieldProps {
  readonly of: readonly string[];
  readonly chosen?: string | undefined;
  readonly isBare?: boolean;
}

export const Choice = ({ label, name, of, chosen, isBare = false }: ChoiceProps) => {
  const id = useId();
  return (
    <span class="labelled">
      <label for={id} class={isBare ? 'hidden' : ''}>
        {label}
      </label>
      <select id={id} name={name}>
        {of.map((each) => (
          <option key={each} value={each} selected={each === chosen}>
            {each}
          </option>
        ))}
      </select>
    </span>
  );
};
