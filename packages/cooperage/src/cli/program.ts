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
const LIVESLOTS = 'liveslots that vats can name, besides the built-in one';

const SETTINGS_HELP = `
Settings given here replace those at the top level of the config. Settings of vats apply to vats
that this start creates and that do not have the setting themselves.`;

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
      .option('--verbose', 'print the stack of an error');
    return made;
  };
  const inspecting = (name: string, description: string): Command =>
    command(name, description)
      .option('-d, --directory <directory>', 'where the kernel is')
      .option(
        '-c, --config <file>',
        `the config that names the directory (default: ${DEFAULT_CONFIG})`,
      );

  addFlags(
    command('run', 'Runs a kernel until nothing is left to do. Ctrl-C stops it between two cranks.')
      .argument('[config]', 'config file (.json, .js or .mjs)', DEFAULT_CONFIG)
      .option(
        '-d, --directory <directory>',
        'where the kernel is kept (default: as the config says, or .cooperage beside it)',
      )
      .option('--fresh', 'first delete the kernel that is there')
      .option('--memory', 'keep the kernel in memory, and forget it at the end')
      .option('--liveslots <name=module...>', LIVESLOTS)
      .option('--cranks <n>', 'stop after this many cranks', anyDelivery)
      .option(
        '--computrons <n>',
        'stop after this many computrons (only vats with metering count)',
        anyDelivery,
      )
      .option(
        '--milliseconds <n>',
        'stop after this many milliseconds',
        wholeNumber(1, 2_147_483_647),
      )
      .addHelpText('after', SETTINGS_HELP),
    OVERRIDES,
    true,
  ).action(async (config: string, options: Everywhere & RunOptions) =>
    perform(options, async (context) =>
      (await import('./commands/run.js')).runCommand(context, config, options),
    ),
  );

  command('init', 'Writes a small project that runs and has a test.')
    .argument('[directory]', 'where to write it; existing files are not overwritten', '.')
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

  inspecting('show', 'Shows a vat: its options, counters, inbox and c-list.')
    .argument('<vat>', 'its name, or its id such as v3')
    .option('--full', 'do not cut long lines')
    .action(async (vat: string, options: Everywhere & ShowOptions) =>
      perform(options, async (context) =>
        (await import('./commands/show.js')).showCommand(context, vat, options),
      ),
    );

  inspecting('transcript', 'Shows the deliveries and syscalls of a vat, crank by crank.')
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
    'Checks the whole database of a kernel: counts and follows every reference. Exit code 1 if it finds a problem.',
  )
    .option('--repair-report', 'for each problem, say what it affects and how to repair it')
    .action(async (options: Everywhere & CheckOptions) =>
      perform(options, async (context) =>
        (await import('./commands/check.js')).checkCommand(context, options),
      ),
    );

  inspecting(
    'upgrade',
    'Gives a vat new code and keeps its durable data. If the new code does not start, nothing changes, and the exit code is 1.',
  )
    .argument('<vat>', 'its name, or its id such as v3; with --all the name of a bundle')
    .requiredOption(
      '-b, --bundle <source>',
      'the new code: a module, or a file that "cooperage bundle" wrote',
    )
    .option('--all', 'upgrade all vats of a bundle of the config')
    .option(
      '--parameters <json>',
      'for the new buildRootObject (default: what the vat was started with)',
    )
    .option(
      '--message <text>',
      'the reason with which unresolved promises of the old code are rejected',
    )
    .action(async (vat: string, options: Everywhere & UpgradeCommandOptions) =>
      perform(options, async (context) =>
        (await import('./commands/upgrade.js')).upgradeCommand(context, vat, options),
      ),
    );

  command(
    'garbage',
    'Finds circles of objects across vats that nothing else refers to. The kernel may be running. Changes nothing.',
  )
    .argument('[directory]', 'where the kernel is (default: as cooperage.json says)')
    .option('--threads <n>', 'threads that vats share during the search', threads)
    .option('--liveslots <name=module...>', LIVESLOTS)
    .option('--full', 'do not cut long lines')
    .action(async (directory: string | undefined, options: Everywhere & GarbageCommandOptions) =>
      perform(options, async (context) =>
        (await import('./commands/garbage.js')).garbageCommand(context, directory, options),
      ),
    );

  inspecting('history', 'Shows which cranks are in the history of a kernel that is not running.')
    .option('--trim <crank>', 'delete the cranks up to this one, and this one', anyDelivery)
    .action(async (options: Everywhere & HistoryOptions) =>
      perform(options, async (context) =>
        (await import('./commands/history.js')).historyCommand(context, options),
      ),
    );

  inspecting(
    'quarantine',
    'Lists quarantined vats (their replay diverged), releases or terminates one. Exit code 1 if one is still quarantined after that.',
  )
    .argument('[vat]', 'its name, or its id such as v3')
    .option('--release', 'let the vat replay again')
    .option('--terminate <reason>', 'terminate the vat with this reason')
    .action(async (vat: string | undefined, options: Everywhere & QuarantineOptions) =>
      perform(options, async (context) =>
        (await import('./commands/quarantine.js')).quarantineCommand(context, vat, options),
      ),
    );

  inspecting(
    'suspended',
    'Lists suspended vats (they used up their computrons), resumes one. Exit code 1 if one is still suspended after that.',
  )
    .argument('[vat]', 'its name, or its id such as v3')
    .option('--resume', 'try the crank again with the computrons that the vat has now')
    .option('--computron-limit <n>', 'new limit for one crank of the vat', anyDelivery)
    .action(async (vat: string | undefined, options: Everywhere & SuspendedOptions) =>
      perform(options, async (context) =>
        (await import('./commands/suspended.js')).suspendedCommand(context, vat, options),
      ),
    );

  inspecting('meters', 'Lists meters: what is left in each, and its vats. Tops one up.')
    .argument('[meter]', 'its name in the config, or its kref such as ko12')
    .option(
      '--add <n>',
      'add this many computrons; vats that are suspended because of this meter continue',
      computrons,
    )
    .action(async (meter: string | undefined, options: Everywhere & MetersOptions) =>
      perform(options, async (context) =>
        (await import('./commands/meters.js')).metersCommand(context, meter, options),
      ),
    );

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
        (await import('./commands/replay.js')).replayCommand(context, directory, options),
      ),
    );

  command(
    'export',
    'Writes the present state of a kernel into one file. The kernel may be running.',
  )
    .argument('<directory>', 'where the kernel is')
    .argument('<target>', 'a new file, or a folder of exports')
    .option(
      '--since [commit]',
      'write an increment: the changes since this commit (default: since the newest export in the folder)',
    )
    .action(async (directory: string, target: string, options: Everywhere & ExportCommandOptions) =>
      perform(options, async (context) =>
        (await import('./commands/export.js')).exportCommand(context, directory, target, options),
      ),
    );

  command(
    'import',
    'Makes a kernel from an export. It checks all files first; if one is damaged, it makes nothing.',
  )
    .argument('<directory>', 'where to make it; must be missing or empty')
    .argument('<sources...>', 'files, or a folder: a full export and the increments that follow it')
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
