/** What a caller may say about a vat: the names of the options, and what each of them may be. */
import { type ChangeableVatOptions, CooperageError, LIMITS, quoted } from '@cooperage/types';
import { type Json, plainString } from './smallcaps.js';

export const badArgument = (message: string): CooperageError =>
  new CooperageError('BAD_ARGUMENT', message);

export type JsonRecord = Readonly<Record<string, Json>>;

const isRecord = (json: Json | undefined): json is JsonRecord =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** @throws {CooperageError} `BAD_ARGUMENT`, which names the option and those that there are */
export const parseOptions = (
  call: string,
  json: Json | undefined,
  names: ReadonlySet<string>,
): JsonRecord => {
  if (json === undefined || json === '#undefined') return {};
  if (!isRecord(json)) throw badArgument(`the options of ${call} must be a record`);
  for (const name of Object.keys(json)) {
    if (!names.has(name)) {
      throw badArgument(`${call} has no option ${quoted(name)}; it has ${[...names].join(', ')}`);
    }
  }
  return json;
};

export const valueOf = (options: JsonRecord, name: string): Json | undefined =>
  options[name] === '#undefined' ? undefined : options[name];

export const optionalString = (
  call: string,
  options: JsonRecord,
  name: string,
): string | undefined => {
  const value = valueOf(options, name);
  if (value === undefined) return undefined;
  const text = plainString(value);
  if (text === undefined || text === '' || text.length > LIMITS.reasonLength) {
    throw badArgument(
      `${call}: ${name} must be a string of 1 to ${LIMITS.reasonLength} characters`,
    );
  }
  return text;
};

/** The least and the most of each option that is a whole number. */
const NUMBERS = {
  window: [1, LIMITS.maxWindow],
  crankTimeLimit: [1, 86_400_000],
  reapInterval: [0, 1_000_000_000],
  reapReferences: [0, 1_000_000_000],
  reapAtRest: [0, 1_000_000_000],
  inboxLimit: [0, 1_000_000_000],
  computronLimit: [1, Number.MAX_SAFE_INTEGER],
} as const satisfies Partial<Record<keyof ChangeableVatOptions, readonly [number, number]>>;

const FLAGS = ['ownThread'] as const satisfies readonly (keyof ChangeableVatOptions)[];

const CHOICES = {
  whenExhausted: ['terminate', 'suspend'],
} as const satisfies Partial<Record<keyof ChangeableVatOptions, readonly string[]>>;

export const CHANGEABLE: ReadonlySet<string> = new Set([
  ...Object.keys(NUMBERS),
  ...FLAGS,
  ...Object.keys(CHOICES),
]);

/**
 * Those of the options that may be changed while the vat runs.
 * @throws {CooperageError} `BAD_ARGUMENT`, which names the option and what it may be
 */
export const parseChangeableOptions = (
  call: string,
  json: Json | undefined,
): ChangeableVatOptions => changeableOptions(call, parseOptions(call, json, CHANGEABLE));

/** The same, of options among which there are others. */
export const changeableOptions = (call: string, options: JsonRecord): ChangeableVatOptions => {
  const found: Record<string, number | boolean | string> = {};
  for (const [name, [least, most]] of Object.entries(NUMBERS)) {
    const value = valueOf(options, name);
    if (value === undefined) continue;
    if (
      typeof value !== 'number' ||
      !Number.isSafeInteger(value) ||
      value < least ||
      value > most
    ) {
      throw badArgument(`${call}: ${name} must be a whole number from ${least} to ${most}`);
    }
    found[name] = value;
  }
  for (const name of FLAGS) {
    const value = valueOf(options, name);
    if (value === undefined) continue;
    if (typeof value !== 'boolean') throw badArgument(`${call}: ${name} must be a boolean`);
    found[name] = value;
  }
  for (const [name, choices] of Object.entries(CHOICES)) {
    const value = optionalString(call, options, name);
    if (value === undefined) continue;
    if (!(choices as readonly string[]).includes(value)) {
      throw badArgument(
        `${call}: ${name} must be "${choices.join('" or "')}", not ${quoted(value)}`,
      );
    }
    found[name] = value;
  }
  return found;
};
