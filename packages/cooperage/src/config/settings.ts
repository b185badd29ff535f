/**
 * What a config may say, as tables: of the kernel, of a vat, of a meter, of a bundle. The options of vats are a table of
 * their own (`VAT_OPTIONS` in `@cooperage/types`), which is part of these.
 */
import {
  amount,
  anything,
  choice,
  DEFAULTS,
  type DefaultVatOptions,
  flag,
  listOf,
  optionsOf,
  ORDERS,
  recordOf,
  SHARD_NAME,
  text,
  type ValueOf,
  type ValueRule,
  vatOptionsIn,
  vatOptionTable,
  wholeNumber,
} from '@cooperage/types';
import { GATEWAY_CONFIG } from './gateway-settings.js';
import type { SettingRow } from './setting-row.js';

export type { SettingRow } from './setting-row.js';

/** Names are shown to people and stand in keys of the store. */
export const NAMES = {
  pattern: /^[\p{L}\p{N}][\p{L}\p{N}_ .@/:-]{0,99}$/u,
  what: 'a name has 1 to 100 letters, digits, blanks or _ . @ / : - and begins with a letter or digit',
};

const named = (what: string, of: ValueRule): ValueRule =>
  recordOf(of, `an object of ${what} by name`, NAMES);

const MAX_THREADS = 512;
const MAX_MEGABYTES = 1_000_000;
/** Below this a thread cannot even start. */
const MIN_MEGABYTES = 16;

