import { resolve } from 'node:path';
import { forkKernel } from '../../../tools/fork-kernel.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';
import { findDirectory } from '../../find-directory.js';
import { parseLiveslots } from '../../liveslots-option.js';

export interface ForkCommandOptions {
  readonly crank: number;
  readonly into: string;
  readonly liveslots?: readonly string[];
}

export const forkCommand = async (
  context: CommandContext,
  given: string | undefined,
  { crank, into, liveslots = [] }: ForkCommandOptions,
): Promise<ExitCode> => {
  const source = given === undefined ? await findDirectory({}) : resolve(given);
  const forked = await forkKernel({
    source,
    crank,
    into,
    liveslots: parseLiveslots(liveslots),
  });
  report(context, { source, ...forked }, () => [
    `${forked.directory}: the kernel after crank ${crank} of ${source}`,
  ]);
  return EXIT.done;
};
