import { CooperageError } from '@cooperage/types';
import type { SqlConnection, SqlRow, Statement } from './connection.js';

const OLDEST = 150_000;

const SETTINGS: Statement = {
  name: 'cooperage_settings',
  text: `select current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
    current_setting('synchronous_commit') as synchronous_commit, current_setting('server_version') as version,
    current_setting('server_version_num')::int as number, current_setting('transaction_read_only') as read_only`,
};

/** What loses commits that were acknowledged, when it is off. */
const NEEDED = ['fsync', 'full_page_writes', 'synchronous_commit'] as const;

const insistSafe = (where: string, settings: SqlRow): void => {
  const off = NEEDED.filter((name) => settings[name] === 'off');
  if (off.length === 0) return;
  throw new CooperageError(
    'STORE_UNSAFE',
    `the database ${where} would lose acknowledged commits when its machine fails: ${off.join(', ')} ` +
      `${off.length === 1 ? 'is' : 'are'} off; switch ${off.length === 1 ? 'it' : 'them'} on, or set "allowUnsafe" for a test`,
  );
};

/**
 * Looks at a server before anything is written to it, at each connection: another one may answer under the address.
 *
 * @throws {CooperageError} `STORE_UNSAFE`; `STORE_DENIED` for one that is read-only; `STORE_FAILED` for one that is too old
 */
export const admit = async (
  where: string,
  connection: SqlConnection,
  allowUnsafe: boolean,
): Promise<void> => {
  const [settings = {}] = await connection.query(SETTINGS);
  if (Number(settings['number']) < OLDEST) {
    throw new CooperageError(
      'STORE_FAILED',
      `the database ${where} is PostgreSQL ${String(settings['version'])}; version 15 or later is needed`,
    );
  }
  // With the code of the server, so that it counts as passing for one that waits for a new primary.
  if (settings['read_only'] === 'on') {
    throw Object.assign(Error('the server is read-only'), { code: '25006' });
  }
  if (!allowUnsafe) insistSafe(where, settings);
};
