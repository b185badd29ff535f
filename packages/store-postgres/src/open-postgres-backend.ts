import { insistOptions, type StoreBackend } from '@cooperage/types';
import { POSTGRES_OPTIONS, type PostgresOptions } from './open-options.js';
import { insistShard, openShard, ownShard, takeShard } from './open-shard.js';
import { openReplica } from './replica/replica.js';

/**
 * Opens a kernel's store in a PostgreSQL database, or makes one there, and takes it over from an owner that has no lease.
 *
 * @throws {CooperageError} `STORE_UNREACHABLE`; `STORE_DENIED` for a wrong password, a missing privilege, a certificate that
 *   proves nothing, a server that is read-only; `STORE_UNSAFE`; `STORE_NEWER_FORMAT`; `STORE_LOCKED` while the owner has a
 *   lease; `STORE_CORRUPT` where the database is damaged, or went back; `STORE_LOST`, `STORE_FULL`, `STORE_FAILED`,
 *   `BAD_ARGUMENT`
 */
export const openPostgresBackend = async (options: PostgresOptions): Promise<StoreBackend> => {
  insistOptions('openPostgresBackend', options, POSTGRES_OPTIONS);
  const shard = await openShard(options);
  const { log, data, cluster } = shard;
  try {
    insistShard(shard, await log.read());
    const row = await takeShard(shard);
    const replica = await openReplica({ data, cluster, log, life: row }, row);
    try {
      return await ownShard(shard, row, replica);
    } catch (error) {
      await replica.close();
      throw error;
    }
  } catch (error) {
    await shard.session.close();
    throw error;
  }
};
