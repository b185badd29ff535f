/**
 * What it takes to make values of a body: found out by looking at its brackets and quotes, before anybody parses it.
 * Vats that receive it, and the host, are held up by the sender otherwise.
 */
import { type CapData } from '../data/capdata.js';
import { CooperageError } from '../errors.js';
import { endOfString } from '../data/json-in-slices.js';
import { LIMITS } from '../limits.js';
import { AT_ONCE, finishWork, type Pace, type Work } from '../work.js';

export interface BodyCost {
  /** How deep arrays and records are in one another. */
  readonly depth: number;
  /** Arrays, records and what is in them, about. */
  readonly values: number;
  /** Of the longest bigint. */
  readonly digits: number;
}

const QUOTE = 34;
const HASH = 35;
const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_RECORD = 123;
const CLOSE_RECORD = 125;

/** Characters that are looked at for one unit of work. */
const CHARACTERS = 1_000;

/** A sign may be escaped, too; a text that begins with another escaped character, such as a line's end, is no bigint. */
const beginsWithSign = (body: string, from: number): boolean => {
  const first = body.charCodeAt(from);
  if (first === PLUS || first === MINUS) return true;
  return first === BACKSLASH && /^\\u002[bd]$/i.test(body.slice(from, from + 6));
};

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

/** Digits of the bigint that a string of the body stands for; 0 where it is none, or one of no interest. */
const digitsOf = (body: string, from: number, to: number, least: number): number => {
  if (to - from <= least) return 0;
  if (beginsWithSign(body, from)) return to - from - 1;
  const first = body.charCodeAt(from);
  // In smallcaps a bigint has a sign; elsewhere it is a string of digits.
  if (body.charCodeAt(0) === HASH || !isDigit(first)) return 0;
  return isDigit(body.charCodeAt(to - 1)) ? to - from : 0;
};

/** @param least bigints with no more digits count as having none */
export const costOfBody = function* (
  body: string,
  pace: Pace,
  least: number = LIMITS.bigintDigits,
): Work<BodyCost> {
  let depth = 0;
  let deepest = 0;
  let values = 1;
  let digits = 0;
  let looked = 0;
  for (let at = 0; at < body.length; at += 1) {
    switch (body.charCodeAt(at)) {
      case QUOTE: {
        const closed = yield* endOfString(body, at + 1, pace);
        // What is no JSON costs nothing.
        const end = closed === -1 ? body.length : closed;
        digits = Math.max(digits, digitsOf(body, at + 1, end, least));
        at = end;
        break;
      }
      case COMMA:
        values += 1;
        break;
      case OPEN_ARRAY:
      case OPEN_RECORD:
        values += 1;
        depth += 1;
        if (depth > deepest) deepest = depth;
        break;
      case CLOSE_ARRAY:
      case CLOSE_RECORD:
        depth -= 1;
        break;
      default:
        break;
    }
    looked += 1;
    if (looked % CHARACTERS === 0 && pace.spend(1)) yield;
  }
  return { depth: deepest, values, digits };
};

const tooMuch = (what: string): CooperageError => new CooperageError('ILLEGAL_SYSCALL', what);

/** Where a body is too short for any bound to be exceeded. */
const isShort = (body: string): boolean =>
  body.length <= 2 * LIMITS.capdataDepth && body.length <= LIMITS.bigintDigits;

/**
 * Checks all capdata of one syscall against what it may carry.
 *
 * @throws {CooperageError} `ILLEGAL_SYSCALL`
 */
export const insistModest = function* (capdatas: readonly CapData[], pace: Pace): Work {
  let length = 0;
  let slots = 0;
  for (const data of capdatas) {
    length += data.body.length;
    slots += data.slots.length;
  }
  if (length > LIMITS.capdataLength || slots > LIMITS.capdataSlots) {
    throw tooMuch(
      `a syscall has ${length} characters and ${slots} slots; the limits are ${LIMITS.capdataLength} and ${LIMITS.capdataSlots}`,
    );
  }
  for (const { body } of capdatas) {
    if (isShort(body)) continue;
    const { depth, digits } = yield* costOfBody(body, pace);
    if (depth > LIMITS.capdataDepth) {
      throw tooMuch(`data is nested ${depth} deep; the limit is ${LIMITS.capdataDepth}`);
    }
    if (digits > LIMITS.bigintDigits) {
      throw tooMuch(
        `a bigint has ${digits} digits; the limit is ${LIMITS.bigintDigits}: pass it as a string`,
      );
    }
  }
};

/** The same at once. */
export const insistModestAtOnce = (capdatas: readonly CapData[]): void =>
  finishWork(insistModest(capdatas, AT_ONCE));
