import { importKernel, type ImportOptions } from '@cooperage/tools';
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';
import { countOf } from '../../text/words.js';

export const importCommand = async (
  context: CommandContext,
  directory: string,
  sources: readonly string[],
  { to }: ImportOptions,
): Promise<ExitCode> => {
  const imported = await importKernel(directory, sources, to === undefined ? {} : { to });
  const { commit, crank, files } = imported;
  const at = `commit ${commit}${crank === undefined ? '' : `, crank ${crank}`}`;
  report(context, imported, () => [
    `${imported.directory}: the kernel at ${at}, from ${countOf(files.length, 'file')}`,
  ]);
  return EXIT.done;
};
