/** Messages to peers about objects that are no longer reachable or recognizable. */
import type { KObject, PeerID } from '@cooperage/types';
import type { KernelTables } from '../tables/kernel-tables.js';
import type { ObjectRow } from '../tables/references/objects.js';
import { idOf, sumOf } from '../tables/links/link-rows.js';
import { panic } from '../panic.js';
import type { Lending } from './lending.js';
import type { GivenBack } from './link-message.js';
import type { Outbox } from './outbox.js';

export interface FarGarbage {
  /** Nothing here can reach an object of a peer any more. */
  giveBack(ko: KObject, row: ObjectRow): void;
  /**
   * An object has lost its owner and nothing can reach it: peers that can recognize it get `gone`.
   * @returns how many do
   */
  tellGone(ko: KObject): number;
  /** The row of an object without an owner is deleted. */
  forget(ko: KObject): void;
  /** Sends everything that was recorded since the last call. */
  flush(): void;
  /** After an aborted crank. */
  discard(): void;
}

/** Objects in one message. */
const MOST_OBJECTS = 1_000;

const addTo = <T>(lists: Map<PeerID, T[]>, peer: PeerID, item: T): void => {
  const list = lists.get(peer);
  if (list === undefined) lists.set(peer, [item]);
  else list.push(item);
};

const inParts = function* <T>(lists: Map<PeerID, T[]>): Iterable<readonly [PeerID, T[]]> {
  for (const [peer, list] of [...lists].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (let i = 0; i < list.length; i += MOST_OBJECTS)
      yield [peer, list.slice(i, i + MOST_OBJECTS)];
  }
  lists.clear();
};

export const makeFarGarbage = (
  { links, objects }: KernelTables,
  outbox: Outbox,
  lending: Lending,
): FarGarbage => {
  const given = new Map<PeerID, GivenBack[]>();
  const gone = new Map<PeerID, number[]>();
  /** Read once a collection. */
  let peers: readonly PeerID[] | undefined;
  return {
    giveBack: (ko, { recognizable }) => {
      const far = links.far(ko) ?? panic(`${ko} is not of a peer`);
      const keeps = recognizable > 0;
      const isNew = sumOf(far.received) > 0;
      if (isNew || (far.keeps && !keeps)) addTo(given, far.home, [far.id, far.received, keeps]);
      if (keeps) {
        if (isNew) links.setFar(ko, { ...far, received: {}, keeps: true });
        return;
      }
      objects.delete(ko);
      links.deleteFar(ko);
    },
    tellGone: (ko) => {
      peers ??= links.peers();
      let told = 0;
      for (const peer of peers) {
        if (links.lent(peer, ko) === undefined) continue;
        lending.forget(peer, ko);
        addTo(gone, peer, idOf(ko));
        told += 1;
      }
      return told;
    },
    discard: () => {
      given.clear();
      gone.clear();
      peers = undefined;
    },
    forget: (ko) => links.deleteFar(ko),
    flush: () => {
      peers = undefined;
      for (const [peer, list] of inParts(given)) outbox.post(peer, { op: 'gc', objects: list });
      for (const [peer, ids] of inParts(gone)) outbox.post(peer, { op: 'gone', ids });
    },
  };
};
