/** The syscall object that liveslots calls, made of one function that takes every syscall as data. */
import {
  type CapData,
  CooperageError,
  errorCapData,
  insistModestAtOnce,
  LIMITS,
  type LiveSlotsSyscall,
  type Message,
  messageOf,
  type VatSyscallObject,
  type VRef,
} from '@cooperage/types';

/**
 * Carries out one syscall.
 * @returns for syscalls that read: the value that the vat gets, null if there is none
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

/** The members always in one order: replays compare texts. */
const messageFrom = (
  { body, slots }: Message<VRef>['methargs'],
  result: VRef | null | undefined,
): Message<VRef> => ({ methargs: { body, slots }, result: result ?? null });

/** The data, or where it is too much for a syscall an error that says so, because it has a subscriber. */
const readable = (data: CapData<VRef>): readonly [isBad: boolean, data: CapData<VRef>] => {
  try {
    insistModestAtOnce([data]);
    return [false, data];
  } catch (error) {
    return [true, errorCapData(messageOf(error))];
  }
};

/**
 * @param checksData liveslots sends no data that the kernel would refuse; others than ours may, and what would end the
 *   vat is an error instead
 */
export const makeSyscalls = (
  perform: PerformSyscall,
  checksData: () => boolean,
): LiveSlotsSyscall => {
  const modest = (data: CapData<VRef>): readonly [isBad: boolean, data: CapData<VRef>] =>
    checksData() ? [false, data] : readable(data);
  return Object.freeze<LiveSlotsSyscall>({
    send: (target, methargs, result) => {
      if (!checksData()) insistModestAtOnce([methargs]);
      perform(['send', target, messageFrom(methargs, result)]);
    },
    callNow: () => {
      throw new CooperageError(
        'ILLEGAL_SYSCALL',
        'callNow is not supported: this kernel has no devices',
      );
    },
    subscribe: (vpid) => {
      perform(['subscribe', vpid]);
    },
    resolve: (resolutions) => {
      perform([
        'resolve',
        resolutions.map(([vpid, isReject, data]) => {
          const [isBad, { body, slots }] = modest(data);
          return [vpid, isReject || isBad, { body, slots }] as const;
        }),
      ]);
    },
    exit: (isFailure, info) => {
      const [isBad, { body, slots }] = modest(info);
      perform(['exit', isFailure || isBad, { body, slots }]);
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
};
