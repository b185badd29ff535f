/**
 * The options of vats: one table. Types, checks, defaults, the command line's flags and help, the tables of the
 * documentation and the JSON Schema of the config are made from it, here and in the packages above.
 */
import { LIMITS } from '../limits.js';
import type { BundleID, KObject, VatID } from '../refs.js';
import {
  choice,
  flag,
  type OptionRow,
  optionsOf,
  text,
  type ValueOf,
  wholeNumber,
} from './value-rules.js';

/**
 * Where an option may be given: for a vat of the config; at the top level of the config, for all vats that do not say;
 * in the host's `createVat`; in a vat's `E(vatAdmin).createVat`; in `E(admin).fork`.
 */
export type OptionPlace = 'config' | 'default' | 'host' | 'vat' | 'fork';

export interface VatOptionRow extends OptionRow {
  /** What holds where neither the vat nor the config says. */
  readonly default?: number | boolean | string;
  /** The same in words, where no constant says it. */
  readonly unlessGiven?: string;
  /** On another liveslots than ours this holds unless the vat itself says; neither `default` nor the config does. */
  readonly otherLiveslots?: number;
  /** Its value is written down with each vat, so that another default of a later version changes no vat. */
  readonly settled?: true;
  /** It may be changed while the vat runs. */
  readonly changeable?: true;
  /** The vat's worker is told of it: a change means another worker, which runs the vat's history again. */
  readonly ofWorker?: true;
  /** A fork does not have it from its parent. */
  readonly notInherited?: true;
  /** The only engine that heeds it. */
  readonly engine?: 'v8' | 'quickjs';
  readonly where: readonly OptionPlace[];
  /** What it does: begins in lower case, has no full stop. */
  readonly meaning: string;
}

const DAY = 86_400_000;
const MANY = 1_000_000_000;
const MOST = Number.MAX_SAFE_INTEGER;

const EVERYWHERE = ['config', 'default', 'host', 'vat', 'fork'] as const;
const OF_ONE_VAT = ['config', 'host', 'vat', 'fork'] as const;
const OF_NEW_CODE = ['config', 'default', 'host', 'vat'] as const;

