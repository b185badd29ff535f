/** Commands that read a kernel and change nothing. */
import type { CheckOptions } from '../commands/check.js';
import type { DebugCommandOptions } from '../commands/past/debug.js';
import type { GarbageCommandOptions } from '../commands/garbage.js';
import type { HistoryOptions } from '../commands/history.js';
import type { InspectOptions } from '../commands/past/inspect.js';
import type { ShowOptions } from '../commands/show.js';
import type { TranscriptOptions } from '../commands/transcript.js';
import type { DirectoryOptions } from '../find-directory.js';
import { wholeNumber } from '../setting-flags.js';
import {
  type Everywhere,
  type Definer,
  anyDelivery,
  LIVE_RECORDING,
  LIVESLOTS,
  RECORDING,
  threads,
} from './definer.js';

const definePage = ({ command, perform }: Definer): void => {
  command(
    'inspect',
    'Shows what a kernel did, in a page on this machine: its cranks, the cause of each, and objects and promises after any of them. Runs until Ctrl-C; changes nothing.',
  )
    .argument('[source]', LIVE_RECORDING)
    .option(
      '--port <n>',
      'the port of the page (default: one that is free)',
      wholeNumber(0, 65_535),
    )
    .action(async (source: string | undefined, options: Everywhere & InspectOptions) =>
      perform(options, async (context) =>
        (await import('../commands/past/inspect.js')).inspectCommand(context, source, options),
      ),
    );
};

const defineDebug = ({ command, perform }: Definer): void => {
  command(
    'debug',
    'Replays a vat up to a recorded crank, and stops it there in its own code for a debugger for Node. Runs until Ctrl-C; changes nothing.',
  )
    .argument('[source]', RECORDING)
    .requiredOption('--crank <n>', 'a crank of a vat, as "cooperage inspect" shows it', anyDelivery)
    .option(
      '--port <n>',
      'the port for the debugger (default: one that is free)',
      wholeNumber(0, 65_535),
    )
    .action(async (source: string | undefined, options: Everywhere & DebugCommandOptions) =>
      perform(options, async (context) =>
        (await import('../commands/past/debug.js')).debugCommand(context, source, options),
      ),
    );
};

export const defineInspecting = (definer: Definer): void => {
  const { command, inspecting, perform } = definer;
  inspecting('vats', 'Lists the vats of a kernel.').action(
    async (options: Everywhere & DirectoryOptions) =>
      perform(options, async (context) =>
        (await import('../commands/vats.js')).vatsCommand(context, options),
      ),
  );

  inspecting('show', 'Shows a vat: its options, counters, inbox and c-list.')
    .argument('<vat>', 'its name, or its id such as v3')
    .option('--full', 'do not cut long lines')
    .action(async (vat: string, options: Everywhere & ShowOptions) =>
      perform(options, async (context) =>
        (await import('../commands/show.js')).showCommand(context, vat, options),
      ),
    );

  inspecting('transcript', 'Shows the deliveries and syscalls of a vat, crank by crank.')
    .argument('<vat>', 'its name, or its id such as v3')
    .option('--from <n>', 'first crank', anyDelivery)
    .option('--to <n>', 'last crank', anyDelivery)
    .option('--full', 'do not cut long lines')
    .action(async (vat: string, options: Everywhere & TranscriptOptions) =>
      perform(options, async (context) =>
        (await import('../commands/transcript.js')).transcriptCommand(context, vat, options),
      ),
    );

  inspecting(
    'check',
    'Checks the whole database of a kernel: every row, reference count and link. Exit code 1 if it finds a problem.',
  )
    .option('--repair-report', 'for each problem, print what it affects and how to repair it')
    .action(async (options: Everywhere & CheckOptions) =>
      perform(options, async (context) =>
        (await import('../commands/check.js')).checkCommand(context, options),
      ),
    );

  inspecting('history', 'Shows which cranks are in the history of a kernel.')
    .option('--trim <crank>', 'delete the cranks up to and including this one', anyDelivery)
    .action(async (options: Everywhere & HistoryOptions) =>
      perform(options, async (context) =>
        (await import('../commands/history.js')).historyCommand(context, options),
      ),
    );

  definePage(definer);
  defineDebug(definer);

  command(
    'garbage',
    'Finds cycles of objects across vats to which nothing else refers. The kernel may be running. Changes nothing.',
  )
    .argument('[directory]', 'where the kernel is (default: as cooperage.json says)')
    .option('--threads <n>', 'threads that vats share during the search', threads)
    .option('--liveslots <name=module...>', LIVESLOTS)
    .option('--full', 'do not cut long lines')
    .action(async (directory: string | undefined, options: Everywhere & GarbageCommandOptions) =>
      perform(options, async (context) =>
        (await import('../commands/garbage.js')).garbageCommand(context, directory, options),
      ),
    );
};
