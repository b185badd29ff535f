export { type PostgresOptions } from './open-options.js';
export { openPostgresBackend } from './open-postgres-backend.js';
export { openPostgresStandby, type PostgresStandby } from './open-postgres-standby.js';
export type { CheckpointBounds } from './checkpoints.js';
export type { Connect, SqlConnection, SqlRow, Statement } from './sql/connection.js';
export { openSession } from './open-shard.js';
export type { Session } from './sql/session.js';
export { SHARD_NAME } from '@cooperage/types';
export { type DatabaseMeta, prepareDatabase, readMeta } from './prepare-database.js';
export {
  makeShardLog,
  OWNER_CHANNEL,
  type ShardLife,
  type ShardLog,
  type ShardRow,
} from './log/shard-log.js';
export { NODE_ROLE } from './schema.js';
