import { openPostgresStandby } from '@cooperage/store-postgres';
import { type Exported, type ExportOptions, exportView } from '@cooperage/tools';
import { readClusterConfig } from '../../../cluster/cluster-config.js';

/** From a replica of its own, while the shard runs where it runs. */
export const exportShard = async (
  file: string,
  shard: string,
  target: string,
  options: ExportOptions,
): Promise<Exported> => {
  const { database, data } = readClusterConfig(file);
  const standby = await openPostgresStandby({ ...database, data, shard, create: false });
  try {
    const view = standby.view();
    try {
      return await exportView(view, target, options);
    } finally {
      await view.release();
    }
  } finally {
    await standby.close();
  }
};