export const VAT_OPTIONS = {
  window: {
    value: wholeNumber(1, LIMITS.maxWindow, 'deliveries'),
    default: 32,
    otherLiveslots: 1,
    settled: true,
    changeable: true,
    where: EVERYWHERE,
    meaning:
      'deliveries that may be at the vat’s worker at once; with 1 the kernel waits for each record, which every liveslots supports',
  },
  ownThread: {
    value: flag,
    default: false,
    settled: true,
    changeable: true,
    ofWorker: true,
    where: OF_ONE_VAT,
    meaning: 'the vat shares its thread with no other vat',
  },
  crankTimeLimit: {
    value: wholeNumber(1, DAY, 'milliseconds'),
    default: 10_000,
    settled: true,
    changeable: true,
    ofWorker: true,
    where: EVERYWHERE,
    meaning:
      'wall-clock time that one crank may take; a vat whose crank takes longer is terminated',
  },
  reapInterval: {
    value: wholeNumber(0, MANY, '0: never'),
    default: 4_000,
    settled: true,
    changeable: true,
    where: EVERYWHERE,
    meaning: 'deliveries after which the vat is told to collect its garbage',
  },
  reapReferences: {
    value: wholeNumber(0, MANY, '0: never'),
    default: 1_000,
    settled: true,
    changeable: true,
    where: EVERYWHERE,
    meaning:
      'references dropped or retired by other vats, after which the vat is told to collect its garbage',
  },
  reapAtRest: {
    value: wholeNumber(0, MANY, '0: never'),
    default: 0,
    settled: true,
    changeable: true,
    where: EVERYWHERE,
    meaning:
      'deliveries after which the vat is told to collect its garbage when the kernel has nothing else to do',
  },
  inboxLimit: {
    value: wholeNumber(0, MANY, '0: never'),
    default: 10_000,
    settled: true,
    changeable: true,
    where: EVERYWHERE,
    meaning:
      'length of the inbox above which its senders get no deliveries, until it has half this length',
  },
  syscallLimit: {
    value: wholeNumber(1, LIMITS.syscallsPerCrank, 'syscalls'),
    unlessGiven: 'the maximum',
    changeable: true,
    where: EVERYWHERE,
    meaning: 'syscalls that one crank may make; a vat that exceeds it is terminated',
  },
  nameLimit: {
    value: wholeNumber(1, LIMITS.namesPerCrank, 'references'),
    unlessGiven: 'the maximum',
    changeable: true,
    where: EVERYWHERE,
    meaning:
      'references that the syscalls of one crank may name, counted each time; a vat that exceeds it is terminated',
  },
  slotLimit: {
    value: wholeNumber(1, LIMITS.capdataSlots, 'slots'),
    unlessGiven: 'the maximum',
    changeable: true,
    where: EVERYWHERE,
    meaning: 'slots that one syscall may carry; a vat that exceeds it is terminated',
  },
  depthLimit: {
    value: wholeNumber(1, LIMITS.capdataDepth, 'levels'),
    unlessGiven: 'the maximum',
    changeable: true,
    where: EVERYWHERE,
    meaning:
      'nesting depth of arrays, records and tagged values in what the vat sends; a vat that exceeds it is terminated',
  },
  digitLimit: {
    value: wholeNumber(1, LIMITS.bigintDigits, 'digits'),
    unlessGiven: 'the maximum',
    changeable: true,
    where: EVERYWHERE,
    meaning:
      'digits that a bigint may have in what the vat sends; a vat that exceeds it is terminated',
  },
  computronLimit: {
    value: wholeNumber(1, MOST, 'computrons'),
    unlessGiven: 'no limit',
    changeable: true,
    ofWorker: true,
    engine: 'quickjs',
    where: EVERYWHERE,
    meaning: 'computrons that one crank may use',
  },
  whenExhausted: {
    value: choice('terminate', 'suspend'),
    default: 'terminate',
    changeable: true,
    engine: 'quickjs',
    where: EVERYWHERE,
    meaning:
      'what happens when a crank uses up the vat’s meter or its `computronLimit`: `terminate` the vat, or `suspend` it: the crank is undone, and the vat continues with its inbox when there are more computrons',
  },
  memoryLimit: {
    value: wholeNumber(1, MOST, 'bytes'),
    unlessGiven: 'no limit; under a `memoryQuota` 64 MB',
    engine: 'quickjs',
    ofWorker: true,
    where: EVERYWHERE,
    meaning: 'size that the vat’s heap may reach; a vat that needs more is terminated',
  },
  enablePipelining: {
    value: flag,
    default: false,
    where: OF_ONE_VAT,
    meaning:
      'messages to a promise that the vat decides are delivered to the vat at once, instead of after it has resolved the promise',
  },
  ambient: {
    value: optionsOf(
      { time: { value: flag }, random: { value: flag } },
      'an object such as { "time": true, "random": true }',
    ),
    unlessGiven: 'neither',
    where: OF_ONE_VAT,
    meaning:
      'clock and randomness for the vat: with `time`, `Date.now()` and `new Date()` give the time of the crank, which is recorded and never goes back; with `random`, `Math.random()` and `crypto` give numbers that a replay repeats. Without them, these functions throw',
  },
  liveslots: {
    value: text('the name of a liveslots'),
    default: 'cooperage',
    settled: true,
    ofWorker: true,
    where: OF_NEW_CODE,
    meaning:
      'the liveslots that the vat runs on: `cooperage`, or one of those that the kernel was opened with',
  },
  engine: {
    value: choice('v8', 'quickjs'),
    default: 'v8',
    ofWorker: true,
    where: OF_NEW_CODE,
    meaning:
      'the engine that runs the vat: `v8` in threads, or `quickjs`, whose heaps can be copied and metered',
  },
  meter: {
    value: text('the name of a meter'),
    unlessGiven: 'none',
    engine: 'quickjs',
    where: OF_ONE_VAT,
    meaning:
      'the meter to which each crank of the vat is charged: in the config a name from `meters`, in the host’s `createVat` a name or a kref, in a vat’s `createVat` a meter',
  },
  vatQuota: {
    value: wholeNumber(1, MOST, 'vats'),
    unlessGiven: 'no bound; 1,000 for a vat that another vat makes',
    notInherited: true,
    where: OF_ONE_VAT,
    meaning: 'number of vats in the account: this vat and all its descendants that are alive',
  },
  memoryQuota: {
    value: wholeNumber(1, MOST, 'bytes'),
    unlessGiven: 'no bound',
    notInherited: true,
    where: OF_ONE_VAT,
    meaning: 'sum of the `memoryLimit` of all vats that count for `vatQuota`',
  },
  zygote: {
    value: flag,
    default: false,
    notInherited: true,
    where: OF_ONE_VAT,
    meaning: 'the vat is a template for forks: it accepts messages of its creator only',
  },
  critical: {
    value: flag,
    default: false,
    where: ['config', 'host'],
    meaning:
      'instead of terminating the vat, the kernel undoes the crank and stops with `CRITICAL_VAT_FAILED`',
  },
} as const satisfies Readonly<Record<string, VatOptionRow>>;

