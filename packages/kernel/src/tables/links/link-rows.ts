import {
  type CapData,
  formatKObject,
  type KObject,
  type KPromise,
  numberOf,
  type PeerID,
  type Tables,
} from '@cooperage/types';
import type { Counts, PromiseName } from '../../links/link-message.js';
import { endOf, keys, numberAtEnd } from '../schema.js';

/** A peer kernel: how far the links from it and to it are. */
export interface PeerRow {
  /** The last number that was sent to it. */
  readonly sent: number;
  /** The last number that it is known to have taken. */
  readonly conveyed?: number;
  /** The last number that was taken from it. */
  readonly taken: number;
  /** To be said in the next message to it: take this after the messages of other links. */
  readonly needs: Counts;
  /** Why it is lost, where it is. */
  readonly lost?: string;
}

/** An object of a peer. */
export interface FarRow {
  readonly home: PeerID;
  /** Its number there. */
  readonly id: number;
  /** How often it was received since the last `gc` to its home. */
  readonly received: Counts;
  /** The last `gc` told the home that it is still recognizable here. */
  readonly keeps: boolean;
}

/** What a peer holds of an object of this kernel. */
export interface LentRow {
  /** How often it was given to the peer and not given back. */
  readonly by: Counts;
  /** The peer still compares it. */
  readonly keeps: boolean;
}

/** The name under which a peer decides a promise, or knows which party does. */
export interface ViaRow {
  readonly peer: PeerID;
  readonly name: PromiseName;
  /** Messages that went to it by that link. */
  readonly sentOn: number;
}

/** A settlement that is not applied before the peer has answered an echo. */
export interface EmbargoRow {
  readonly promise: KPromise;
  readonly data: CapData<KObject | KPromise>;
}

/** All rows about kernels that are linked with this one. They can be iterated at any time in a crank. */
export interface LinkRows {
  /** The name of this kernel for its peers; undefined where it has none. */
  self(): PeerID | undefined;
  setSelf(peer: PeerID): void;
  find(peer: PeerID): PeerRow | undefined;
  peer(peer: PeerID): PeerRow;
  putPeer(peer: PeerID, row: PeerRow): void;
  peers(): PeerID[];
  isLost(peer: PeerID): boolean;

  addSent(peer: PeerID, n: number, text: string): void;
  /** Messages that the peer is not known to have taken, in order. */
  sent(peer: PeerID): IterableIterator<readonly [n: number, text: string]>;
  deleteSent(peer: PeerID, n: number): void;
  /** Messages that the peer is not known to have taken. */
  length(peer: PeerID): number;
  /** Peers to which something was sent in this crank. */
  sentTo(): Iterable<PeerID>;
  /** The crank is over. */
  forget(): void;

  promise(peer: PeerID, name: PromiseName): KPromise | undefined;
  setName(peer: PeerID, name: PromiseName, kp: KPromise): void;
  deleteName(peer: PeerID, name: PromiseName): void;
  names(peer: PeerID): (readonly [name: PromiseName, kp: KPromise])[];

  embargo(peer: PeerID, name: PromiseName): EmbargoRow | undefined;
  setEmbargo(peer: PeerID, name: PromiseName, row: EmbargoRow): void;
  deleteEmbargo(peer: PeerID, name: PromiseName): void;
  embargoes(peer: PeerID): PromiseName[];

  far(ko: KObject): FarRow | undefined;
  findFar(home: PeerID, id: number): KObject | undefined;
  setFar(ko: KObject, row: FarRow): void;
  deleteFar(ko: KObject): void;
  farOf(home: PeerID): KObject[];

  lent(peer: PeerID, ko: KObject): LentRow | undefined;
  setLent(peer: PeerID, ko: KObject, row: LentRow): void;
  deleteLent(peer: PeerID, ko: KObject): void;
  lentTo(peer: PeerID): KObject[];

  via(kp: KPromise): ViaRow | undefined;
  setVia(kp: KPromise, row: ViaRow): void;
  deleteVia(kp: KPromise): void;

  /** The name under which a peer knows the promise, to which it subscribes. */
  told(kp: KPromise, peer: PeerID): PromiseName | undefined;
  setTold(kp: KPromise, peer: PeerID, name: PromiseName): void;
  deleteTold(kp: KPromise, peer: PeerID): void;
}

export const sumOf = (counts: Counts = {}): number =>
  Object.values(counts).reduce((sum, n) => sum + n, 0);

const NEW_PEER: PeerRow = { sent: 0, taken: 0, needs: {} };

