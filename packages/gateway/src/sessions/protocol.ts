/**
 * What a client of a session says: numbered messages, each a JSON array, checked here before anything is done. References
 * are named by the session alone: `o5` an object of a vat, `c3` one of the client's, `a7` the answer to message 7, `p2` a
 * promise that came in data.
 */
import type { CooperageError } from '@cooperage/types';
import { refuse } from '../refusals.js';

export interface WireData {
  readonly body: string;
  readonly slots: readonly string[];
}

export type ClientMessage =
  | {
      readonly n: number;
      readonly kind: 'send';
      readonly target: string;
      /** `null` calls the object itself. */
      readonly method: string | null;
      readonly args: WireData;
    }
  | {
      readonly n: number;
      readonly kind: 'answer';
      readonly event: number;
      readonly isReject: boolean;
      readonly data: WireData;
    }
  | {
      readonly n: number;
      readonly kind: 'release';
      readonly names: readonly string[];
      readonly taken: number;
    };

const malformed = (what: string): CooperageError => refuse('GATEWAY_PROTOCOL', what);

const isNumber = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

const NAME = /^[oacp][1-9]\d{0,14}$/;

const insistName = (value: unknown): string => {
  if (typeof value === 'string' && NAME.test(value)) return value;
  throw malformed('this is not the name of a reference');
};

const insistData = (body: unknown, slots: unknown): WireData => {
  if (typeof body !== 'string' || !body.startsWith('#') || !Array.isArray(slots)) {
    throw malformed('data must be a body in smallcaps and a list of slots');
  }
  return { body, slots: slots.map(insistName) };
};

const readMessage = (value: unknown): ClientMessage => {
  if (!Array.isArray(value) || !isNumber(value[0])) throw malformed('a message must have a number');
  const [n, kind, ...rest] = value as [number, unknown, ...unknown[]];
  switch (kind) {
    case 'send': {
      const [target, method, body, slots] = rest;
      if (method !== null && typeof method !== 'string')
        throw malformed('a method must be a string');
      const args = insistData(body, slots);
      if (!args.body.startsWith('#[')) throw malformed('arguments must be an array');
      return { n, kind, target: insistName(target), method, args };
    }
    case 'answer': {
      const [event, isReject, body, slots] = rest;
      if (!isNumber(event) || typeof isReject !== 'boolean') throw malformed('no answer');
      return { n, kind, event, isReject, data: insistData(body, slots) };
    }
    case 'release': {
      const [names, taken] = rest;
      if (!Array.isArray(names) || !isNumber(taken)) throw malformed('no release');
      return { n, kind, names: names.map(insistName), taken };
    }
    default:
      throw malformed('this is not a message of a session');
  }
};

/** @throws {CooperageError} `GATEWAY_PROTOCOL` */
export const readMessages = (text: unknown): ClientMessage[] => {
  let value: unknown;
  try {
    value = typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    // Told below.
  }
  if (!Array.isArray(value)) throw malformed('messages must be a JSON array');
  return value.map(readMessage);
};

const SPECIAL = /^[!-+%#$&]/;

/** Method and arguments as one body, as messages in a kernel are. */
export const methargsOf = (method: string | null, args: WireData): string => {
  const name = method === null ? '#undefined' : SPECIAL.test(method) ? `!${method}` : method;
  return `#[${JSON.stringify(name)},${args.body.slice(1)}]`;
};