export type VatOptionName = keyof typeof VAT_OPTIONS;

export const VAT_OPTION_NAMES = Object.keys(VAT_OPTIONS) as readonly VatOptionName[];

/** A row with all columns that a row may have. */
export const vatOption = (name: VatOptionName): VatOptionRow => VAT_OPTIONS[name];

type Table = typeof VAT_OPTIONS;

/** Names of the rows that may be given in a place. */
type NamesIn<Place extends OptionPlace> = {
  [Name in VatOptionName]: Place extends Table[Name]['where'][number] ? Name : never;
}[VatOptionName];

type NamesWith<Column extends keyof VatOptionRow> = {
  [Name in VatOptionName]: Table[Name] extends Readonly<Record<Column, unknown>> ? Name : never;
}[VatOptionName];

type Given<Name extends VatOptionName> = {
  readonly [Each in keyof Table as Each extends Name ? Each : never]?: ValueOf<
    Table[Each]['value']
  >;
};

/** What may be said of a vat in a place. */
export type VatOptionsIn<Place extends OptionPlace> = Given<NamesIn<Place>>;

/** What may be said for all vats that do not say. */
export type DefaultVatOptions = VatOptionsIn<'default'>;

/** What may be changed while the vat runs. */
export type ChangeableVatOptions = Given<NamesWith<'changeable'>>;

/** Which engine runs a vat: V8 in a thread, or QuickJS in WebAssembly, whose heap can be copied and metered. */
export type EngineName = NonNullable<Given<'engine'>['engine']>;

/** What of the world a vat’s cranks are told. */
export type AmbientOptions = NonNullable<Given<'ambient'>['ambient']>;

/** Options that are kept elsewhere than with the vat: in its account, and as a reference. */
type KeptApart = 'meter' | 'vatQuota' | 'memoryQuota';

/** Options that each vat has, whatever was said. */
type Always = 'window' | 'ownThread' | 'crankTimeLimit' | 'liveslots';

/** Options of a vat as they are written down with it. */
export type StoredVatOptions = Required<Given<Always>> &
  Given<Exclude<VatOptionName, Always | KeptApart>>;

/** Options that the worker of a vat is told. */
export type WorkerVatOptions = Pick<
  StoredVatOptions,
  NamesWith<'ofWorker'> & keyof StoredVatOptions
>;