const parse = <Row>(text: string | undefined): Row | undefined =>
  text === undefined ? undefined : (JSON.parse(text) as Row);

export const makeLinkRows = (rows: Tables): LinkRows => {
  const under = function* (prefix: string): IterableIterator<string> {
    for (const key of rows.keys(prefix, endOf(prefix))) yield key.slice(prefix.length);
  };
  const set = (key: string, row: unknown): void => rows.set(key, JSON.stringify(row));
  const find = (peer: PeerID): PeerRow | undefined => parse<PeerRow>(rows.get(keys.peer(peer)));
  /** What it holds or names is found by its row, also before a message of it has come. */
  const know = (peer: PeerID): void => {
    if (!rows.has(keys.peer(peer))) set(keys.peer(peer), NEW_PEER);
  };
  const sentTo = new Set<PeerID>();
  const far = (ko: KObject): FarRow | undefined => parse<FarRow>(rows.get(keys.far(ko)));
  return {
    self: () => rows.get(keys.linkSelf) as PeerID | undefined,
    setSelf: (peer) => rows.set(keys.linkSelf, peer),
    find,
    peer: (peer) => find(peer) ?? NEW_PEER,
    putPeer: (peer, row) => set(keys.peer(peer), row),
    peers: () => [...under(keys.peer(''))] as PeerID[],
    isLost: (peer) => find(peer)?.lost !== undefined,

    addSent: (peer, n, text) => {
      rows.set(keys.linkSent(peer, n), text);
      sentTo.add(peer);
    },
    length: (peer) => {
      const { sent, conveyed = 0 } = find(peer) ?? NEW_PEER;
      return sent - conveyed;
    },
    sentTo: () => sentTo,
    forget: () => sentTo.clear(),
    *sent(peer) {
      const prefix = keys.linkSents(peer);
      for (const key of rows.keys(prefix, endOf(prefix))) {
        yield [numberAtEnd(key), rows.get(key) as string];
      }
    },
    deleteSent: (peer, n) => rows.delete(keys.linkSent(peer, n)),

    promise: (peer, name) => rows.get(keys.linkName(peer, name)) as KPromise | undefined,
    setName: (peer, name, kp) => {
      know(peer);
      rows.set(keys.linkName(peer, name), kp);
    },
    deleteName: (peer, name) => rows.delete(keys.linkName(peer, name)),
    names: (peer) =>
      [...under(keys.linkName(peer, ''))].map(
        (name) =>
          [
            name as PromiseName,
            rows.get(keys.linkName(peer, name as PromiseName)) as KPromise,
          ] as const,
      ),

    embargo: (peer, name) => parse<EmbargoRow>(rows.get(keys.embargo(peer, name))),
    setEmbargo: (peer, name, row) => set(keys.embargo(peer, name), row),
    deleteEmbargo: (peer, name) => rows.delete(keys.embargo(peer, name)),
    embargoes: (peer) => [...under(keys.embargo(peer, ''))] as PromiseName[],

    far,
    findFar: (home, id) => rows.get(keys.farID(home, id)) as KObject | undefined,
    setFar: (ko, row) => {
      know(row.home);
      set(keys.far(ko), row);
      rows.set(keys.farID(row.home, row.id), ko);
    },
    deleteFar: (ko) => {
      const row = far(ko);
      if (row === undefined) return;
      rows.delete(keys.far(ko));
      rows.delete(keys.farID(row.home, row.id));
    },
    farOf: (home) => {
      const prefix = keys.farIDs(home);
      return [...under(prefix)].map((id) => rows.get(`${prefix}${id}`) as KObject);
    },

    lent: (peer, ko) => parse<LentRow>(rows.get(keys.lent(peer, ko))),
    setLent: (peer, ko, row) => {
      know(peer);
      set(keys.lent(peer, ko), row);
    },
    deleteLent: (peer, ko) => rows.delete(keys.lent(peer, ko)),
    lentTo: (peer) => [...under(keys.lent(peer, ''))] as KObject[],

    via: (kp) => parse<ViaRow>(rows.get(keys.via(kp))),
    setVia: (kp, row) => set(keys.via(kp), row),
    deleteVia: (kp) => rows.delete(keys.via(kp)),

    told: (kp, peer) => rows.get(keys.told(kp, peer)) as PromiseName | undefined,
    setTold: (kp, peer, name) => rows.set(keys.told(kp, peer), name),
    deleteTold: (kp, peer) => rows.delete(keys.told(kp, peer)),
  };
};

/** An object of this kernel by its number. */
export const ownObject = (id: number): KObject => formatKObject(id);
export const idOf = (ko: KObject): number => numberOf(ko);
