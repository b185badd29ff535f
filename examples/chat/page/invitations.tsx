/** One's own invitations: each is a link for one person and can be revoked alone. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Field } from './doors.js';
import { invitations, invite, revoke } from './state.js';

interface NewLinkProps {
  readonly label: string;
  readonly url: string;
}

/** A new link, selected, and a button that copies it. */
const NewLink = ({ label, url }: NewLinkProps) => {
  const said = useSignal('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(url);
      said.value = 'Copied';
    } catch {
      field.current?.select();
      said.value = 'The browser refused. Copy the selected link yourself';
    }
  };
  return (
    <div class="made">
      <label>
        <span>Link for {label}</span>
        <input
          ref={field}
          readOnly
          class="url"
          value={url}
          onFocus={(event) => event.currentTarget.select()}
        />
      </label>
      <p class="quiet-text">It is for one person, and it is shown only this once.</p>
      <button class="primary" onClick={() => void copy()}>
        Copy
      </button>
      <p role="status">{said.value}</p>
    </div>
  );
};

export const Invitations = () => {
  const dialog = useRef<HTMLDialogElement>(null);
  const made = useSignal<NewLinkProps | undefined>(undefined);
  const isOpen = useSignal(false);
  return (
    <section aria-labelledby="invitations">
      <h2 id="invitations">Your invitations</h2>
      {invitations.value.length === 0 ? (
        <p class="quiet-text">You have invited no one yet.</p>
      ) : null}
      <ul class="invitations">
        {invitations.value.map(({ seat, label, name }) => (
          <li key={seat}>
            <span>
              {label}
              <small>{name === '' ? 'not used yet' : `entered as ${name}`}</small>
            </span>
            <button
              class="link"
              aria-label={`Revoke the invitation for ${label}`}
              onClick={() => void revoke(seat)}
            >
              Revoke
            </button>
          </li>
        ))}
      </ul>
      <button
        class="secondary"
        onClick={() => {
          isOpen.value = true;
          dialog.current?.showModal();
        }}
      >
        Invite someone
      </button>
      <dialog
        ref={dialog}
        aria-labelledby="invite"
        onClose={() => {
          isOpen.value = false;
          made.value = undefined;
        }}
      >
        <h2 id="invite">Invite someone</h2>
        {!isOpen.value ? null : made.value === undefined ? (
          <Field
            label="Who is it for?"
            button="Make a link"
            most={40}
            hint="Grace"
            act={async (label) => {
              made.value = { label, url: await invite(label) };
            }}
          />
        ) : (
          <NewLink {...made.value} />
        )}
        <button class="quiet" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </dialog>
    </section>
  );
};
