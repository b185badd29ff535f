/** Options that a vat gives in a call of the vat administration, checked by the table of vat options. */
import {
  anything,
  CHANGEABLE_VAT_OPTIONS,
  type ChangeableVatOptions,
  CooperageError,
  type DefaultVatOptions,
  givenVatOptions,
  insistOptions,
  LIMITS,
  type OptionTable,
  STORED_VAT_OPTIONS,
  type StoredVatOptions,
  text,
  vatOptionsIn,
  vatOptionTable,
} from '@cooperage/types';
import { type Json, plainString } from '../smallcaps.js';
import type { Quotas } from '../tables/vats/accounts.js';
import type { HostNames } from '../tables/host-names.js';

export const noMethod = (message: string): CooperageError =>
  new CooperageError('METHOD_NOT_FOUND', message);

export const badArgument = (message: string): CooperageError =>
  new CooperageError('BAD_ARGUMENT', message);

const words = text(`a string of 1 to ${LIMITS.reasonLength} characters`);
const name = { value: words };
/** Looked at where it is used: both may hold references. */
const json = { value: anything };

const OF_NEW_VAT = { ...vatOptionTable(vatOptionsIn('vat')), name, meter: json };
const OF_FORK = { ...vatOptionTable(vatOptionsIn('fork')), name, meter: json };

/** The options of each call. */
export const OPTIONS_OF = {
  createVat: { ...OF_NEW_VAT, vatParameters: json },
  fork: OF_FORK,
  upgrade: { vatParameters: json, upgradeMessage: { value: words } },
  changeOptions: vatOptionTable(CHANGEABLE_VAT_OPTIONS),
} as const satisfies Readonly<Record<string, OptionTable>>;

/** Replaces a value that is not plain data: a reference, an error, a bigint. No rule allows it. */
const OTHER = Object.freeze({});

const plainValue = (value: Json): unknown =>
  typeof value === 'string' ? (plainString(value) ?? OTHER) : value;

export interface RequestedOptions {
  /** What is plain data, checked. */
  readonly plain: Readonly<Record<string, unknown>>;
  /** As it stands in the message; undefined where it was not given. */
  readonly json: (name: string) => Json | undefined;
}

/**
 * Takes a call's options out of its message.
 * @throws {CooperageError} `BAD_ARGUMENT`, which names the option, and what it may be or which there are
 */
export const parseOptions = (
  call: keyof typeof OPTIONS_OF,
  written: Json | undefined,
): RequestedOptions => {
  const isGiven = written !== undefined && written !== '#undefined';
  const isRecord = typeof written === 'object' && written !== null && !Array.isArray(written);
  if (isGiven && !isRecord) throw badArgument(`the options of ${call} must be a record`);
  const given = new Map(
    Object.entries(isRecord ? written : {}).filter(([, value]) => value !== '#undefined'),
  );
  const plain = Object.fromEntries([...given].map(([key, value]) => [key, plainValue(value)]));
  insistOptions(call, plain, OPTIONS_OF[call]);
  return { plain, json: (key) => given.get(key) };
};

/** The options of a vat that were given, but for its meter and quotas, which are kept apart. */
export const givenOptions = (options: RequestedOptions['plain']): Partial<StoredVatOptions> =>
  givenVatOptions(options, STORED_VAT_OPTIONS);

export const givenQuotas = (options: RequestedOptions['plain']): Quotas =>
  givenVatOptions(options, ['vatQuota', 'memoryQuota']);

/**
 * Options that may be changed while the vat runs, from a trusted caller or out of a message.
 * @throws {CooperageError} `BAD_ARGUMENT`
 */
export const parseChangeableOptions = (options: unknown): ChangeableVatOptions => {
  insistOptions('changeOptions', options, OPTIONS_OF.changeOptions);
  return givenVatOptions((options ?? {}) as ChangeableVatOptions, CHANGEABLE_VAT_OPTIONS);
};

/** What the config says for vats that do not say, as the host wrote it down when it opened the kernel. */
export const usualOptions = (hostNames: HostNames): DefaultVatOptions => {
  const table = vatOptionTable(vatOptionsIn('default'));
  return Object.fromEntries(
    [...hostNames.list('default')].map(([each, value]) => [
      each,
      table[each]?.value.kind === 'whole number' ? Number(value) : value,
    ]),
  );
};
