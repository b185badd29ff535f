/** What the store of the kernel has of a session: all of it changes in the same inputs as the kernel itself. */
import { isKPromise, type KObject, type KPromise, type KRef } from '@cooperage/types';
import type { GatewayInput, GatewayPort } from 'cooperage/gateway-port';

const SESSIONS = 'gateway.session.';
const AT = 'gateway.at.';
const REVOKED = 'gateway.revoked.';
const REFS = 'gateway.ref.';
const OBJECTS = 'gateway.object.';

/** What never changes of a session. */
export interface SessionRow {
  readonly id: string;
  /** The URLs that it redeemed. */
  readonly urls: readonly string[];
}

export interface SessionRows {
  readonly id: string;
  /** The newest message that was accepted. */
  accepted: number;
  /** The day on which it was used last. */
  usedOn: number;
  nameOf(kref: KRef): string | undefined;
  krefOf(name: string): KRef | undefined;
  /** References that the client holds, and objects of its own. */
  readonly count: number;
  /** Calls that are not answered, and promises. */
  readonly unsettled: number;
  names(): readonly string[];
  /** A name for what the client is given. */
  give(input: GatewayInput, kref: KRef): string;
  /** The name is the message's: the answer to it. */
  answerOf(
    input: GatewayInput,
    n: number,
    target: KRef,
    methargs: { readonly body: string; readonly slots: KRef[] },
  ): KPromise;
  /** An object of the client, named by it. */
  takeObject(input: GatewayInput, name: string): KObject;
  releaseReference(input: GatewayInput, name: string): void;
  /** The object of the client is gone, of which vats know nothing any more. */
  objectDropped(object: KRef): string | undefined;
  saveProgress(input: GatewayInput): void;
  forget(input: GatewayInput): void;
  /** What is known here is read anew by others. */
  abandon(): void;
}

/** Sessions that wait for a promise, for all sessions of a gateway. */
export type Watchers = Map<KRef, Set<string>>;

export const listSessions = (port: GatewayPort): (readonly [hash: string, row: SessionRow])[] =>
  port
    .listTexts(SESSIONS)
    .map(([label, text]) => [label.slice(SESSIONS.length), JSON.parse(text) as SessionRow]);

export const saveSession = (input: GatewayInput, hash: string, row?: SessionRow): void =>
  input.setText(SESSIONS + hash, row === undefined ? undefined : JSON.stringify(row));

/** Sessions that ended with their URL, and the day: a client that was away is told so. */
export const listRevoked = (port: GatewayPort): (readonly [hash: string, day: number])[] =>
  port.listTexts(REVOKED).map(([label, text]) => [label.slice(REVOKED.length), Number(text)]);

export const saveRevoked = (input: GatewayInput, hash: string, day?: number): void =>
  input.setText(REVOKED + hash, day === undefined ? undefined : String(day));

/** The session of a client's object, of its label. */
export const ownerOf = (label: string): string =>
  label.slice(OBJECTS.length).split('.', 1)[0] ?? '';

export const openSessionRows = (port: GatewayPort, watchers: Watchers, id: string): SessionRows => {
  const refs = `${REFS}${id}.`;
  const objects = `${OBJECTS}${id}.`;
  const byName = new Map<string, KRef>();
  const byKRef = new Map<KRef, string>();
  let unsettled = 0;
  const add = (name: string, kref: KRef): void => {
    byName.set(name, kref);
    byKRef.set(kref, name);
    if (!isKPromise(kref)) return;
    unsettled += 1;
    const known = watchers.get(kref);
    if (known === undefined) watchers.set(kref, new Set([id]));
    else known.add(id);
  };
  const remove = (name: string): void => {
    const kref = byName.get(name);
    if (kref === undefined) return;
    byName.delete(name);
    if (byKRef.get(kref) === name) byKRef.delete(kref);
    if (!isKPromise(kref)) return;
    unsettled -= 1;
    const known = watchers.get(kref);
    known?.delete(id);
    if (known?.size === 0) watchers.delete(kref);
  };
  for (const [label, kref] of port.listKept(refs)) add(label.slice(refs.length), kref);
  for (const [label, kref] of port.listObjects(objects)) add(label.slice(objects.length), kref);
  const [accepted = 0, next = 1, usedOn = 0] = JSON.parse(port.textOf(AT + id) ?? '[]') as number[];
  let number = next;

  const rows: SessionRows = {
    id,
    accepted,
    usedOn,
    nameOf: (kref) => byKRef.get(kref),
    krefOf: (name) => byName.get(name),
    get count() {
      return byName.size;
    },
    get unsettled() {
      return unsettled;
    },
    names: () => [...byName.keys()],
    give: (input, kref) => {
      const known = byKRef.get(kref);
      if (known !== undefined) return known;
      const name = `${isKPromise(kref) ? 'p' : 'o'}${number}`;
      number += 1;
      if (isKPromise(kref)) input.watch(kref, refs + name);
      else input.keep(refs + name, kref);
      add(name, kref);
      rows.saveProgress(input);
      return name;
    },
    answerOf: (input, n, target, methargs) => {
      const kp = input.send(target, methargs, `${refs}a${n}`);
      add(`a${n}`, kp);
      return kp;
    },
    takeObject: (input, name) => {
      const object = input.exportObject(objects + name);
      add(name, object);
      return object;
    },
    releaseReference: (input, name) => {
      const kref = byName.get(name);
      if (kref === undefined) return;
      if (isKPromise(kref)) input.unwatch(refs + name);
      else if (name.startsWith('c')) input.retireObject(kref as KObject);
      else input.releaseReference(refs + name);
      remove(name);
    },
    objectDropped: (object) => {
      const name = byKRef.get(object);
      if (name !== undefined) remove(name);
      return name;
    },
    abandon: () => [...byName.keys()].forEach(remove),
    saveProgress: (input) =>
      input.setText(AT + id, JSON.stringify([rows.accepted, number, rows.usedOn])),
    forget: (input) => {
      for (const name of [...byName.keys()]) rows.releaseReference(input, name);
      input.setText(AT + id);
    },
  };
  return rows;
};
