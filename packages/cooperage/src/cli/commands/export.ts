import { exportKernel, type Exported } from '@cooperage/tools';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import { findDirectory } from '../find-directory.js';
import { flushRunning } from '../operator.js';
import { usageError } from '../report-error.js';
import { countOf } from '../text/words.js';

export interface ExportCommandOptions {
  readonly since?: string | true;
  /** Then the directory is the config of a node of its cluster. */
  readonly shard?: string;
}

const parseSince = (since: string | true): number | true => {
  if (since === true) return true;
  const commit = Number(since);
  if (/^[0-9]+$/.test(since) && Number.isSafeInteger(commit)) return commit;
  throw usageError(`--since ${since}: it must be the number of a commit`);
};

/** From where the kernel is kept: a directory, or a database that several machines share. */
const exportFrom = async (
  given: string,
  target: string,
  options: ExportCommandOptions,
): Promise<{ readonly from: object; readonly exported: Exported }> => {
  const { since, shard } = options;
  const settings = since === undefined ? {} : { since: parseSince(since) };
  if (shard !== undefined) {
    const { exportShard } = await import('./cluster/export-shard.js');
    return { from: { shard }, exported: await exportShard(given, shard, target, settings) };
  }
  const directory = await findDirectory({ directory: given });
  await flushRunning(directory);
  return { from: { directory }, exported: await exportKernel(directory, target, settings) };
};

export const exportCommand = async (
  context: CommandContext,
  given: string,
  target: string,
  options: ExportCommandOptions,
): Promise<ExitCode> => {
  const { from, exported } = await exportFrom(given, target, options);
  const { file, commit, crank, base, rows, deleted, blobs } = exported;
  const at = `commit ${commit}${crank === undefined ? '' : `, crank ${crank}`}`;
  report(context, { ...from, ...exported, file: file ?? null }, () =>
    file === undefined
      ? [`nothing changed since commit ${base?.commit}: nothing written`]
      : [
          `${file}: the kernel at ${at}${base === undefined ? '' : `, on top of commit ${base.commit}`}`,
          `${countOf(rows, 'row')}, ${deleted} deleted, ${countOf(blobs, 'blob')}`,
        ],
  );
  return EXIT.done;
};
