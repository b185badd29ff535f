/** What comes from a thread, checked: a thread that was taken over posts anything. */
import {
  CooperageError,
  insistBytes,
  insistHeapImage,
  insistImageHash,
  insistList,
  type WorkerExit,
} from '@cooperage/types';
import { insistCommonMessage, insistFailed, insistIndex, insistRead } from '@cooperage/worker-kit';
import { hashOfImage } from '../heap-image.js';
import type { FromThread } from '../protocol.js';

/** That something was another vat's doing is for the host to say. */
const FAILURES: readonly WorkerExit['kind'][] = [
  'time-limit',
  'out-of-memory',
  'crashed',
  'load-failed',
  'bad-image',
];

const bad = (detail: string): CooperageError => new CooperageError('BAD_ARGUMENT', detail);

/** Images of other vats will be differences to it, so it must be what it says. */
const insistBase = ([, name, given]: readonly unknown[]): FromThread => {
  const hash = insistImageHash(name, 'the hash of a base image');
  const bytes = insistBytes(given, 'the bytes of a base image');
  if (hashOfImage(bytes) !== hash) throw bad('a base image that is not what it says');
  return ['base', hash, bytes];
};

/** @throws {CooperageError} `BAD_ARGUMENT` */
export const insistFromThread = (value: unknown): FromThread => {
  const message = insistList(value, 'a message');
  switch (message[0]) {
    case 'image':
      return [
        'image',
        insistIndex(message[1]),
        message[2] === undefined ? undefined : insistHeapImage(message[2]),
      ];
    case 'base':
      return insistBase(message);
    case 'read':
      return insistRead(message, ['get', 'getNextKey', 'bundle'] as const);
    case 'failed':
      return insistFailed(message, FAILURES);
    default: {
      const common = insistCommonMessage(message);
      if (common === undefined) throw bad('a message whose tag no thread has');
      return common;
    }
  }
};
