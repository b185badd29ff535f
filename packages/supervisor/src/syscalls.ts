/** The syscall object that liveslots calls, made of one function that takes every syscall as data. */
import {
  CooperageError,
  LIMITS,
  type LiveSlotsSyscall,
  type Message,
  type VatSyscallObject,
  type VRef,
} from '@cooperage/types';

/**
 * Carries out one syscall.
 * @returns for those that read: what the vat is told, null for a miss
 */
export type PerformSyscall = (syscall: VatSyscallObject) => string | null | undefined;

const insistLength = (what: string, text: string, limit: number): void => {
  if (text.length > limit) {
    throw new CooperageError(
      'BAD_ARGUMENT',
      `a vatstore ${what} of ${text.length} characters; the limit is ${limit}`,
    );
  }
};
const insistKey = (key: string): void => {
  insistLength('key', key, LIMITS.vatstoreKeyLength);
};

/** The members in one order, whoever made the message: replays compare texts. */
const messageOf = (
  { body, slots }: Message<VRef>['methargs'],
  result: VRef | null | undefined,
): Message<VRef> => ({ methargs: { body, slots }, result: result ?? null });

export const makeSyscalls = (perform: PerformSyscall): LiveSlotsSyscall =>
  Object.freeze<LiveSlotsSyscall>({
    send: (target, methargs, result) => {
      perform(['send', target, messageOf(methargs, result)]);
    },
    callNow: () => {
      throw new CooperageError('ILLEGAL_SYSCALL', 'there are no devices to call');
    },
    subscribe: (vpid) => {
      perform(['subscribe', vpid]);
    },
    resolve: (resolutions) => {
      perform([
        'resolve',
        resolutions.map(
          ([vpid, isReject, { body, slots }]) => [vpid, isReject, { body, slots }] as const,
        ),
      ]);
    },
    exit: (isFailure, { body, slots }) => {
      perform(['exit', isFailure, { body, slots }]);
    },
    vatstoreGet: (key) => {
      insistKey(key);
      return perform(['vatstoreGet', key]) ?? undefined;
    },
    vatstoreGetNextKey: (priorKey) => {
      insistKey(priorKey);
      return perform(['vatstoreGetNextKey', priorKey]) ?? undefined;
    },
    vatstoreSet: (key, value) => {
      insistKey(key);
      insistLength('value', value, LIMITS.vatstoreValueLength);
      perform(['vatstoreSet', key, value]);
    },
    vatstoreDelete: (key) => {
      insistKey(key);
      perform(['vatstoreDelete', key]);
    },
    dropImports: (vrefs) => {
      perform(['dropImports', vrefs]);
    },
    retireImports: (vrefs) => {
      perform(['retireImports', vrefs]);
    },
    retireExports: (vrefs) => {
      perform(['retireExports', vrefs]);
    },
    abandonExports: (vrefs) => {
      perform(['abandonExports', vrefs]);
    },
  });
