/** The command line: what can be asked for. What is done is in `commands`. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { KERNEL_SETTINGS, OVERRIDES } from '../config/settings.js';
import { type CommandContext, EXIT, type ExitCode } from './command.js';
import type { BundleCommandOptions } from './commands/bundle.js';
import type { MetersOptions } from './commands/meters.js';
import type { QuarantineOptions } from './commands/quarantine.js';
import type { RunOptions } from './commands/run.js';
import type { CheckOptions } from './commands/check.js';
import type { ExportCommandOptions } from './commands/export.js';
import type { ImportOptions } from '../export/import-kernel.js';
import type { GarbageCommandOptions } from './commands/garbage.js';
import type { HistoryOptions } from './commands/history.js';
import type { ReplayOptions } from './commands/replay.js';
import type { ShowOptions } from './commands/show.js';
import type { SuspendedOptions } from './commands/suspended.js';
import type { UpgradeCommandOptions } from './commands/upgrade.js';
import type { TranscriptOptions } from './commands/transcript.js';
import { DEFAULT_CONFIG, type DirectoryOptions } from './find-directory.js';
import { describeError, formatError } from './report-error.js';
import { type Template, TEMPLATES } from './templates/project-files.js';
import { addFlags, wholeNumber } from './setting-flags.js';
import type { Terminal } from './terminal.js';

/** More than a number can say. */
const computrons = (text: string): bigint => {
  if (/^[0-9]{1,30}$/.test(text) && BigInt(text) > 0n) return BigInt(text);
  throw new InvalidArgumentError('It must be a whole number from 1, written in digits.');
};

/** A module of a config's liveslots by the name that vats ask for. */
const LIVESLOTS = 'liveslots that vats name, beside the one in the box';

const SETTINGS_HELP = `
Settings given here hold instead of what the config says at its top level; those of vats, for the
vats that this start makes and that do not say.`;

const { least, most } = KERNEL_SETTINGS.threads.value;
const threads = wholeNumber(least, most);
const anyDelivery = wholeNumber(1, Number.MAX_SAFE_INTEGER);

