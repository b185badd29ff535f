/** The room: its messages, the people in it, and the field for a message. */
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Message } from '../src/vats/types.js';
import { Invitations } from './invitations.js';
import {
  dismiss,
  hasEarlier,
  isConnected,
  loadEarlier,
  messages,
  people,
  room,
  say,
  stepOut,
  unsent,
} from './state.js';

/** The colour of a seat: the same on each page. */
const hueOf = (seat: string): number => (Number(seat.slice(1)) * 137) % 360;

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? '')
    .join('');

export const Avatar = ({ seat, name }: { readonly seat: string; readonly name: string }) => (
  <span class="avatar" aria-hidden="true" style={{ '--hue': hueOf(seat) }}>
    {initialsOf(name)}
  </span>
);

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });

/** Messages of one person within these milliseconds share one heading. */
const TOGETHER = 300_000;

const Line = ({
  message,
  before,
}: {
  readonly message: Message;
  readonly before: Message | undefined;
}) => {
  const { n, at, kind, seat, name, text } = message;
  const isNewDay = before === undefined || day.format(before.at) !== day.format(at);
  const isMine = seat === room.value?.seat;
  const goesOn =
    !isNewDay && before.kind === 'said' && before.seat === seat && at - before.at < TOGETHER;
  return (
    <>
      {isNewDay ? <li class="day">{day.format(at)}</li> : null}
      {kind === 'said' ? (
        <li class={`said ${isMine ? 'mine' : ''} ${goesOn ? 'goes-on' : ''}`} data-n={n}>
          {goesOn || isMine ? null : <Avatar seat={seat} name={name} />}
          <div class="bubble">
            <p class={goesOn || isMine ? 'author hidden' : 'author'}>{isMine ? 'You' : name}</p>
            <p class="text">{text}</p>
            <time dateTime={new Date(at).toISOString()}>{clock.format(at)}</time>
          </div>
        </li>
      ) : (
        <li class="note" data-n={n}>
          {isMine ? 'You' : name} {kind === 'came' ? 'came in' : 'left'}
        </li>
      )}
    </>
  );
};

const Unsent = () => (
  <>
    {unsent.value.map(({ id, text, problem }) => (
      <li key={`unsent ${id}`} class="said mine unsent">
        <div class="bubble">
          <p class="author hidden">You, not sent yet</p>
          <p class="text">{text}</p>
          {problem === undefined ? (
            <span class="waits">on its way</span>
          ) : (
            <button class="link" onClick={() => dismiss(id)}>
              {problem}. Dismiss
            </button>
          )}
        </div>
      </li>
    ))}
  </>
);

/** The list follows new messages within these pixels of its end. */
const NEAR = 120;

const Messages = () => {
  const list = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const isBehind = useSignal(false);
  const newest = messages.value.at(-1)?.n ?? 0;
  const toEnd = (): void => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  };
  useLayoutEffect(() => {
    if (follows.current) toEnd();
    else isBehind.value = true;
  }, [newest, unsent.value.length]);
  const onScroll = (): void => {
    const { scrollHeight, scrollTop, clientHeight } = list.current as HTMLDivElement;
    follows.current = scrollHeight - scrollTop - clientHeight < NEAR;
    if (follows.current) isBehind.value = false;
  };
  return (
    <div class="messages">
      <div
        class="scroll"
        ref={list}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-label="Messages of the room"
      >
        {hasEarlier.value ? (
          <button class="earlier" onClick={() => void loadEarlier()}>
            Earlier messages
          </button>
        ) : null}
        <ol>
          {messages.value.map((message, i) => (
            <Line key={message.n} message={message} before={messages.value[i - 1]} />
          ))}
          <Unsent />
        </ol>
      </div>
      {isBehind.value ? (
        <button class="behind" onClick={toEnd}>
          New messages ↓
        </button>
      ) : null}
    </div>
  );
};

const Composer = () => {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const grow = (): void => {
    const { current } = field;
    if (current === null) return;
    current.style.height = 'auto';
    current.style.height = `${current.scrollHeight}px`;
  };
  const send = (): void => {
    const { current } = field;
    const text = current?.value.trim() ?? '';
    if (current === null || text === '') return;
    say(text);
    current.value = '';
    grow();
    current.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        maxLength={4_000}
        aria-label="Your message"
        placeholder="Write something"
        onInput={grow}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button class="primary" aria-label="Send">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 12h15M13 6l6 6-6 6" />
        </svg>
      </button>
    </form>
  );
};

const People = () => (
  <section aria-labelledby="people">
    <h2 id="people">
      People <span class="count">{people.value.length}</span>
    </h2>
    <ul class="people">
      {people.value.map(({ seat, name, isHere }) => (
        <li key={seat} class={isHere ? 'here' : 'away'}>
          <Avatar seat={seat} name={name} />
          <span>
            {name}
            {seat === room.value?.seat ? ' (you)' : ''}
          </span>
          <span class="state">{isHere ? 'here' : 'away'}</span>
        </li>
      ))}
    </ul>
  </section>
);

export const RoomView = () => {
  const isOpen = useSignal(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    isOpen.value = false;
    toggle.current?.focus();
  };
  return (
    <div
      class="room"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && isOpen.value) close();
      }}
    >
      <header>
        <div>
          <h1>{room.value?.title}</h1>
          <p role="status" class={isConnected.value ? 'status' : 'status lost'}>
            {isConnected.value
              ? `${people.value.filter(({ isHere }) => isHere).length} here`
              : 'Reconnecting. What you write arrives when the server is back.'}
          </p>
        </div>
        <button
          ref={toggle}
          class="toggle"
          aria-label="People and invitations"
          aria-expanded={isOpen.value}
          aria-controls="side"
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          People
        </button>
      </header>
      <main>
        <Messages />
        <Composer />
      </main>
      <aside id="side" class={isOpen.value ? 'open' : ''} aria-label="People and invitations">
        <People />
        <Invitations />
        <button class="quiet" onClick={() => void stepOut()}>
          Step out
        </button>
      </aside>
    </div>
  );
};
