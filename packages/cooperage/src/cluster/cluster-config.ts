import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import {
  CooperageError,
  flag,
  insistOptions,
  messageOf,
  optionsOf,
  type OptionTable,
  recordOf,
  text,
  wholeNumber,
} from '@cooperage/types';
import {
  ADDRESS,
  type Address,
  type DatabaseOptions,
  readAddress,
  readSecret,
} from '@cooperage/cluster';
import { SHARD_NAME } from '@cooperage/store-postgres';

/** What a node of a cluster is told by its config. */
export interface ClusterConfig {
  readonly database: DatabaseOptions;
  readonly data: string;
  readonly node: { readonly name: string; readonly capacity: number };
  readonly lease: number;
  readonly standby: boolean;
  /** Config files of the kernels, by their shards. */
  readonly kernels: Readonly<Record<string, string>>;
  readonly listen: Address;
}

const DATABASE: OptionTable = {
  url: { value: text('the URL of a database, env:NAME or file:PATH'), required: true },
  ca: { value: text('certificates in PEM, env:NAME or file:PATH') },
  allowUnsafe: { value: flag },
};

const NODE = {
  name: { value: text('a name, env:NAME or file:PATH') },
  capacity: { value: wholeNumber(1, 1_000) },
} as const satisfies OptionTable;

/** Every setting of `cluster.json`. */
export const CLUSTER_SETTINGS = {
  database: { value: optionsOf(DATABASE, 'an object with "url"'), required: true },
  data: { value: text('the path of a directory'), required: true },
  node: { value: optionsOf(NODE, 'an object with "name" and "capacity"') },
  lease: { value: wholeNumber(1_000, 600_000, 'milliseconds') },
  standby: { value: flag },
  kernels: {
    value: recordOf(text('the path of a config'), 'an object of configs by shards', {
      pattern: SHARD_NAME,
      what: 'the name of a shard: a letter, and letters or digits',
    }),
    required: 'an object such as { "s0": "cooperage.json" }',
  },
  listen: { value: text('HOST:PORT', ADDRESS) },
} as const satisfies OptionTable;

interface Written {
  readonly database: { readonly url: string; readonly ca?: string; readonly allowUnsafe?: boolean };
  readonly data: string;
  readonly node?: { readonly name?: string; readonly capacity?: number };
  readonly lease?: number;
  readonly standby?: boolean;
  readonly kernels: Readonly<Record<string, string>>;
  readonly listen?: string;
}

/** What {@link ClusterConfig} must be, also where a program makes it. */
export const CLUSTER_CONFIG = {
  database: CLUSTER_SETTINGS.database,
  data: CLUSTER_SETTINGS.data,
  node: {
    value: optionsOf(
      {
        name: { value: text('a name'), required: true },
        capacity: { value: NODE.capacity.value, required: true },
      },
      'an object with "name" and "capacity"',
    ),
    required: true,
  },
  lease: { value: CLUSTER_SETTINGS.lease.value, required: true },
  standby: { value: flag, required: true },
  kernels: CLUSTER_SETTINGS.kernels,
  listen: {
    value: optionsOf(
      {
        host: { value: text('the name or address of a host'), required: true },
        port: { value: wholeNumber(0, 65_535), required: true },
      },
      'an object with "host" and "port"',
    ),
    required: true,
  },
} as const satisfies Record<keyof ClusterConfig, OptionTable[string]>;

const LEASE = 5_000;
const LISTEN = '127.0.0.1:8790';

const parse = (file: string): Written => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new CooperageError('BAD_CONFIG', `${file} cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
  try {
    return insistOptions(file, parsed as Written, CLUSTER_SETTINGS);
  } catch (cause) {
    throw new CooperageError('BAD_CONFIG', messageOf(cause), { cause });
  }
};

/**
 * Reads the config of a node. Paths are relative to the file. Secrets are read when this is called, and are in no message.
 *
 * @throws {CooperageError} `BAD_CONFIG`
 */
export const readClusterConfig = (path: string): ClusterConfig => {
  const file = resolve(path);
  const written = parse(file);
  const { database, node = {}, lease = LEASE, standby = true, listen = LISTEN } = written;
  const within = (relative: string): string => resolve(dirname(file), relative);
  const { ca, allowUnsafe } = database;
  const address = readAddress(listen);
  if (address === undefined) {
    throw new CooperageError('BAD_CONFIG', `${file}: listen: ${listen} has no port up to 65535`);
  }
  return {
    database: {
      url: readSecret('database.url', database.url),
      ...(ca !== undefined && { ca: readSecret('database.ca', ca) }),
      ...(allowUnsafe !== undefined && { allowUnsafe }),
    },
    data: within(written.data),
    node: {
      name: node.name === undefined ? hostname() : readSecret('node.name', node.name),
      capacity: node.capacity ?? 1,
    },
    ...{ lease, standby },
    kernels: Object.fromEntries(
      Object.entries(written.kernels).map(([shard, config]) => [shard, within(config)]),
    ),
    listen: address,
  };
};
