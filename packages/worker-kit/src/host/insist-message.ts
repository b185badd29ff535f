/** What comes from a thread, checked: a thread that was taken over posts anything. */
import {
  CooperageError,
  insistConsoleLevel,
  insistDivergence,
  insistExitKind,
  insistList,
  insistNatural,
  insistText,
  LIMITS,
  type WorkerExit,
} from '@cooperage/types';
import type { CommonMessage, VatIndex } from '../protocol.js';

const bad = (detail: string): CooperageError => new CooperageError('BAD_ARGUMENT', detail);

/** Characters of what a thread or a vat prints at once. */
const PRINTED = 1_000_000;

type Common = Exclude<CommonMessage, readonly ['failed' | 'read', ...unknown[]]>;

export const insistIndex = (value: unknown): VatIndex => insistNatural(value, 'the index of a vat');

/**
 * Messages that threads of every kind send.
 * @returns undefined for any other tag
 * @throws {CooperageError} `BAD_ARGUMENT`
 */
export const insistCommonMessage = (message: readonly unknown[]): Common | undefined => {
  const [tag, vat, a, b, c] = message;
  switch (tag) {
    case 'log':
      return [tag, insistText(vat, 'what a thread prints', PRINTED)];
    case 'records':
      // Each of them is looked at when its turn comes to be retired; the manager looks at the times.
      return [
        tag,
        insistIndex(vat),
        [...insistList(a, 'records')] as string[],
        b === undefined ? [] : ([...insistList(b, 'times of records')] as number[]),
      ];
    case 'replayed':
      return [
        tag,
        insistIndex(vat),
        insistNatural(a, 'the delivery that was replayed'),
        insistNatural(b, 'the number of entries that were replayed'),
      ];
    case 'diverged':
      return [tag, insistIndex(vat), insistDivergence(a)];
    case 'console':
      return [
        tag,
        insistIndex(vat),
        insistConsoleLevel(a),
        insistText(b, 'what a vat prints', PRINTED),
        insistNatural(c, 'the delivery in which a vat prints'),
      ];
    case 'stopped':
      return [tag, insistIndex(vat)];
    default:
      return undefined;
  }
};

/** A question of one of these kinds, for a key. */
export const insistRead = <Operation extends string>(
  [, vat, asked, key]: readonly unknown[],
  operations: readonly Operation[],
): readonly ['read', VatIndex, Operation, string] => {
  const operation = operations.find((each) => each === asked);
  if (operation === undefined) throw bad('a vat made an invalid request to its store');
  if (typeof key !== 'string' || key.length > LIMITS.vatstoreKeyLength) {
    throw bad(`a key must be a text of at most ${LIMITS.vatstoreKeyLength} characters`);
  }
  return ['read', insistIndex(vat), operation, key];
};

/** What a thread says of the end of one of its vats. That it was another vat's doing is for the host to say. */
export const insistFailed = <Kind extends WorkerExit['kind']>(
  [, vat, asked, n, message]: readonly unknown[],
  kinds: readonly Kind[],
): readonly ['failed', VatIndex, Kind, number, string] => {
  const kind = kinds.find((each) => each === insistExitKind(asked));
  if (kind === undefined) throw bad(`a thread may not report that a vat is ${String(asked)}`);
  return [
    'failed',
    insistIndex(vat),
    kind,
    insistNatural(n, 'the delivery at which a vat failed'),
    insistText(message, 'why a vat failed'),
  ];
};

export interface Hearing<Message> {
  /** @throws {CooperageError} for what is no message */
  readonly insist: (value: unknown) => Message;
  readonly hear: (message: Message) => void;
  /** The thread said what none says. `vat`: the one that the message was about, as far as can be told. */
  readonly broken: (why: string, vat: unknown) => void;
  /** Whether anything is still heard of the thread. */
  readonly listens: () => boolean;
}

/** Hears what a thread posts, message by message, until one is none. */
export const hearBatch = <Message>(
  batch: unknown,
  { insist, hear, broken, listens }: Hearing<Message>,
): void => {
  if (!Array.isArray(batch)) {
    broken('it posted something other than a list of messages', undefined);
    return;
  }
  for (const value of batch as readonly unknown[]) {
    if (!listens()) return;
    let message: Message;
    try {
      message = insist(value);
    } catch (thrown) {
      broken(
        thrown instanceof CooperageError
          ? thrown.message
          : 'it posted a message that cannot be read',
        Array.isArray(value) ? (value as readonly unknown[])[1] : undefined,
      );
      return;
    }
    hear(message);
  }
};
