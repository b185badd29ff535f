/** What travels on the control socket. `docs/control.md` describes it for other implementations. */
import { codeOf, CooperageError, ERROR_CODES, isCooperageError, messageOf } from '@cooperage/types';
import { isRejection, type RejectionError } from '../host/rejections/rejections.js';

export const PROTOCOL = 'cooperage-control';
export const VERSION = 1;

export const CONTROL_LIMITS = Object.freeze({
  /** Bytes of a frame before the client has said which protocol it speaks. */
  greeting: 4_096,
  /** Bytes of a request: the longest arguments of a message, each character three bytes. */
  request: 8_388_608,
  /** Bytes of an answer or event. */
  answer: 67_108_864,
  /** Clients that are connected at a time. */
  clients: 64,
  /** Requests of one client that are not answered yet. */
  requests: 64,
  /** Milliseconds for the greeting. */
  patience: 10_000,
  /** Bytes that wait for a client that reads slowly, before its requests wait too. */
  buffered: 1_048_576,
});

/** The first frame of a client. */
export interface Greeting {
  readonly protocol: typeof PROTOCOL;
  readonly version: number;
}

/** The first frame of a kernel. */
export interface Welcome extends Greeting {
  readonly pid: number;
  readonly directory: string;
}

export interface Request {
  readonly id: number;
  readonly call: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface Cancel {
  readonly id: number;
  readonly cancel: true;
}

/** An error as it is sent: its code and message, and what a rejection says beside them. */
export interface SentError {
  readonly code: string;
  readonly message: string;
  readonly marks?: Readonly<Record<string, string>>;
}

export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: SentError }
  | { readonly id: number; readonly event: unknown };

export const protocolError = (message: string): CooperageError =>
  new CooperageError('CONTROL_PROTOCOL', message);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws {CooperageError} `CONTROL_PROTOCOL` */
export const insistGreeting = (value: unknown): Greeting => {
  if (!isRecord(value) || value['protocol'] !== PROTOCOL) {
    throw protocolError(
      `the first frame must be {"protocol":"${PROTOCOL}","version":${VERSION}}; see docs/control.md`,
    );
  }
  if (value['version'] !== VERSION) {
    throw protocolError(
      `this kernel speaks version ${VERSION} of ${PROTOCOL}, not ${JSON.stringify(value['version'])}; use the cooperage command of the kernel's own installation`,
    );
  }
  return { protocol: PROTOCOL, version: VERSION };
};

/** @throws {CooperageError} `CONTROL_PROTOCOL` */
export const insistRequest = (value: unknown): Request | Cancel => {
  if (!isRecord(value)) throw protocolError('a frame must be a JSON object');
  const { id, call, args = {}, cancel } = value;
  if (!Number.isSafeInteger(id) || (id as number) < 1) {
    throw protocolError('the `id` of a request must be a whole number from 1');
  }
  if (cancel === true) return { id: id as number, cancel };
  if (typeof call !== 'string') throw protocolError('the `call` of a request must be a string');
  if (!isRecord(args)) throw protocolError('the `args` of a request must be an object');
  return { id: id as number, call, args };
};

const MARKS = [
  'vat',
  'vatID',
  'service',
  'reasonCode',
  'allegedCode',
  'errorId',
] as const satisfies readonly (keyof RejectionError)[];

/** The longest message of an error that is sent. */
const LONGEST_MESSAGE = 100_000;

export const sendableError = (thrown: unknown): SentError => {
  const message = messageOf(thrown).slice(0, LONGEST_MESSAGE);
  if (!isCooperageError(thrown) && !isRejection(thrown)) {
    return { code: codeOf(thrown) ?? 'KERNEL_PANIC', message };
  }
  const marks = Object.fromEntries(
    MARKS.flatMap((name) => {
      const value = (thrown as Partial<RejectionError>)[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
  return {
    code: codeOf(thrown) ?? 'KERNEL_PANIC',
    message,
    ...(Object.keys(marks).length > 0 && { marks }),
  };
};

/** The error that a kernel sent, for those who asked it. */
export const receivedError = (sent: unknown): Error => {
  const { code, message, marks } = (isRecord(sent) ? sent : {}) as Partial<SentError>;
  const known = ERROR_CODES.find((each) => each === code);
  const text = typeof message === 'string' ? message : 'the kernel sent an error without a message';
  const error = new CooperageError(known ?? 'CONTROL_PROTOCOL', text);
  return Object.assign(error, isRecord(marks) ? marks : {});
};
