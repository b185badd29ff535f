/** Commands that make another kernel, or a file, of one. */
import type { ExportCommandOptions } from '../commands/copy/export.js';
import type { ForkCommandOptions } from '../commands/copy/fork.js';
import type { ImportOptions } from '@cooperage/tools';
import type { ReplayOptions } from '../commands/replay.js';
import { wholeNumber } from '../setting-flags.js';
import {
  type Everywhere,
  type Definer,
  anyDelivery,
  LIVESLOTS,
  RECORDING,
  threads,
} from './definer.js';

const defineReplay = ({ command, perform }: Definer): void => {
  command(
    'replay',
    'Replays a kernel from its history, in another directory, and shows the first difference. Exit code 1 if there is one.',
  )
    .argument('[directory]', 'where the kernel is (default: as cooperage.json says)')
    .option(
      '--into <directory>',
      'where the replayed kernel is kept; an empty directory, or an earlier replay of the same kernel',
    )
    .option('--to <crank>', 'the last crank', anyDelivery)
    .option('--threads <n>', 'threads that vats share', threads)
    .option('--liveslots <name=module...>', LIVESLOTS)
    .option('--full', 'do not cut long lines')
    .action(async (directory: string | undefined, options: Everywhere & ReplayOptions) =>
      perform(options, async (context) =>
        (await import('../commands/replay.js')).replayCommand(context, directory, options),
      ),
    );
};

const defineExport = ({ command, perform }: Definer): void => {
  command(
    'export',
    'Writes the present state of a kernel into one file. The kernel may be running.',
  )
    .argument(
      '<directory>',
      'where the kernel is; with --shard: the config of a node, cluster.json',
    )
    .argument('<target>', 'a new file, or a folder of exports')
    .option('--shard <shard>', 'export this shard of a cluster, from its database')
    .option(
      '--since [commit]',
      'write an increment: the changes since this commit (default: since the newest export in the folder)',
    )
    .option('-f, --follow', 'keep the folder up to date with increments, until Ctrl-C')
    .option(
      '--interval <milliseconds>',
      'with --follow: the time between two exports',
      wholeNumber(100, 86_400_000),
      10_000,
    )
    .option(
      '--full-every <n>',
      'with --follow: a full export after this many increments',
      wholeNumber(1, 1_000_000),
      100,
    )
    .action(async (directory: string, target: string, options: Everywhere & ExportCommandOptions) =>
      perform(options, async (context) =>
        (await import('../commands/copy/export.js')).exportCommand(
          context,
          directory,
          target,
          options,
        ),
      ),
    );
};

const defineImport = ({ command, perform }: Definer): void => {
  command(
    'import',
    'Makes a kernel from an export. It checks all files first; if one is damaged, it makes nothing.',
  )
    .argument('<directory>', 'where to make it; the directory must be missing or empty')
    .argument('<sources...>', 'files, or a folder: a full export and the increments that follow it')
    .option('--to <commit>', 'the export up to this commit (default: the newest one)', anyDelivery)
    .action(async (directory: string, sources: string[], options: Everywhere & ImportOptions) =>
      perform(options, async (context) =>
        (await import('../commands/copy/import.js')).importCommand(
          context,
          directory,
          sources,
          options,
        ),
      ),
    );
};

const defineFork = ({ command, perform }: Definer): void => {
  command(
    'fork',
    'Makes a separate kernel from the state after any crank of a history, to try things on. The original is not changed.',
  )
    .argument('[source]', RECORDING)
    .requiredOption('--crank <n>', 'the crank after which the fork begins', anyDelivery)
    .requiredOption(
      '--into <directory>',
      'where to make it; the directory must be missing or empty',
    )
    .option('--liveslots <name=module...>', LIVESLOTS)
    .action(async (source: string | undefined, options: Everywhere & ForkCommandOptions) =>
      perform(options, async (context) =>
        (await import('../commands/copy/fork.js')).forkCommand(context, source, options),
      ),
    );
};

export const defineCopying = (definer: Definer): void => {
  defineReplay(definer);
  defineExport(definer);
  defineImport(definer);
  defineFork(definer);
};
