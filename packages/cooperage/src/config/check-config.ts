/**
 * Checks what a user wrote against what there is. Every complaint names the path, what is wrong and what
 * is allowed; the first one is thrown, at the place where it stands.
 */
import { DEFAULTS, defaultWindow, LIMITS, ORDERS } from '@cooperage/types';
import type { KernelConfig, VatConfig } from './kernel-config.js';
import { didYouMean } from './suggestion.js';

export type Path = readonly (string | number)[];

/** A mistake in a config, at a path within it. */
export class ConfigMistake extends Error {
  readonly path: Path;

  constructor(path: Path, message: string) {
    super(message);
    this.name = 'ConfigMistake';
    this.path = path;
  }
}

/** `vats.main.window`; keys that are no names stand in brackets. */
export const formatPath = (path: Path): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number' || !/^[A-Za-z_$][\w$-]*$/.test(key)) {
      return `${text}[${JSON.stringify(key)}]`;
    }
    return text === '' ? key : `${text}.${key}`;
  }, '');

const show = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? 'an array' : 'an object';
    default:
      return typeof value;
  }
};

type Check = (value: unknown, path: Path) => void;

const must =
  (allowed: string, holds: (value: unknown) => boolean): Check =>
  (value, path) => {
    if (!holds(value)) throw new ConfigMistake(path, `must be ${allowed}, not ${show(value)}`);
  };

const wholeNumber = (least: number, most: number, what: string): Check =>
  must(
    `a whole number from ${least} to ${most}${what}`,
    (value) =>
      typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most,
  );

const text = (what: string): Check =>
  must(what, (value) => typeof value === 'string' && value.trim() !== '' && !value.includes('\0'));

const flag = must('true or false', (value) => typeof value === 'boolean');

const DAY = 86_400_000;
const MAX_THREADS = 512;
const MAX_HEAP = 1_000_000;
/** Below this a thread cannot even start. */
const MIN_HEAP = 16;

const windowSize = wholeNumber(1, LIMITS.maxWindow, ' (deliveries)');
const timeLimit = wholeNumber(1, DAY, ' (milliseconds)');
const zeroIsNever = wholeNumber(0, 1_000_000_000, ' (0: never)');
const source = text(
  'the path of a module, relative to the config file, or a module of an installed package',
);

/** An object as JSON makes them. */
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
};

/** An object made of known keys only. */
const record = (
  value: unknown,
  path: Path,
  what: string,
  known: Readonly<Record<string, Check>>,
): Readonly<Record<string, unknown>> => {
  if (!isRecord(value)) {
    throw new ConfigMistake(path, `must be ${what}, not ${show(value)}`);
  }
  const names = Object.keys(known);
  for (const [key, member] of Object.entries(value)) {
    if (!Object.hasOwn(known, key)) {
      throw new ConfigMistake(
        [...path, key],
        `is not a setting here${didYouMean(key, names)} (allowed: ${names.join(', ')})`,
      );
    }
    if (member !== undefined) known[key]?.(member, [...path, key]);
  }
  return value;
};

