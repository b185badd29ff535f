import { type Exported, exportKernel, followKernel } from '@cooperage/tools';
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';
import { findDirectory } from '../../find-directory.js';
import { onInterrupt } from '../../interrupt.js';
import { flushRunning } from '../../operator.js';
import { usageError } from '../../report-error.js';
import { countOf } from '../../text/words.js';

export interface ExportCommandOptions {
  readonly since?: string | true;
  /** Then the directory is the config of a node of its cluster. */
  readonly shard?: string;
  readonly follow?: boolean;
  /** Milliseconds. */
  readonly interval: number;
  readonly fullEvery: number;
}

const parseSince = (since: string | true): number | true => {
  if (since === true) return true;
  const commit = Number(since);
  if (/^[0-9]+$/.test(since) && Number.isSafeInteger(commit)) return commit;
  throw usageError(`--since ${since}: it must be the number of a commit`);
};

const linesOf = ({ file, commit, crank, base, rows, deleted, blobs }: Exported): string[] => {
  if (file === undefined) return [`nothing changed since commit ${base?.commit}: nothing written`];
  const at = `commit ${commit}${crank === undefined ? '' : `, crank ${crank}`}`;
  return [
    `${file}: the kernel at ${at}${base === undefined ? '' : `, on top of commit ${base.commit}`}`,
    `${countOf(rows, 'row')}, ${deleted} deleted, ${countOf(blobs, 'blob')}`,
  ];
};

/** Until Ctrl-C; the export under way is finished first. */
const followCommand = async (
  { terminal, json }: CommandContext,
  directory: string,
  target: string,
  { interval, fullEvery }: ExportCommandOptions,
): Promise<ExitCode> => {
  const controller = new AbortController();
  const release = onInterrupt(() => controller.abort());
  try {
    await followKernel(directory, target, {
      ...{ interval, increments: fullEvery, signal: controller.signal },
      before: () => flushRunning(directory),
      onExported: (exported) => {
        if (json) terminal.out(JSON.stringify({ directory, ...exported }));
        else for (const line of linesOf(exported)) terminal.out(line);
      },
    });
  } finally {
    release();
  }
  return EXIT.done;
};

/** From where the kernel is kept: a directory, or a database that several machines share. */
const exportFrom = async (
  given: string,
  target: string,
  { since, shard }: ExportCommandOptions,
): Promise<{ readonly from: object; readonly exported: Exported }> => {
  const settings = since === undefined ? {} : { since: parseSince(since) };
  if (shard !== undefined) {
    const { exportShard } = await import('../cluster/export-shard.js');
    return { from: { shard }, exported: await exportShard(given, shard, target, settings) };
  }
  const directory = await findDirectory({ directory: given });
  await flushRunning(directory);
  return { from: { directory }, exported: await exportKernel(directory, target, settings) };
};

const insistFollowable = ({ since, shard }: ExportCommandOptions): void => {
  if (since !== undefined) {
    throw usageError('--follow finds the newest export by itself: leave out --since');
  }
  if (shard !== undefined)
    throw usageError('--follow follows a kernel in a directory, not a shard');
};

export const exportCommand = async (
  context: CommandContext,
  given: string,
  target: string,
  options: ExportCommandOptions,
): Promise<ExitCode> => {
  if (options.follow === true) {
    insistFollowable(options);
    const directory = await findDirectory({ directory: given });
    return followCommand(context, directory, target, options);
  }
  const { from, exported } = await exportFrom(given, target, options);
  report(context, { ...from, ...exported, file: exported.file ?? null }, () => linesOf(exported));
  return EXIT.done;
};
