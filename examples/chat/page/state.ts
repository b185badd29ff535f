/** The state of the page, and its reference: a seat, or the door. */
import { connect, type Client, type GatewayError, type Remote } from '@cooperage/client';
import { computed, signal } from '@preact/signals';
import type { Door, Invitation, Listener, Message, Person, Room, Seat } from '../src/vats/types.js';

type Welcome = ReturnType<Seat['welcome']> | ReturnType<Door['welcome']>;
export type View = 'loading' | 'nothing' | 'door' | 'entry' | 'room' | 'ended';

export interface Unsent {
  readonly id: number;
  readonly text: string;
  /** Its number, once acknowledged. */
  readonly n?: number;
  readonly problem?: string;
}

export const view = signal<View>('loading');
export const isConnected = signal(false);
export const end = signal<{ readonly code: string; readonly message: string } | undefined>(
  undefined,
);
export const room = signal<Room | undefined>(undefined);
export const people = signal<readonly Person[]>([]);
export const invitations = signal<readonly Invitation[]>([]);
export const unsent = signal<readonly Unsent[]>([]);
const byNumber = signal<ReadonlyMap<number, Message>>(new Map());

export const messages = computed(() =>
  [...byNumber.value.values()].sort((one, other) => one.n - other.n),
);
export const hasEarlier = computed(() => (messages.value[0]?.n ?? 1) > 1);

const take = (more: readonly Message[]): void => {
  const all = new Map(byNumber.value);
  for (const message of more) all.set(message.n, message);
  byNumber.value = all;
  unsent.value = unsent.value.filter(({ n }) => n === undefined || !all.has(n));
};

/** The room calls it. Calls that were made while the page was away arrive when it is back. */
class RoomListener implements Listener {
  heard(message: Message): void {
    take([message]);
  }
  people(list: readonly Person[]): void {
    people.value = list;
    const names = new Map(list.map(({ seat, name }) => [seat, name]));
    invitations.value = invitations.value.map((each) => ({
      ...each,
      name: names.get(each.seat) ?? each.name,
    }));
  }
}
const listener = new RoomListener();

const secret = location.hash.slice(1);
const SESSION = `session ${secret.slice(0, 12)}`;
const NAME = 'name';

let client: Client<Seat & Door> | undefined;
const root = (): Remote<Seat & Door> => {
  if (client === undefined) throw new Error('the page has no reference');
  return client.root;
};

const problemOf = (error: unknown): string => (error as Error).message;

/** Shows why the reference has ended. */
const showEnd = (reason: GatewayError | undefined): void => {
  if (reason === undefined || reason.code === 'CLOSED') return;
  if (reason.code !== 'GATEWAY_TAKEN_OVER') sessionStorage.removeItem(SESSION);
  end.value = { code: reason.code, message: reason.message };
  view.value = 'ended';
};

export const enter = async (name: string): Promise<void> => {
  const entered = await root().enter(name, listener);
  localStorage.setItem(NAME, entered.name);
  room.value = entered;
  take(entered.messages);
  view.value = 'room';
  invitations.value = await root().invitations();
};

export const usualName = (): string => room.value?.name || (localStorage.getItem(NAME) ?? '');

export const stepOut = async (): Promise<void> => {
  await root().stepOut();
  view.value = 'entry';
};

let lastUnsent = 0;

/** Shows a message at once. It reaches the room once: now, or when the server is back. */
export const say = (text: string): void => {
  lastUnsent += 1;
  const id = lastUnsent;
  unsent.value = [...unsent.value, { id, text }];
  const change = (to: Partial<Unsent>): void => {
    unsent.value = unsent.value
      .map((each) => (each.id === id ? { ...each, ...to } : each))
      .filter(({ n }) => n === undefined || !byNumber.value.has(n));
  };
  root()
    .say(text)
    .then(
      (n) => change({ n }),
      (error: unknown) => change({ problem: problemOf(error) }),
    );
};

export const dismiss = (id: number): void => {
  unsent.value = unsent.value.filter((each) => each.id !== id);
};

export const loadEarlier = async (): Promise<void> => {
  const first = messages.value[0]?.n ?? 1;
  take(await root().history(first, 50));
};

export const invite = async (label: string): Promise<string> => {
  const { url } = await root().invite(label);
  invitations.value = await root().invitations();
  return url;
};

export const revoke = async (seat: string): Promise<void> => {
  await root().revoke(seat);
  invitations.value = await root().invitations();
};

export const openRoom = async (title: string): Promise<string> => (await root().open(title)).url;

const begin = async (): Promise<void> => {
  const welcome = (await root().welcome()) as Welcome;
  if (welcome.kind === 'door') {
    view.value = 'door';
    return;
  }
  room.value = welcome;
  document.title = welcome.title;
  const isBack = sessionStorage.getItem(SESSION) !== null && welcome.name !== '';
  if (isBack) await enter(welcome.name);
  else view.value = 'entry';
};

export const start = (): void => {
  addEventListener('hashchange', () => location.reload());
  if (secret === '') {
    view.value = 'nothing';
    return;
  }
  const session = sessionStorage.getItem(SESSION);
  client = connect<Seat & Door>(location.href, {
    gateway: `${location.origin}/gateway`,
    objects: [listener],
    ...(session !== null && { session }),
    onStatus: (status, reason) => {
      isConnected.value = status === 'connected';
      if (status === 'ended') showEnd(reason);
    },
  });
  begin().then(
    () => {
      if (client?.session !== undefined) sessionStorage.setItem(SESSION, client.session);
    },
    (error: unknown) => {
      if (end.value !== undefined) return;
      end.value = { code: 'REJECTED', message: problemOf(error) };
      view.value = 'ended';
    },
  );
};