/** Names are shown to people and stand in keys of the store. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}_ .@/:-]*$/u;
const NAME_LENGTH = 100;

const named =
  (what: string, check: Check): Check =>
  (value, path) => {
    if (!isRecord(value)) {
      throw new ConfigMistake(path, `must be an object of ${what} by name, not ${show(value)}`);
    }
    for (const [name, member] of Object.entries(value)) {
      if (name.length > NAME_LENGTH || !NAME.test(name)) {
        throw new ConfigMistake(
          [...path, name],
          `is no name: a name has 1 to ${NAME_LENGTH} letters, digits, blanks or _ . @ / : - and begins with a letter or digit`,
        );
      }
      check(member, [...path, name]);
    }
  };

const PLAIN_TYPES = ['string', 'number', 'boolean', 'bigint', 'undefined'];

const plainData: Check = (value, path) => {
  const visit = (part: unknown, at: Path, around: readonly unknown[]): void => {
    if (part === null || PLAIN_TYPES.includes(typeof part)) return;
    if (!Array.isArray(part) && !isRecord(part)) {
      throw new ConfigMistake(
        at,
        `must be plain data (strings, numbers, booleans, null, arrays and objects of them), not ${show(part)}`,
      );
    }
    if (around.includes(part)) throw new ConfigMistake(at, 'must not contain itself');
    for (const [key, member] of Object.entries<unknown>(part)) {
      visit(member, [...at, Array.isArray(part) ? Number(key) : key], [...around, part]);
    }
  };
  visit(value, path, []);
};

const oneOf = (...allowed: readonly string[]): Check =>
  must(allowed.map((each) => JSON.stringify(each)).join(' or '), (value) =>
    allowed.includes(value as string),
  );

const engine = oneOf('v8', 'quickjs');

/** JSON has no integers beyond 2 ** 53: they are written as digits. */
const amount = must(
  'a natural number (computrons), as a number or as a string of digits',
  (value) =>
    (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) ||
    (typeof value === 'bigint' && value >= 0n) ||
    (typeof value === 'string' && /^[0-9]{1,30}$/.test(value)),
);

const meter: Check = (value, path) => {
  const { remaining } = record(value, path, 'an object such as { "remaining": 1000000000 }', {
    remaining: amount,
    threshold: amount,
  });
  if (remaining === undefined) {
    throw new ConfigMistake(path, 'needs "remaining": the computrons that its vats may use');
  }
};

const vat: Check = (value, path) => {
  const {
    source: from,
    bundle,
    memoryLimit = DEFAULTS.memoryLimit,
    memoryQuota,
  } = record(value, path, 'an object such as { "source": "./vat.js" }', {
    source,
    bundle: text('a name from "bundles"'),
    parameters: plainData,
    window: windowSize,
    ownThread: flag,
    crankTimeLimit: timeLimit,
    reapInterval: zeroIsNever,
    reapReferences: zeroIsNever,
    reapAtRest: zeroIsNever,
    inboxLimit: zeroIsNever,
    enablePipelining: flag,
    liveslots: text('the name of a liveslots'),
    engine,
    computronLimit: wholeNumber(1, Number.MAX_SAFE_INTEGER, ' (computrons)'),
    whenExhausted: oneOf('terminate', 'suspend'),
    memoryLimit: wholeNumber(1, Number.MAX_SAFE_INTEGER, ' (bytes)'),
    meter: text('a name from "meters"'),
    vatQuota: wholeNumber(1, Number.MAX_SAFE_INTEGER, ' (vats)'),
    memoryQuota: wholeNumber(1, Number.MAX_SAFE_INTEGER, ' (bytes)'),
    zygote: flag,
    critical: flag,
  });
  if (memoryQuota !== undefined && Number(memoryLimit) > Number(memoryQuota)) {
    throw new ConfigMistake(
      [...path, 'memoryQuota'],
      `is less than the ${Number(memoryLimit)} bytes that the vat itself may use ("memoryLimit")`,
    );
  }
  if (from === undefined && bundle === undefined) {
    throw new ConfigMistake(
      path,
      'needs a "source" (the path of its module) or a "bundle" (a name from "bundles")',
    );
  }
  if (from !== undefined && bundle !== undefined) {
    throw new ConfigMistake(path, 'has both "source" and "bundle": give one of them');
  }
};

const bundle: Check = (value, path) => {
  const { source: from } = record(value, path, 'an object such as { "source": "./vat.js" }', {
    source,
  });
  if (from === undefined) throw new ConfigMistake(path, 'needs a "source": the path of its module');
};

const vats = named('vats', vat);

