import {
  callback,
  flag,
  optionsOf,
  type OptionTable,
  type ReadGroupLinks,
  SHARD_NAME,
  text,
  wholeNumber,
} from '@cooperage/types';
import type { CheckpointBounds } from './checkpoints.js';
import type { Connect } from './sql/connection.js';

export interface PostgresOptions {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`; a socket: `postgres:///DATABASE?host=/run/postgresql`. */
  readonly url: string;
  /** Certificates (PEM) of the authorities that may vouch for the server; by default those that Node knows. */
  readonly ca?: string;
  /** Directory of the replicas of this machine. What is in it can be made anew from the database. */
  readonly data: string;
  /** Which kernel of the database; `s0` if left out. */
  readonly shard?: string;
  /** Makes the tables and the shard where they are missing; true if left out. */
  readonly create?: boolean;
  /**
   * Of the node that this process belongs to: while its lease lasts, others cannot take the shard over. Without it the
   * shard is taken from an owner that has no lease.
   */
  readonly node?: string;
  /** For tests: takes a server with `fsync`, `full_page_writes` or `synchronous_commit` off. */
  readonly allowUnsafe?: boolean;
  /** Milliseconds after which a commit that the database does not answer is given up; by default it never is. */
  readonly giveUp?: number;
  /** When checkpoints are written; 64 MB or 100,000 groups if left out. */
  readonly checkpointAfter?: CheckpointBounds;
  /**
   * Finds in a commit group what it does to links with other shards: then the store conveys messages, and has `links`. For
   * kernels it is `groupLinks` of `@cooperage/kernel`.
   */
  readonly groupLinks?: ReadGroupLinks;
  /** Begins sessions in another way than by `pg`; `url` is used in messages only then. */
  readonly connect?: Connect;
}

const POSITIVE = wholeNumber(1, Number.MAX_SAFE_INTEGER);

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

export const POSTGRES_OPTIONS = {
  url: { value: text('the URL of a database'), required: true },
  ca: { value: text('certificates in PEM') },
  data: { value: text('the path of a directory'), required: true },
  shard: { value: text('the name of a shard', SHARD_NAME) },
  create: { value: flag },
  node: { value: text('the UUID of a node', UUID) },
  allowUnsafe: { value: flag },
  giveUp: { value: POSITIVE },
  checkpointAfter: {
    value: optionsOf(
      { bytes: { value: POSITIVE, required: true }, groups: { value: POSITIVE, required: true } },
      'an object with "bytes" and "groups"',
    ),
  },
  groupLinks: { value: callback },
  connect: { value: callback },
} as const satisfies OptionTable;
