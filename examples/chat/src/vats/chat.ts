/**
 * Rooms and their seats. All state is durable: the vat can be killed, evicted or upgraded between any two messages.
 * A seat is the only authority in a room. Each person has a seat of their own, and holds it by its URL.
 */
import { type Baggage, type MapStore, provide } from 'cooperage/vat';
import { makePresence } from './presence.js';
import type { Door, Invitation, Listener, Message, Person, Room, Seat, Urls } from './types.js';

interface SeatRecord {
  readonly seat: Seat;
  readonly label: string;
  readonly name: string;
  /** The seat that invited, and the id of the URL. */
  readonly by: string | undefined;
  readonly url: string | undefined;
  readonly listener: Listener | undefined;
}

interface RoomRecord {
  readonly title: string;
  readonly messages: MapStore<number, Message>;
  readonly seats: MapStore<string, SeatRecord>;
}

interface Parameters {
  readonly services: { readonly urls: Urls };
}

/** The largest number of messages in one answer. */
const PAGE = 50;

const insistText = (what: string, value: unknown, most: number): string => {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text !== '' && text.length <= most) return text;
  throw RangeError(`${what} has 1 to ${most} characters`);
};

const makeStore = <K, V>(label: string): MapStore<K, V> =>
  VatData.makeScalarBigMapStore<K, V>(label, { durable: true });

/** A durable value of the baggage, made at its first use. */
const keep = <T>(baggage: Baggage, key: string, make: () => T): T =>
  provide(baggage, key, make) as T;

/** The operations on rooms, which name seats by their keys. */
const makeRooms = (baggage: Baggage, urls: Urls) => {
  const rooms = keep(baggage, 'rooms', () => makeStore<string, RoomRecord>('rooms'));
  const presence = makePresence(Date.now);

  const update = (room: RoomRecord, key: string, change: Partial<SeatRecord>): void =>
    room.seats.set(key, harden({ ...room.seats.get(key), ...change }));

  const seatOf = (room: RoomRecord, key: string): SeatRecord => {
    if (room.seats.has(key)) return room.seats.get(key);
    throw Error('this seat was revoked');
  };

  /** Calls a listener. Its answer shows that the person is there; a rejection shows that the client has ended. */
  const tell = (room: RoomRecord, key: string, told: (listener: Listener) => unknown): void => {
    const { listener } = room.seats.get(key);
    if (listener === undefined) return;
    const answered = presence.called(key);
    void E.when(
      told(listener),
      () => {
        if (answered()) tellPeople(room);
      },
      () => {
        answered();
        const isSame = room.seats.has(key) && room.seats.get(key).listener === listener;
        if (!isSame) return;
        update(room, key, { listener: undefined });
        tellPeople(room);
      },
    );
  };

  const peopleIn = (room: RoomRecord): readonly Person[] =>
    harden(
      [...room.seats.entries()]
        .filter(([, { listener }]) => listener !== undefined)
        .map(([seat, { name }]) => ({ seat, name, isHere: presence.isHere(seat) })),
    );

  const tellPeople = (room: RoomRecord): void => {
    const people = peopleIn(room);
    for (const { seat } of people) tell(room, seat, (listener) => E(listener).people(people));
  };

  const add = (room: RoomRecord, kind: Message['kind'], key: string, text = ''): number => {
    const { name } = room.seats.get(key);
    const n = room.messages.getSize() + 1;
    const message = harden({ n, at: Date.now(), kind, seat: key, name, text });
    room.messages.init(n, message);
    const isUnchanged = presence.update();
    for (const { seat } of peopleIn(room)) tell(room, seat, (l) => E(l).heard(message));
    if (!isUnchanged) tellPeople(room);
    return n;
  };

  const describe = (room: RoomRecord, key: string): Room => {
    const { label, name } = seatOf(room, key);
    return { title: room.title, seat: key, label, name, newest: room.messages.getSize() };
  };

  const read = (room: RoomRecord, before: number, most: number): readonly Message[] => {
    const end = Math.min(before, room.messages.getSize() + 1);
    const from = Math.max(1, end - Math.min(most, PAGE));
    return harden(
      Array.from({ length: Math.max(0, end - from) }, (_, i) => room.messages.get(from + i)),
    );
  };

  const isBelow = (room: RoomRecord, key: string, above: string): boolean => {
    for (let at = room.seats.get(key).by; at !== undefined; at = room.seats.get(at).by) {
      if (at === above) return true;
    }
    return false;
  };

  const below = (room: RoomRecord, above: string): string[] =>
    [...room.seats.keys()].filter((key) => isBelow(room, key, above));

  const revokeOne = async (room: RoomRecord, key: string): Promise<void> => {
    const { url, listener } = room.seats.get(key);
    if (listener !== undefined) {
      update(room, key, { listener: undefined });
      add(room, 'left', key);
    }
    room.seats.delete(key);
    if (url !== undefined) await E(urls).revoke(url);
  };

  return {
    rooms,
    seatOf,
    describe,
    read,
    below,
    add,
    enter: (room: RoomRecord, key: string, name: string, listener: Listener): void => {
      const before = seatOf(room, key);
      update(room, key, { name: insistText('a name', name, 40), listener });
      if (before.listener === undefined || before.name !== name) add(room, 'came', key);
      tellPeople(room);
    },
    stepOut: (room: RoomRecord, key: string): void => {
      if (seatOf(room, key).listener === undefined) return;
      update(room, key, { listener: undefined });
      add(room, 'left', key);
      tellPeople(room);
    },
    invite: async (
      room: RoomRecord,
      key: string,
      seat: Seat,
      made: { readonly label: string; readonly by: string | undefined },
    ): Promise<string> => {
      const { label, by } = made;
      const none = { name: '', url: undefined, listener: undefined };
      room.seats.init(key, harden({ seat, label, by, ...none }));
      const { id, url } = await E(urls).issue(seat, label);
      update(room, key, { url: id });
      return url;
    },
    revoke: async (room: RoomRecord, key: string, above: string): Promise<void> => {
      if (!room.seats.has(key) || !isBelow(room, key, above)) {
        throw Error('the seat was not invited by you or your guests');
      }
      // With a seat go the seats that it invited, the newest first.
      const all = [key, ...below(room, key)].reverse();
      await Promise.all(all.map((each) => revokeOne(room, each)));
      tellPeople(room);
    },
  };
};

