/** What a vat may use, as a caller says it: checked one by one, with a complaint that names the option. */
import { type EngineName, quoted, type VatOptions } from '@cooperage/types';
import type { Quotas } from './tables/accounts.js';
import { badArgument, type JsonRecord, optionalString, valueOf } from './vat-option-limits.js';

const MOST = Number.MAX_SAFE_INTEGER;

const optionalNumber = (call: string, options: JsonRecord, name: string): number | undefined => {
  const value = valueOf(options, name);
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw badArgument(`${call}: ${name} must be a whole number from 1 to ${MOST}`);
  }
  return value;
};

const optionalFlag = (call: string, options: JsonRecord, name: string): boolean | undefined => {
  const value = valueOf(options, name);
  if (value === undefined) return undefined;
  if (typeof value !== 'boolean') throw badArgument(`${call}: ${name} must be a boolean`);
  return value;
};

const optionalChoice = <Choice extends string>(
  call: string,
  options: JsonRecord,
  name: string,
  choices: readonly Choice[],
): Choice | undefined => {
  const value = optionalString(call, options, name);
  if (value === undefined) return undefined;
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    throw badArgument(`${call}: ${name} must be "${choices.join('" or "')}", not ${quoted(value)}`);
  }
  return found;
};

type Given<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** Drops what was not given, so that what holds otherwise shows through. */
const given = <T extends object>(options: T): Given<T> =>
  Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Given<T>;

/** Options that are settled when a vat is made, whether from code or from another vat. */
export const RESOURCES = [
  'memoryLimit',
  'zygote',
  'enablePipelining',
  'vatQuota',
  'memoryQuota',
] as const;

type Resources = Given<Pick<VatOptions, 'memoryLimit' | 'zygote' | 'enablePipelining'>>;

export const resourceOptions = (call: string, options: JsonRecord): Resources =>
  given({
    memoryLimit: optionalNumber(call, options, 'memoryLimit'),
    zygote: optionalFlag(call, options, 'zygote'),
    enablePipelining: optionalFlag(call, options, 'enablePipelining'),
  });

/** @param usual what holds where the call does not say */
export const parseEngine = (
  call: string,
  options: JsonRecord,
  usual: string | undefined,
): Given<Pick<VatOptions, 'engine'>> =>
  given({
    engine:
      optionalChoice(call, options, 'engine', ['v8', 'quickjs']) ??
      (usual as EngineName | undefined),
  });

export const parseQuotas = (call: string, options: JsonRecord): Quotas =>
  given({
    vatQuota: optionalNumber(call, options, 'vatQuota'),
    memoryQuota: optionalNumber(call, options, 'memoryQuota'),
  });
