/** How a client is told why it is refused: the code first, in each of the places where a reason can be. */
import { clip, CooperageError, type ErrorCode, isCooperageError } from '@cooperage/types';

export const refuse = (code: ErrorCode, message: string): CooperageError =>
  new CooperageError(code, message);

/** Close codes of WebSockets, for clients; the reason says the same in words. */
export const CLOSE_CODES: Partial<Readonly<Record<ErrorCode, number>>> = {
  GATEWAY_REFUSED: 4001,
  GATEWAY_REVOKED: 4002,
  GATEWAY_LIMIT: 4003,
  GATEWAY_PROTOCOL: 4004,
  BAD_CAPDATA: 4004,
  GATEWAY_ENDED: 4005,
  GATEWAY_TAKEN_OVER: 4006,
  CLOSED: 1001,
};

const STATUS: Partial<Readonly<Record<ErrorCode, number>>> = {
  GATEWAY_REFUSED: 403,
  GATEWAY_LIMIT: 413,
  GATEWAY_PROTOCOL: 400,
  CLOSED: 503,
};

export const statusOf = ({ code }: CooperageError): number => STATUS[code] ?? 500;

/** Bytes that the reason of a close frame may have. */
const LONGEST_REASON = 120;

export const closeReason = ({ code, message }: CooperageError): string => {
  const text = `${code}: ${message}`;
  if (Buffer.byteLength(text) <= LONGEST_REASON) return text;
  return clip(text.replace(/[^ -~]/g, '?'), LONGEST_REASON);
};

/** What is told of an error that is none of ours: nothing of the host shows. */
export const asRefusal = (error: unknown): CooperageError =>
  isCooperageError(error)
    ? error
    : refuse('GATEWAY_PROTOCOL', 'the gateway cannot read this message');
