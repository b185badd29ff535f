/** What comes from a thread, checked: a thread that was taken over posts anything. */
import { CooperageError, insistList, insistNatural } from '@cooperage/types';
import { insistCommonMessage, insistFailed, insistRead } from '@cooperage/worker-kit';
import type { FailureKind, FromThread } from './protocol.js';

const FAILURES: readonly FailureKind[] = ['crashed', 'load-failed', 'out-of-memory'];

/** @throws {CooperageError} `BAD_ARGUMENT` */
export const insistFromThread = (value: unknown): FromThread => {
  const message = insistList(value, 'a message');
  switch (message[0]) {
    case 'ready':
      return [
        'ready',
        message[1] === undefined ? undefined : insistNatural(message[1], 'the id of a thread'),
      ];
    case 'read':
      return insistRead(message, ['get', 'getNextKey'] as const);
    case 'failed':
      return insistFailed(message, FAILURES);
    default: {
      const common = insistCommonMessage(message);
      if (common === undefined)
        throw new CooperageError('BAD_ARGUMENT', 'a message whose tag no thread has');
      return common;
    }
  }
};