/** What is settled about a vat when it is created. */
export interface VatOptions extends StoredVatOptions {
  /** For people; also how the host addresses a static vat. */
  readonly name: string;
  readonly bundleID: BundleID;
  /** The meter that its cranks are charged to, where it has one. */
  readonly meter?: KObject;
  /** The vat that asked for it; absent where the host did. */
  readonly creator?: VatID;
  /**
   * For a fork: the first vat of its line, whose name for itself is in its heap and in what its transcript says (the ids of
   * errors begin with it). A fork that does again what its parent did does it under this name.
   */
  readonly ancestor?: VatID;
  /** The account that it is charged to, where it has one. */
  readonly account?: number;
}

const KEPT_APART: ReadonlySet<string> = new Set<KeptApart>(['meter', 'vatQuota', 'memoryQuota']);

/** The names of the options that are written down with a vat. */
export const STORED_VAT_OPTIONS = VAT_OPTION_NAMES.filter(
  (name) => !KEPT_APART.has(name),
) as readonly (keyof StoredVatOptions)[];

const OURS = VAT_OPTIONS.liveslots.default;

/**
 * The options of a new vat, as they are written down with it: what was said of the vat, or else what holds for vats
 * that do not say, or else the table's default. The same for vats of the config and for vats that are made at run time.
 *
 * @param said may hold other members, which are ignored
 */
export const completeVatOptions = (
  said: Given<VatOptionName>,
  usual: DefaultVatOptions = {},
): StoredVatOptions => {
  const liveslots = said.liveslots ?? usual.liveslots ?? OURS;
  const complete: Record<string, unknown> = {};
  for (const name of STORED_VAT_OPTIONS) {
    const row = vatOption(name);
    const isOther = row.otherLiveslots !== undefined && liveslots !== OURS;
    const elsewhere = isOther
      ? row.otherLiveslots
      : ((usual as Given<VatOptionName>)[name] ?? (row.settled ? row.default : undefined));
    const value = said[name] ?? elsewhere;
    if (value !== undefined) complete[name] = value;
  }
  return complete as unknown as StoredVatOptions;
};

/** The names of the options that may be given in a place, in the table's order. */
export const vatOptionsIn = (place: OptionPlace): readonly VatOptionName[] =>
  VAT_OPTION_NAMES.filter((name) => vatOption(name).where.includes(place));

/** The names of the options that may be changed while the vat runs. */
export const CHANGEABLE_VAT_OPTIONS = VAT_OPTION_NAMES.filter(
  (name) => vatOption(name).changeable === true,
) as readonly (keyof ChangeableVatOptions)[];

const WORKER_VAT_OPTIONS = VAT_OPTION_NAMES.filter(
  (name) => vatOption(name).ofWorker === true,
) as readonly (keyof WorkerVatOptions)[];

/** The options of a vat that its worker is told. A vat with a meter is counted, also where it has no `computronLimit`. */
export const workerVatOptions = (options: VatOptions): WorkerVatOptions => {
  const isCounted = options.meter !== undefined && options.computronLimit === undefined;
  return {
    ...(givenVatOptions(options as Given<VatOptionName>, WORKER_VAT_OPTIONS) as WorkerVatOptions),
    ...(isCounted && { computronLimit: Number.MAX_SAFE_INTEGER }),
  };
};

/** Rows of the table, for `insistOptions`. */
export const vatOptionTable = (
  names: readonly VatOptionName[],
): Readonly<Record<string, VatOptionRow>> =>
  Object.fromEntries(names.map((name) => [name, vatOption(name)]));

/** The options of a vat that were given among others: without those that were not. */
export const givenVatOptions = <Name extends VatOptionName>(
  among: Given<VatOptionName>,
  names: readonly Name[],
): Given<Name> =>
  Object.fromEntries(
    names.flatMap((name) => (among[name] === undefined ? [] : [[name, among[name]]])),
  ) as Given<Name>;