export const buildRootObject = (
  _powers: unknown,
  { services: { urls } }: Parameters,
  baggage: Baggage,
): Door => {
  const { rooms, seatOf, describe, read, below, add, enter, stepOut, invite, revoke } = makeRooms(
    baggage,
    urls,
  );
  const handle = keep(baggage, 'Seat', () => VatData.makeKindHandle('Seat'));

  interface Place {
    readonly state: { readonly room: string; readonly key: string };
  }
  const nextKey = (): string => {
    const next = keep(baggage, 'seats', () => 0) + 1;
    baggage.set('seats', next);
    return `s${next}`;
  };
  const roomOf = ({ state }: Place) => rooms.get(state.room);

  const makeSeat = VatData.defineDurableKind(
    handle,
    (room: string, key: string) => ({ room, key }),
    {
      welcome: (place: Place) =>
        harden({ kind: 'seat', ...describe(roomOf(place), place.state.key) }),
      enter: (place: Place, name: string, listener: Listener) => {
        const room = roomOf(place);
        enter(room, place.state.key, name, listener);
        const messages = read(room, Infinity, PAGE);
        return harden({ ...describe(room, place.state.key), messages });
      },
      stepOut: (place: Place) => stepOut(roomOf(place), place.state.key),
      say: (place: Place, text: string) => {
        seatOf(roomOf(place), place.state.key);
        return add(roomOf(place), 'said', place.state.key, insistText('a message', text, 4_000));
      },
      history: (place: Place, before: number, most: number) => {
        seatOf(roomOf(place), place.state.key);
        return read(roomOf(place), before, most);
      },
      invite: async (place: Place, label: string) => {
        const room = roomOf(place);
        const { key: by } = place.state;
        seatOf(room, by);
        const said = { label: insistText('a label', label, 40), by };
        const key = nextKey();
        const url = await invite(room, key, makeSeat(place.state.room, key), said);
        return harden({ seat: key, label: said.label, name: '', url });
      },
      invitations: (place: Place): readonly Invitation[] => {
        const room = roomOf(place);
        seatOf(room, place.state.key);
        return harden(
          below(room, place.state.key).map((seat) => {
            const { label, name } = room.seats.get(seat);
            return { seat, label, name };
          }),
        );
      },
      revoke: (place: Place, seat: string) => {
        seatOf(roomOf(place), place.state.key);
        return revoke(roomOf(place), seat, place.state.key);
      },
    },
  ) as unknown as (room: string, key: string) => Seat;

  return Far('door', {
    welcome: () => harden({ kind: 'door', rooms: rooms.getSize() }),
    open: async (title: string) => {
      const id = `room ${rooms.getSize() + 1}`;
      const room: RoomRecord = harden({
        title: insistText('a title', title, 80),
        messages: makeStore<number, Message>('messages'),
        seats: makeStore<string, SeatRecord>('seats'),
      });
      rooms.init(id, room);
      const key = nextKey();
      const said = { label: `opened ${room.title}`, by: undefined };
      const url = await invite(room, key, makeSeat(id, key), said);
      return harden({ title: room.title, url });
    },
  });
};
