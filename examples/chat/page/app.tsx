/** Chooses the view. */
import { DoorView, EntryView } from './doors.js';
import { RoomView } from './room.js';
import { end, view } from './state.js';

const ENDS: Readonly<Record<string, readonly [title: string, text: string]>> = {
  GATEWAY_REVOKED: [
    'Your invitation was revoked',
    'The person who invited you has ended it. Your messages stay in the room.',
  ],
  GATEWAY_REFUSED: [
    'This link opens nothing',
    'It is incomplete, or it was revoked. Ask for a new one.',
  ],
  GATEWAY_TAKEN_OVER: ['Open in another tab', 'You continued in another tab or window.'],
  GATEWAY_ENDED: ['This visit is over', 'Open the link again to come back.'],
};

const EndView = () => {
  const { code, message } = end.value ?? { code: '', message: '' };
  const [title, text] = ENDS[code] ?? ['Something went wrong', message];
  const isElsewhere = code === 'GATEWAY_TAKEN_OVER';
  return (
    <main class="card" data-code={code}>
      <div role="alert">
        <h1>{title}</h1>
        <p>{text}</p>
      </div>
      {code === 'GATEWAY_REVOKED' || code === 'GATEWAY_REFUSED' ? null : (
        <button class="primary" onClick={() => location.reload()}>
          {isElsewhere ? 'Continue here' : 'Try again'}
        </button>
      )}
    </main>
  );
};

export const App = () => {
  switch (view.value) {
    case 'loading':
      return (
        <main class="card" aria-busy="true">
          <p role="status">Knocking at the door…</p>
        </main>
      );
    case 'nothing':
      return (
        <main class="card">
          <h1>Rooms</h1>
          <p>You enter a room by a link of your own. Ask a person in the room for one.</p>
        </main>
      );
    case 'door':
      return <DoorView />;
    case 'entry':
      return <EntryView />;
    case 'room':
      return <RoomView />;
    case 'ended':
      return <EndView />;
  }
};