const TOP = {
  bootstrap: text('the name of a vat'),
  vats,
  bundles: named('bundles', bundle),
  meters: named('meters', meter),
  history: flag,
  order: oneOf(...ORDERS),
  seed: wholeNumber(0, 4_294_967_295, ''),
  threads: wholeNumber(1, MAX_THREADS, ''),
  window: windowSize,
  heapLimit: wholeNumber(MIN_HEAP, MAX_HEAP, ' (megabytes)'),
  crankTimeLimit: timeLimit,
  reapInterval: zeroIsNever,
  reapReferences: zeroIsNever,
  reapAtRest: zeroIsNever,
  inboxLimit: zeroIsNever,
  engine,
  liveslots: text('the name of a liveslots'),
  maxVatsOnline: wholeNumber(1, 1_000_000, ' (vats)'),
  maxMegabytes: wholeNumber(MIN_HEAP, MAX_HEAP, ' (megabytes)'),
  directory: text('the path of a directory'),
} satisfies Record<keyof KernelConfig, Check>;

const insistKnown = (name: string, path: Path, what: string, known: readonly string[]): void => {
  if (known.includes(name)) return;
  const there = known.length === 0 ? 'there are none' : `there are: ${known.join(', ')}`;
  throw new ConfigMistake(
    path,
    `names ${JSON.stringify(name)}, but "${what}" has no such entry${didYouMean(name, known)} (${there})`,
  );
};

/** @throws {ConfigMistake} */
export const checkConfig = (value: unknown): KernelConfig => {
  const config = record(value, [], 'an object with "vats"', TOP) as unknown as KernelConfig;
  if (config.vats === undefined) {
    throw new ConfigMistake(
      [],
      'needs "vats": an object such as { "main": { "source": "./main.js" } }',
    );
  }
  const names = Object.keys(config.vats);
  if (names.length === 0) throw new ConfigMistake(['vats'], 'must name at least one vat');
  if (config.bootstrap !== undefined) insistKnown(config.bootstrap, ['bootstrap'], 'vats', names);
  for (const [name, { bundle: code, meter: payer }] of Object.entries<VatConfig>(config.vats)) {
    if (code !== undefined) {
      insistKnown(code, ['vats', name, 'bundle'], 'bundles', Object.keys(config.bundles ?? {}));
    }
    if (payer !== undefined) {
      insistKnown(payer, ['vats', name, 'meter'], 'meters', Object.keys(config.meters ?? {}));
    }
  }
  return config;
};

const liveslotsOf = (vatConfig: VatConfig, config: KernelConfig): string =>
  vatConfig.liveslots ?? config.liveslots ?? DEFAULTS.liveslots;

type Chosen<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** Without what nobody has said anything about. */
const chosen = <T extends object>(options: T): Chosen<T> =>
  Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Chosen<T>;

/** The options of a vat, with what holds where it does not say. */
export const optionsOf = (vatConfig: VatConfig, config: KernelConfig) => ({
  parameters: vatConfig.parameters,
  window: vatConfig.window ?? config.window ?? defaultWindow(liveslotsOf(vatConfig, config)),
  ownThread: vatConfig.ownThread ?? false,
  crankTimeLimit: vatConfig.crankTimeLimit ?? config.crankTimeLimit ?? DEFAULTS.crankTimeLimit,
  reapInterval: vatConfig.reapInterval ?? config.reapInterval ?? DEFAULTS.reapInterval,
  reapReferences: vatConfig.reapReferences ?? config.reapReferences ?? DEFAULTS.reapReferences,
  reapAtRest: vatConfig.reapAtRest ?? config.reapAtRest ?? DEFAULTS.reapAtRest,
  inboxLimit: vatConfig.inboxLimit ?? config.inboxLimit ?? DEFAULTS.inboxLimit,
  liveslots: liveslotsOf(vatConfig, config),
  ...chosen({
    enablePipelining: vatConfig.enablePipelining,
    engine: vatConfig.engine ?? config.engine,
    computronLimit: vatConfig.computronLimit,
    whenExhausted: vatConfig.whenExhausted,
    memoryLimit: vatConfig.memoryLimit,
    meter: vatConfig.meter,
    vatQuota: vatConfig.vatQuota,
    memoryQuota: vatConfig.memoryQuota,
    zygote: vatConfig.zygote,
    critical: vatConfig.critical,
  }),
});
