/**
 * Messages of peers, which may be wholly taken over: parsed with {@link parseLinkMessage} before anything else looks at
 * them.
 */
import {
  CooperageError,
  ERROR_CODES,
  type ErrorCode,
  insistModestAtOnce,
  isPeerID,
  LIMITS,
  messageOf,
  type PeerID,
} from '@cooperage/types';
import {
  type AllegedBy,
  type Counts,
  type GivenBack,
  type LinkMessage,
  type LinkOp,
  type LinkTarget,
  MOST_NUMBER,
  type PromiseName,
  type Settlement,
  type Slot,
} from './link-message.js';

/** The message breaks the protocol: no part of it is applied. */
export const corrupt = (message: string): never => {
  throw new CooperageError('LINK_CORRUPT', message);
};

const OBJECT =
  /^o\.([a-z][a-z0-9-]{0,31}~[1-9][0-9]{0,8})\.([1-9][0-9]{0,13})(?:@([a-z][a-z0-9-]{0,31}~[1-9][0-9]{0,8})\.([1-9][0-9]{0,13}))?$/;
const PROMISE = /^p\.([a-z][a-z0-9-]{0,31}~[1-9][0-9]{0,8}#[1-9][0-9]{0,13})\.(0|[1-9][0-9]{0,2})$/;
const TARGET =
  /^(?:o\.([a-z][a-z0-9-]{0,31}~[1-9][0-9]{0,8})\.([1-9][0-9]{0,13})|p\.([a-z][a-z0-9-]{0,31}~[1-9][0-9]{0,8}#[1-9][0-9]{0,13}))$/;
const NAME = /^[a-z][a-z0-9-]{0,31}~[1-9][0-9]{0,8}#[1-9][0-9]{0,13}$/;

const insistArray = (value: unknown, what: string, most = Infinity): readonly unknown[] => {
  if (!Array.isArray(value)) return corrupt(`${what} must be an array`);
  if (value.length > most) return corrupt(`${what} has ${value.length} members, not ${most}`);
  return value as readonly unknown[];
};

const insistTuple = (value: unknown, length: number, what: string): readonly unknown[] => {
  const tuple = insistArray(value, what);
  return tuple.length === length ? tuple : corrupt(`${what} must have ${length} members`);
};

const insistString = (value: unknown, what: string, most = Infinity): string => {
  if (typeof value !== 'string') return corrupt(`${what} must be a string`);
  return value.length <= most ? value : corrupt(`${what} is longer than ${most} characters`);
};

const insistBoolean = (value: unknown, what: string): boolean =>
  typeof value === 'boolean' ? value : corrupt(`${what} must be a boolean`);

const insistWhole = (value: unknown, least: number, what: string): number =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= MOST_NUMBER
    ? (value as number)
    : corrupt(`${what} must be a whole number from ${least} to ${MOST_NUMBER}`);

const insistPeer = (value: unknown, what: string): PeerID =>
  isPeerID(value) ? value : corrupt(`${what} must be a peer id`);

const insistName = (value: unknown): PromiseName =>
  NAME.test(insistString(value, 'a name', LIMITS.tableKeyLength))
    ? (value as PromiseName)
    : corrupt('the name of a promise must be PEER#NUMBER');

const parseSlot = (value: unknown): Slot => {
  const text = insistString(value, 'a slot', LIMITS.tableKeyLength);
  const [, home, id, peer, n] = OBJECT.exec(text) ?? [];
  if (home !== undefined) {
    return {
      ...{ type: 'object', home: home as PeerID, id: Number(id) },
      ...(peer !== undefined && { via: { peer: peer as PeerID, n: Number(n) } }),
    };
  }
  const [, name, hops] = PROMISE.exec(text) ?? [];
  if (name === undefined)
    return corrupt('a slot must be o.HOME.ID, o.HOME.ID@PEER.N or p.NAME.HOPS');
  return { type: 'promise', name: name as PromiseName, hops: Number(hops) };
};

const parseTarget = (value: unknown): LinkTarget => {
  const match = TARGET.exec(insistString(value, 'a target', LIMITS.tableKeyLength));
  if (match === null) return corrupt('a target must be o.HOME.ID or p.NAME');
  const [, home, id, name] = match;
  return name === undefined
    ? { type: 'object', home: home as PeerID, id: Number(id) }
    : { type: 'promise', name: name as PromiseName };
};

const parseData = (body: unknown, slots: unknown): { body: string; slots: readonly Slot[] } => {
  const text = insistString(body, 'a body', LIMITS.capdataLength);
  const parsed = insistArray(slots, 'slots', LIMITS.capdataSlots).map(parseSlot);
  try {
    insistModestAtOnce([{ body: text, slots: [] }]);
  } catch (thrown) {
    return corrupt(messageOf(thrown));
  }
  return { body: text, slots: parsed };
};

const isErrorCode = (value: unknown): value is ErrorCode =>
  (ERROR_CODES as readonly unknown[]).includes(value);

const parseBy = (value: unknown): AllegedBy => {
  if (typeof value !== 'object' || value === null) return corrupt('`by` must be an object');
  const { code, name, reasonCode } = value as Record<string, unknown>;
  return {
    ...(isErrorCode(code) && { code }),
    ...(typeof name === 'string' && { name: insistString(name, 'a name', LIMITS.reasonLength) }),
    ...(isErrorCode(reasonCode) && { reasonCode }),
  };
};

const parseSettlement = (value: unknown): Settlement => {
  const parts = insistArray(value, 'a settlement', 5);
  if (parts.length < 4) return corrupt('a settlement is [name, isReject, body, slots, by?]');
  const [name, isReject, body, slots, by] = parts;
  return {
    name: insistName(name),
    isReject: insistBoolean(isReject, 'isReject'),
    ...parseData(body, slots),
    by: by === undefined ? null : parseBy(by),
  };
};

const parseCounts = (value: unknown, what: string): Counts => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return corrupt(`${what} must be an object`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([peer, n]) => [insistPeer(peer, what), insistWhole(n, 1, what)]),
  );
};

const parseGivenBack = (value: unknown): GivenBack => {
  const [id, counts, keeps] = insistTuple(value, 3, 'what is given back');
  return [
    insistWhole(id, 1, 'an id'),
    parseCounts(counts, 'counts'),
    insistBoolean(keeps, 'keeps'),
  ];
};

type Parts = readonly unknown[];

const OPS: Readonly<Record<LinkOp['op'], (parts: Parts) => LinkOp>> = {
  send: (parts) => {
    const [target, body, slots, result, hops] = insistTuple(parts, 5, 'a send');
    return {
      ...{ op: 'send', target: parseTarget(target), ...parseData(body, slots) },
      result: result === null ? null : insistName(result),
      hops: insistWhole(hops, 0, 'hops'),
    };
  },
  resolve: (parts) => {
    const [settled] = insistTuple(parts, 1, 'a resolve');
    return { op: 'resolve', settled: insistArray(settled, 'a resolve').map(parseSettlement) };
  },
  retire: (parts) => ({ op: 'retire', name: insistName(insistTuple(parts, 1, 'a retire')[0]) }),
  echo: (parts) => ({ op: 'echo', name: insistName(insistTuple(parts, 1, 'an echo')[0]) }),
  echoed: (parts) => {
    const [name, at, upTo] = insistTuple(parts, 3, 'an echoed');
    return {
      ...{ op: 'echoed', name: insistName(name) },
      at: at === null ? null : insistPeer(at, 'at'),
      upTo: insistWhole(upTo, 0, 'upTo'),
    };
  },
  grant: (parts) => {
    const [id, peer] = insistTuple(parts, 2, 'a grant');
    return { op: 'grant', id: insistWhole(id, 1, 'an id'), peer: insistPeer(peer, 'a holder') };
  },
  gc: (parts) => ({
    op: 'gc',
    objects: insistArray(insistTuple(parts, 1, 'a gc')[0], 'a gc').map(parseGivenBack),
  }),
  gone: (parts) => ({
    op: 'gone',
    ids: insistArray(insistTuple(parts, 1, 'a gone')[0], 'a gone').map((id) =>
      insistWhole(id, 1, 'an id'),
    ),
  }),
  find: (parts) => {
    const [name, result] = insistTuple(parts, 2, 'a find');
    return {
      ...{ op: 'find', name: insistString(name, 'a name', LIMITS.vatstoreKeyLength) },
      result: insistName(result),
    };
  },
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (thrown) {
    return corrupt(`it is not JSON (${messageOf(thrown)})`);
  }
};

/** @throws {CooperageError} `LINK_CORRUPT` */
export const parseLinkMessage = (text: unknown): LinkMessage => {
  const parts = insistArray(
    parseJson(insistString(text, 'a message', LIMITS.recordLength)),
    'a message',
  );
  const [n, needs, op, ...rest] = parts;
  if (typeof op !== 'string' || !Object.hasOwn(OPS, op)) {
    return corrupt(
      `there is no op ${typeof op === 'string' ? JSON.stringify(op.slice(0, 40)) : typeof op}`,
    );
  }
  return {
    n: insistWhole(n, 1, 'the number of a message'),
    needs: needs === 0 ? {} : parseCounts(needs, 'needs'),
    op: OPS[op as LinkOp['op']](rest),
  };
};