export interface ProgramPowers {
  readonly terminal: Terminal;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface Everywhere {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

type Act = (context: CommandContext) => Promise<ExitCode>;

/** @returns the exit code */
export const runProgram = async (
  args: readonly string[],
  { terminal, version, env }: ProgramPowers,
): Promise<ExitCode> => {
  let exitCode: ExitCode = EXIT.done;

  const perform = async ({ json, verbose }: Everywhere, act: Act): Promise<void> => {
    try {
      exitCode = await act({ terminal, json: json === true });
    } catch (thrown) {
      exitCode = EXIT.failed;
      const debug = verbose === true || Boolean(env['COOPERAGE_DEBUG']);
      if (json === true) {
        terminal.out(JSON.stringify({ error: describeError(thrown) }, undefined, 2));
      }
      if (json !== true || debug)
        for (const line of formatError(thrown, debug)) terminal.note(line);
    }
  };

  const program = new Command('cooperage')
    .description('Runs and inspects kernels of vats.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError()
    .showHelpAfterError('(--help says what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
    });

  const command = (name: string, description: string): Command => {
    const made = program
      .command(name)
      .description(description)
      .helpOption('-h, --help', 'print this help')
      .option('--json', 'print the result as one JSON object')
      .option('--verbose', 'print where an error comes from');
    return made;
  };
  const inspecting = (name: string, description: string): Command =>
    command(name, description)
      .option('-d, --directory <directory>', 'where the kernel is')
      .option('-c, --config <file>', `its config, which says where (default: ${DEFAULT_CONFIG})`);

  addFlags(
    command('run', 'Runs a kernel until nothing is left to do. Ctrl-C stops it between two cranks.')
      .argument('[config]', 'config file (.json, .js or .mjs)', DEFAULT_CONFIG)
      .option(
        '-d, --directory <directory>',
        'where the kernel is kept (default: as the config says, or .cooperage beside it)',
      )
      .option('--fresh', 'delete what is kept there first')
      .option('--memory', 'keep nothing')
      .option('--liveslots <name=module...>', LIVESLOTS)
      .option('--cranks <n>', 'stop after so many cranks', anyDelivery)
      .option(
        '--computrons <n>',
        'stop when so many are used, by vats on an engine that meters',
        anyDelivery,
      )
      .option('--milliseconds <n>', 'stop after so much time', wholeNumber(1, 2_147_483_647))
      .addHelpText('after', SETTINGS_HELP),
    OVERRIDES,
    true,
  ).action(async (config: string, options: Everywhere & RunOptions) =>
    perform(options, async (context) =>
      (await import('./commands/run.js')).runCommand(context, config, options),
    ),
  );

  command('init', 'Writes a small project that runs and has a test.')
    .argument('[directory]', 'where; it may be missing, and nothing in it is overwritten', '.')
    .addOption(
      new Option('--template <language>', 'JavaScript or TypeScript')
        .choices(TEMPLATES)
        .default('js'),
    )
    .action(async (directory: string, options: Everywhere & { readonly template: Template }) =>
      perform(options, async (context) =>
        (await import('./commands/init.js')).initCommand(
          context,
          directory,
          version,
          options.template,
        ),
      ),
    );

  inspecting('vats', 'Lists the vats of a kernel that is not running.').action(
    async (options: Everywhere & DirectoryOptions) =>
      perform(options, async (context) =>
        (await import('./commands/vats.js')).vatsCommand(context, options),
      ),
  );

  inspecting('show', 'Shows a vat: its options and counters, what waits for it, and its c-list.')
    .argument('<vat>', 'its name, or its id such as v3')
    .option('--full', 'do not cut long lines')
    .action(async (vat: string, options: Everywhere & ShowOptions) =>
      perform(options, async (context) =>
        (await import('./commands/show.js')).showCommand(context, vat, options),
      ),
    );

  inspecting('transcript', 'Shows what a vat was told and what it did, crank by crank.')
    .argument('<vat>', 'its name, or its id such as v3')
    .option('--from <n>', 'first crank', anyDelivery)
    .option('--to <n>', 'last crank', anyDelivery)
    .option('--full', 'do not cut long lines')
    .action(async (vat: string, options: Everywhere & TranscriptOptions) =>
      perform(options, async (context) =>
        (await import('./commands/transcript.js')).transcriptCommand(context, vat, options),
      ),
    );

  inspecting(
    'check',
    'Checks the whole database of a kernel: everything is counted and followed anew. Exit code 1 if it finds a problem.',
  )
    .option('--repair-report', 'say of each problem what it affects, and what could be done')
    .action(async (options: Everywhere & CheckOptions) =>
      perform(options, async (context) =>
        (await import('./commands/check.js')).checkCommand(context, options),
      ),
    );

  inspecting(
    'upgrade',
    'Gives a vat new code; its durable data stays. Exit code 1 if the new code does not start: then nothing has happened.',
  )
    .argument('<vat>', 'its name, or its id such as v3; with --all the name of a bundle')
    .requiredOption('-b, --bundle <source>', 'the new code: a module, or what "bundle" made of it')
    .option('--all', 'upgrade all vats of a bundle of the config')
    .option(
      '--parameters <json>',
      'for the new buildRootObject (default: what the vat was started with)',
    )
    .option('--message <text>', 'what those learn whose promises the old code did not keep')
    .action(async (vat: string, options: Everywhere & UpgradeCommandOptions) =>
      perform(options, async (context) =>
        (await import('./commands/upgrade.js')).upgradeCommand(context, vat, options),
      ),
    );

  command(
    'garbage',
    'Finds objects that hold one another across vats and that nothing else holds, in a kernel that runs or not. Changes nothing.',
  )
    .argument('[directory]', 'where the kernel is (default: as cooperage.json says)')
    .option('--threads <n>', 'threads that vats share while they are asked', threads)
    .option('--liveslots <name=module...>', LIVESLOTS)
    .option('--full', 'do not cut long lines')
    .action(async (directory: string | undefined, options: Everywhere & GarbageCommandOptions) =>
      perform(options, async (context) =>
        (await import('./commands/garbage.js')).garbageCommand(context, directory, options),
      ),
    );

  inspecting('history', 'Says which cranks the history of a kernel that is not running holds.')
    .option('--trim <crank>', 'forget the cranks up to and with this one', anyDelivery)
    .action(async (options: Everywhere & HistoryOptions) =>
      perform(options, async (context) =>
        (await import('./commands/history.js')).historyCommand(context, options),
      ),
    );

  inspecting(
    'quarantine',
    'Vats that did not repeat their history, and what to do about them. Exit code 1 if one is left after --release or --terminate.',
  )
    .argument('[vat]', 'its name, or its id such as v3')
    .option('--release', 'let it try again')
    .option('--terminate <reason>', 'end it; whoever holds its references learns why')
    .action(async (vat: string | undefined, options: Everywhere & QuarantineOptions) =>
      perform(options, async (context) =>
        (await import('./commands/quarantine.js')).quarantineCommand(context, vat, options),
      ),
    );

  inspecting(
    'suspended',
    'Vats that used up what they may use, and what to do about them. Exit code 1 if one is left after --resume or --computron-limit.',
  )
    .argument('[vat]', 'its name, or its id such as v3')
    .option('--resume', 'let it try again with what it has')
    .option('--computron-limit <n>', 'what one crank may use from now on', anyDelivery)
    .action(async (vat: string | undefined, options: Everywhere & SuspendedOptions) =>
      perform(options, async (context) =>
        (await import('./commands/suspended.js')).suspendedCommand(context, vat, options),
      ),
    );

  inspecting('meters', 'Meters: what is left in each, and the vats that are charged to it.')
    .argument('[meter]', 'its name in the config, or its kref such as ko12')
    .option(
      '--add <n>',
      'so many computrons more; vats that were suspended for want of them go on',
      computrons,
    )
    .action(async (meter: string | undefined, options: Everywhere & MetersOptions) =>
      perform(options, async (context) =>
        (await import('./commands/meters.js')).metersCommand(context, meter, options),
      ),
    );

  command(
    'replay',
    'Runs a kernel again from its history, in another directory, and shows the first difference. Exit code 1 if there is one.',
  )
    .argument('[directory]', 'where the kernel is (default: as cooperage.json says)')
    .option(
      '--into <directory>',
      'where it is run again, and kept; empty, or an earlier state of it',
    )
    .option('--to <crank>', 'the last crank', anyDelivery)
    .option('--threads <n>', 'threads that vats share', threads)
    .option('--liveslots <name=module...>', LIVESLOTS)
    .option('--full', 'do not cut long lines')
    .action(async (directory: string | undefined, options: Everywhere & ReplayOptions) =>
      perform(options, async (context) =>
        (await import('./commands/replay.js')).replayCommand(context, directory, options),
      ),
    );

  command('export', 'Writes a whole kernel into a file, as it is now, whether it runs or not.')
    .argument('<directory>', 'where the kernel is')
    .argument('<target>', 'a new file, or a folder of exports')
    .option(
      '--since [commit]',
      'only what changed since the newest export in the folder, or since this one',
    )
    .action(async (directory: string, target: string, options: Everywhere & ExportCommandOptions) =>
      perform(options, async (context) =>
        (await import('./commands/export.js')).exportCommand(context, directory, target, options),
      ),
    );

  command(
    'import',
    'Makes a kernel of an export. It is checked first, and then made whole or not at all.',
  )
    .argument('<directory>', 'where; it must be missing or empty')
    .argument('<sources...>', 'files, or a folder of exports: a full one and the increments on it')
    .option('--to <commit>', 'the export up to this commit (default: the newest one)', anyDelivery)
    .action(async (directory: string, sources: string[], options: Everywhere & ImportOptions) =>
      perform(options, async (context) =>
        (await import('./commands/import.js')).importCommand(context, directory, sources, options),
      ),
    );

  command('bundle', 'Bundles the code of a vat into one file, which a config can name as a source.')
    .argument('<source>', 'the module: a path, or a module of an installed package')
    .option(
      '-o, --out <file>',
      'where to write it, "-" for standard output (default: NAME.bundle.json)',
    )
    .option(
      '--explain [page]',
      'show what is in it and how large, as a table and a page (default: NAME.bundle.html)',
    )
    .option(
      '--verify [file]',
      'make it again and compare it with a file (default: NAME.bundle.json)',
    )
    .action(async (source: string, options: Everywhere & BundleCommandOptions) =>
      perform(options, async (context) =>
        (await import('./commands/bundle.js')).bundleCommand(context, source, options),
      ),
    );

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  return exitCode;
};
