/** The door, which opens rooms, and the entry of a room. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { enter, openRoom, room, usualName } from './state.js';

interface FieldProps {
  readonly label: string;
  readonly button: string;
  readonly value?: string;
  readonly most: number;
  readonly hint?: string;
  readonly act: (value: string) => Promise<void>;
}

/** A form of one field and one button, with its error below. The field has the focus. */
export const Field = ({ label, button, value = '', most, hint, act }: FieldProps) => {
  const problem = useSignal('');
  const isBusy = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const field = input.current as HTMLInputElement;
    isBusy.value = true;
    problem.value = '';
    try {
      await act(field.value.trim());
      field.value = '';
    } catch (error) {
      problem.value = (error as Error).message;
      field.focus();
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <form class="field" onSubmit={(event) => void submit(event)}>
      <label>
        <span>{label}</span>
        <input
          ref={input}
          name="field"
          required
          maxLength={most}
          defaultValue={value}
          autocomplete="off"
          placeholder={hint}
        />
      </label>
      <button class="primary" disabled={isBusy.value}>
        {button}
      </button>
      <p class="problem" role="alert">
        {problem.value}
      </p>
    </form>
  );
};

export const DoorView = () => (
  <main class="card">
    <h1>Open a room</h1>
    <p>
      You get the first seat and its link. From there you invite others. Each guest has a link of
      their own, which you can revoke.
    </p>
    <Field
      label="What is the room called?"
      button="Open"
      most={80}
      hint="Tuesday reading group"
      act={async (title) => {
        location.href = await openRoom(title);
      }}
    />
  </main>
);

export const EntryView = () => (
  <main class="card">
    <p class="kicker">You are invited to</p>
    <h1>{room.value?.title}</h1>
    <Field
      label="Your name in this room"
      button="Enter"
      most={40}
      value={usualName()}
      hint="Ada"
      act={enter}
    />
  </main>
);
