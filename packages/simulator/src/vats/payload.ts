/**
 * What scripted vats say to each other. Beside each slot travels a token: what
 * the sender believes the reference to be, so that a receiver can tell whether
 * the kernel has led it to the same thing.
 *
 * An object's token is `v1:o+5`, a promise's `v1:p+5`, both named by who made
 * it; what the host and the kernel made begins with `host:` or `kernel:`, and
 * `?` is a thing of unknown kind.
 */
import type { CapData, Message } from '@cooperage/types';

export type Token = string;
export const UNKNOWN: Token = '?';

/** Whether a token says what a thing is, and the thing is no object of the kernel. */
export const isTold = (token: Token): boolean => token !== UNKNOWN && !token.startsWith('kernel:');

const PROMISE = /:p\+([0-9]+)/;

/**
 * The number of a promise that a vat, or a host, has made; undefined for other things. In worlds of several kernels it is
 * larger than any that its maker had seen.
 */
export const ageOf = (token: Token): number | undefined => {
  const number = PROMISE.exec(token)?.[1];
  return number === undefined ? undefined : Number(number);
};

/** A reference and what it is. */
export interface Ref<Slot extends string> {
  readonly slot: Slot;
  readonly token: Token;
}

export interface Payload {
  /** Unique in the life of a kernel. */
  readonly id: string;
  /** What the sender sent it to. */
  readonly to: Token;
  /** What the promise for the answer is. */
  readonly result: Token | null;
  /** How many more messages it may bring about. */
  readonly fuel: number;
  readonly tokens: readonly Token[];
}

const sigil = (slot: string): string => (/^k?p/.test(slot) ? '&' : '$');

export const encodeCall = <Slot extends string>(
  method: string,
  head: Omit<Payload, 'tokens'>,
  refs: readonly Ref<Slot>[],
): CapData<Slot> => {
  const payload: Payload = { ...head, tokens: refs.map(({ token }) => token) };
  const args = [payload, ...refs.map(({ slot }, i) => `${sigil(slot)}${i}`)];
  return { body: `#${JSON.stringify([method, args])}`, slots: refs.map(({ slot }) => slot) };
};

export interface Call {
  readonly method: string;
  readonly payload: Payload | undefined;
}

export const decodeCall = ({ methargs }: Message<string>): Call => {
  const value: unknown = JSON.parse(methargs.body.slice(1));
  if (!Array.isArray(value)) return { method: '', payload: undefined };
  const [method, args] = value as [string, unknown[]];
  const last = args.find(
    (arg): arg is Payload => typeof arg === 'object' && arg !== null && 'id' in arg,
  );
  return { method, payload: last };
};

/** A single object, alone: messages queued on the promise go to it. */
export const encodeSole = <Slot extends string>({ slot, token }: Ref<Slot>): CapData<Slot> => ({
  body: `#${JSON.stringify(`$0.${token}`)}`,
  slots: [slot],
});

/** A single promise, alone: the promise that is resolved to it follows it. Nothing says what it is. */
export const encodeLone = <Slot extends string>({ slot }: Ref<Slot>): CapData<Slot> => ({
  body: '#"&0"',
  slots: [slot],
});

export const encodeList = <Slot extends string>(refs: readonly Ref<Slot>[]): CapData<Slot> => ({
  body: `#${JSON.stringify({
    tokens: refs.map(({ token }) => token),
    list: refs.map(({ slot }, i) => `${sigil(slot)}${i}`),
  })}`,
  slots: refs.map(({ slot }) => slot),
});

const tokenOfInterface = (iface: string): Token =>
  iface === 'Alleged: admin' ? 'kernel:admin' : UNKNOWN;

/** What the slots of any capdata are, in their order. */
export const tokensOf = ({ body, slots }: CapData<string>): Token[] => {
  const value: unknown = JSON.parse(body.slice(1));
  if (typeof value === 'string') {
    const match = /^\$0\.(.*)$/s.exec(value);
    const token = match?.[1];
    if (token === undefined) return slots.map(() => UNKNOWN);
    return [token.startsWith('Alleged') ? tokenOfInterface(token) : token];
  }
  if (Array.isArray(value)) {
    const payload = (value[1] as unknown[] | undefined)?.find(
      (arg): arg is Payload => typeof arg === 'object' && arg !== null && 'tokens' in arg,
    );
    return payload === undefined ? slots.map(() => UNKNOWN) : [...payload.tokens];
  }
  if (typeof value !== 'object' || value === null) return slots.map(() => UNKNOWN);
  if ('tokens' in value) return [...(value as { tokens: Token[] }).tokens];
  const tokens = slots.map(() => UNKNOWN);
  for (const each of Object.values(value)) {
    const match = typeof each === 'string' ? /^\$([0-9]+)\.(.*)$/s.exec(each) : null;
    if (match) tokens[Number(match[1])] = tokenOfInterface(match[2] as string);
  }
  return tokens;
};