/** What is said of the whole kernel by a plain value: in the config, in `openKernel`, and on the command line. */
export const KERNEL_SETTINGS = {
  order: {
    value: choice(...ORDERS),
    default: 'arrival',
    meaning: 'the order in which records are retired',
  },
  history: {
    value: flag,
    unlessGiven: 'unchanged; in a new kernel on in `issue` order, off in the others',
    meaning:
      'records each crank, so that the kernel can be replayed; turning it off deletes the history',
  },
  seed: {
    value: wholeNumber(0, 4_294_967_295),
    default: 0,
    meaning: 'seed of the random choices in `adversarial` order',
  },
  threads: {
    value: wholeNumber(1, MAX_THREADS),
    unlessGiven: 'one for each core',
    meaning: 'threads that vats share',
  },
  heapLimit: {
    value: wholeNumber(MIN_MEGABYTES, MAX_MEGABYTES, 'megabytes'),
    default: DEFAULTS.heapLimit,
    meaning: 'heap of one thread',
  },
  maxVatsOnline: {
    value: wholeNumber(1, 1_000_000, 'vats'),
    unlessGiven: 'no limit',
    meaning:
      'vats in memory at a time; the least recently used vats are evicted, and come back with their next delivery',
  },
  maxMegabytes: {
    value: wholeNumber(MIN_MEGABYTES, MAX_MEGABYTES, 'megabytes'),
    unlessGiven: 'no limit',
    meaning: 'memory of the process beyond which idle vats are evicted',
  },
  snapshotInterval: {
    value: wholeNumber(1, 1_000_000_000, 'deliveries'),
    default: DEFAULTS.snapshotInterval,
    meaning: 'deliveries after which the heap of a vat is copied, on engines that can',
  },
  rejectPausedAfter: {
    value: wholeNumber(1, 31_536_000_000, 'milliseconds'),
    unlessGiven: 'never',
    meaning:
      'time after which messages to a paused vat (suspended or quarantined) are rejected with `VAT_PAUSED`; without it they wait',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;

export type KernelSettingName = keyof typeof KERNEL_SETTINGS;

/** What is said of the whole kernel by plain values. */
export type KernelSettings = {
  readonly [Name in KernelSettingName]?: ValueOf<(typeof KERNEL_SETTINGS)[Name]['value']>;
};

/** What may be said in place of what a config says at its top level. */
export type ConfigOverrides = KernelSettings & Omit<DefaultVatOptions, 'liveslots'>;

/** `openKernel` and the command line take by the name `liveslots` the modules that there are. */
const { liveslots: _liveslots, ...usual } = vatOptionTable(vatOptionsIn('default'));

export const OVERRIDES: Readonly<Record<string, SettingRow>> = { ...KERNEL_SETTINGS, ...usual };

const source = {
  value: text(
    'the path of a module, relative to the config file, or a module of an installed package',
  ),
  meaning:
    'the module: a path relative to the config file, or a module of an installed package (`some-package/vat.js`); JavaScript or TypeScript, or a bundle that `cooperage bundle` made (`.json`)',
} as const satisfies SettingRow;

export const METER_SETTINGS = {
  remaining: {
    value: amount('a natural number (computrons), as a number or as a string of digits'),
    required: 'the computrons that its vats may use',
    meaning: 'the computrons that its vats may use before it is topped up',
  },
  threshold: {
    value: amount('a natural number (computrons), as a number or as a string of digits'),
    default: 0,
    meaning: '`notify()` of the meter resolves when less is left',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;

export const BUNDLE_SETTINGS = {
  source: { ...source, required: 'the path of its module' },
} as const satisfies Readonly<Record<string, SettingRow>>;

/** What is said of a vat beside its options. */
export const VAT_SETTINGS = {
  source,
  bundle: {
    value: text('a name from "bundles"'),
    meaning: 'a name from `bundles`, instead of a `source`',
  },
  parameters: {
    value: anything,
    unlessGiven: '`undefined`',
    meaning: 'plain data for the second argument of `buildRootObject`',
  },
  services: {
    value: listOf(text('the name of a service'), 'a list of names of services'),
    unlessGiven: 'none',
    meaning:
      'the services that the vat is given, as `services` of its parameters; the bootstrap vat gets these, and no others, with `bootstrap`',
  },
  shard: {
    value: text('the name of a shard, such as s2', SHARD_NAME),
    unlessGiven: '`s0`; where no vat of the config names a shard, each kernel that has the config',
    meaning: 'in a cluster, the shard whose kernel runs the vat; one machine ignores it',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;

const vat = { ...VAT_SETTINGS, ...vatOptionTable(vatOptionsIn('config')) };

/** What is said of the whole kernel, and may be said in a config only. */
export const CONFIG_SETTINGS = {
  $schema: {
    value: text('where the JSON Schema of the config is'),
    unlessGiven: 'none',
    meaning:
      'the JSON Schema by which an editor checks and completes the file; nothing else reads it',
  },
  bootstrap: {
    value: text('the name of a vat'),
    unlessGiven: 'none',
    meaning:
      'the vat whose root is sent `bootstrap` with the roots of all vats and the services, when the kernel is new',
  },
  vats: {
    value: named('vats', optionsOf(vat, 'an object such as { "source": "./vat.js" }')),
    required: 'an object such as { "main": { "source": "./main.js" } }',
    meaning: 'the vats with which the kernel starts, by name',
  },
  bundles: {
    value: named(
      'bundles',
      optionsOf(BUNDLE_SETTINGS, 'an object such as { "source": "./vat.js" }'),
    ),
    unlessGiven: 'none',
    meaning: 'code from which vats may be made at run time, by name',
  },
  meters: {
    value: named(
      'meters',
      optionsOf(METER_SETTINGS, 'an object such as { "remaining": 1000000000 }'),
    ),
    unlessGiven: 'none',
    meaning:
      'meters by name, for the option `meter` of vats; a meter that exists already keeps its balance',
  },
  services: {
    value: named(
      'services',
      text(
        'the path of a module, relative to the config file, or a module of an installed package',
      ),
    ),
    unlessGiven: 'none',
    meaning:
      'modules of the host by the names under which vats list them; the default export is an object with methods, or a function that makes one',
  },
  gateway: {
    value: optionsOf(GATEWAY_CONFIG, 'an object such as { "expose": { "lobby": "chat" } }'),
    unlessGiven: 'none',
    meaning:
      'the gateway that `cooperage serve` and `cooperage dev` open, by which clients hold objects of vats; it needs the package `@cooperage/gateway`',
  },
  directory: {
    value: text('the path of a directory'),
    unlessGiven: 'in memory; `.cooperage` beside the config for `cooperage run`',
    meaning: 'where the kernel keeps its state; relative to the config file',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;

/** All that may stand at the top level of a config. */
export const CONFIG_TABLE = {
  ...CONFIG_SETTINGS,
  ...KERNEL_SETTINGS,
  ...vatOptionTable(vatOptionsIn('default')),
};
