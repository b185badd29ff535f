/** What host code sees of a rejected promise: always an error, with a code that no vat can forge. */
import { allegedCodeOf } from '@cooperage/kernel';
import {
  CooperageError,
  type ErrorCode,
  isError,
  messageOf,
  type KPromise,
  type RejectedBy,
  type Rejection,
} from '@cooperage/types';
import { errorIdOf, markError } from './received-errors.js';

/** What every rejected promise of a kernel says about its rejection. */
export interface RejectionMarks {
  /** What happened: said by the kernel, never by a vat. */
  readonly code: ErrorCode;
  /** The vat that rejected the promise, or that the rejection is about: its name, and its id such as `v3`. */
  readonly vat?: string;
  readonly vatID?: string;
  /** The service that failed. */
  readonly service?: string;
  /** Why that vat ended, or was not upgraded: `CRANK_TIME_LIMIT`, `WORKER_OUT_OF_MEMORY` and so on. */
  readonly reasonCode?: ErrorCode;
  /** What the text of a vat or service claims: `METHOD_NOT_FOUND`, or the code of a rejection that it passed on. */
  readonly allegedCode?: ErrorCode;
  /** Names this failure: `error:liveSlots:…` is on the console of the vat, `error:kernel#v3` is the end of that vat. */
  readonly errorId: string;
}

/** A promise that the kernel rejected, or that was rejected with something that is no error. */
export class RejectionError extends CooperageError implements RejectionMarks {
  declare readonly vat?: string;
  declare readonly vatID?: string;
  declare readonly service?: string;
  declare readonly reasonCode?: ErrorCode;
  declare readonly allegedCode?: ErrorCode;
  declare readonly errorId: string;
  /** What it was rejected with, where that is no error. */
  declare readonly reason?: unknown;
}

/** The errors that stand for a rejection: those of vats keep their classes. */
const rejections = new WeakSet<Error>();

/** Whether an error says that a promise of a kernel was rejected, rather than that the kernel cannot go on. */
export const isRejection = (error: unknown): boolean => isError(error) && rejections.has(error);

const KERNEL_ID = 'error:kernel#';

const idOf = (kp: KPromise, by: RejectedBy): string => `${KERNEL_ID}${by.id ?? kp}`;

/** The end of a vat: all promises that it rejects have this id. */
export const endErrorId = (vatID: string): string => `${KERNEL_ID}${vatID}`;

const given = (marks: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(marks).filter(([, value]) => value !== undefined));

const reasonMessage = (value: unknown, by: RejectedBy): string => {
  const who = by.name === undefined ? 'the promise was rejected' : `vat ${by.name} rejected`;
  const { upgradeMessage } = (value ?? {}) as { readonly upgradeMessage?: unknown };
  if (by.code === 'VAT_UPGRADED') {
    return `vat ${by.name ?? by.vat} was upgraded before it resolved the promise: ${String(upgradeMessage)}`;
  }
  if (typeof value !== 'object' || value === null) return `${who} with ${messageOf(value)}`;
  return `${who} with a value that is not an error: see \`reason\``;
};

/** Whether all promises that the end of a vat rejects have this id. */
export const isEndOfVat = (errorId: string): boolean => errorId.startsWith(`${KERNEL_ID}v`);

/** Whether an error has an id that the kernel gave it: no console of a vat has a line for that. */
export const isNamedByKernel = (error: Error): boolean =>
  errorIdOf(error)?.startsWith(KERNEL_ID) === true;

/** What a vat says in an answer can be anything: the error for what cannot be read. */
export const unreadable = (kp: KPromise, { by = {} }: Rejection, thrown: unknown): Error => {
  const error = new RejectionError(
    'BAD_CAPDATA',
    `the answer cannot be read: ${messageOf(thrown)}`,
  );
  const marks = given({ vat: by.name ?? by.vat, vatID: by.vat });
  const marked = markError(error, { ...marks, errorId: idOf(kp, by) });
  rejections.add(marked);
  return marked;
};

export interface RejectedPromise {
  readonly kp: KPromise;
  readonly rejection: Rejection;
  /** What the reason is to the host. */
  readonly value: unknown;
  readonly serviceName: string | undefined;
}

/** The error with which a promise of the host is rejected. */
export const asRejection = ({ kp, rejection, value, serviceName }: RejectedPromise): Error => {
  const { by = {}, body } = rejection;
  const isForeign = by.code === undefined || by.code === 'SERVICE_FAILED';
  const code = by.code ?? 'VAT_REJECTED';
  const errorId = (isError(value) ? errorIdOf(value) : undefined) ?? idOf(kp, by);
  const marks = {
    ...given({
      vat: by.name ?? by.vat,
      vatID: by.vat,
      service: serviceName,
      reasonCode: by.reasonCode,
      allegedCode: isForeign ? allegedCodeOf(body) : undefined,
    }),
    errorId,
  };
  let error: Error;
  if (isForeign && isError(value)) {
    error = markError(value, { code, ...marks });
  } else {
    const hasError = isError(value);
    const message = hasError ? value.message : reasonMessage(value, by);
    // An error of a vat, with which it ended, stands behind that of the kernel.
    const cause = hasError && errorIdOf(value) !== undefined ? value : undefined;
    error = markError(
      new RejectionError(code, message, cause && { cause }),
      hasError ? marks : { ...marks, reason: value },
    );
  }
  rejections.add(error);
  return error;
};
