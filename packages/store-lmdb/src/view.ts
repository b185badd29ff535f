import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CooperageError, messageOf, type StoreView } from '@cooperage/types';
import { makeLmdbBlobs } from './blobs.js';
import { checkMetaPages } from './check/check-data-file.js';
import { type Environment, openEnvironment } from './environment.js';
import { makeView } from './make-view.js';
import { insideGate, openCommitGate } from './files/commit-gate.js';
import { DATA_FILE } from './files/data-file.js';

const refuse = (): never => {
  throw new CooperageError('STORE_FAILED', 'a view is for reading');
};

/**
 * What is durable in `directory` now, whether or not a kernel runs there: a view does not need the directory to
 * itself. A process that is killed while it holds one keeps its pages from being used until the store is opened again.
 *
 * @throws {CooperageError} `STORE_CORRUPT`, `STORE_NEWER_FORMAT`; `BAD_ARGUMENT` where there is no store
 */
export const openLmdbView = async (directory: string): Promise<StoreView> => {
  const dataFile = join(resolve(directory), DATA_FILE);
  if (!existsSync(dataFile)) {
    throw new CooperageError('BAD_ARGUMENT', `there is no store in ${directory}`);
  }
  await checkMetaPages(dataFile, 'live');
  let environment: Environment | undefined;
  try {
    const gate = openCommitGate(directory);
    try {
      environment = await insideGate(gate, () => openEnvironment(dataFile, 'read-only'));
    } finally {
      gate.close();
    }
  } catch (cause) {
    throw new CooperageError('STORE_CORRUPT', `${dataFile} cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
  if (environment === undefined) {
    throw new CooperageError('STORE_CORRUPT', `${dataFile} is a database, but not of this program`);
  }
  const { root, blobs } = environment;
  try {
    const writer = { insistSound: refuse, write: refuse, writeElsewhere: refuse };
    return makeView(
      environment,
      directory,
      makeLmdbBlobs(directory, blobs, writer, () => undefined),
      () => root.close(),
    );
  } catch (error) {
    await root.close();
    throw error;
  }
};
