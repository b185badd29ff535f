import { exportKernel } from '@cooperage/tools';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import { findDirectory } from '../find-directory.js';
import { flushRunning } from '../operator.js';
import { usageError } from '../report-error.js';
import { countOf } from '../text/words.js';

export interface ExportCommandOptions {
  readonly since?: string | true;
}

const parseSince = (since: string | true): number | true => {
  if (since === true) return true;
  const commit = Number(since);
  if (/^[0-9]+$/.test(since) && Number.isSafeInteger(commit)) return commit;
  throw usageError(`--since ${since}: it must be the number of a commit`);
};

export const exportCommand = async (
  context: CommandContext,
  given: string,
  target: string,
  { since }: ExportCommandOptions,
): Promise<ExitCode> => {
  const directory = await findDirectory({ directory: given });
  await flushRunning(directory);
  const exported = await exportKernel(
    directory,
    target,
    since === undefined ? {} : { since: parseSince(since) },
  );
  const { file, commit, crank, base, rows, deleted, blobs } = exported;
  const at = `commit ${commit}${crank === undefined ? '' : `, crank ${crank}`}`;
  report(context, { directory, ...exported, file: file ?? null }, () =>
    file === undefined
      ? [`nothing changed since commit ${base?.commit}: nothing written`]
      : [
          `${file}: the kernel at ${at}${base === undefined ? '' : `, on top of commit ${base.commit}`}`,
          `${countOf(rows, 'row')}, ${deleted} deleted, ${countOf(blobs, 'blob')}`,
        ],
  );
  return EXIT.done;
};
