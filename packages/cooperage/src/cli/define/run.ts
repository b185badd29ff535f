/** Commands that make and run kernels. */
import { Option } from 'commander';
import { OVERRIDES } from '../../config/settings.js';
import type { BundleCommandOptions } from '../commands/bundle/bundle.js';
import type { DevOptions } from '../commands/develop/dev.js';
import type { RunOptions } from '../commands/run.js';
import { DEFAULT_CONFIG } from '../find-directory.js';
import { type Template, TEMPLATES } from '../templates/project-files.js';
import { addFlags, wholeNumber } from '../setting-flags.js';
import {
  anyDelivery,
  debugOption,
  debugPortOption,
  type Definer,
  type Everywhere,
  LIVESLOTS,
  SETTINGS_HELP,
} from './definer.js';

const DEV_HELP = `
Each module that is saved is bundled, and the transcripts of its vats are replayed on the new code. If
the syscalls are the same, the new code replaces the old and has its state. If not, the first
difference is shown, and you choose with u, f or k.`;

const defineDev = ({ command, perform }: Definer): void => {
  command('dev', 'Runs a kernel and gives its vats the code that is saved, until Ctrl-C.')
    .argument('[config]', 'config file (.json, .js or .mjs)', DEFAULT_CONFIG)
    .option('-d, --directory <directory>', 'where the kernel is kept (default: as with "run")')
    .option('--fresh', 'first delete the existing kernel')
    .addOption(
      new Option(
        '--on-difference <what>',
        'what to do if the new code behaves differently (default: ask at a terminal, otherwise keep)',
      ).choices(['upgrade', 'fresh', 'keep']),
    )
    .addOption(debugOption())
    .addOption(debugPortOption())
    .option('--liveslots <name=module...>', LIVESLOTS)
    .addHelpText('after', DEV_HELP)
    .action(async (config: string, options: Everywhere & DevOptions) =>
      perform(options, async (context) =>
        (await import('../commands/develop/dev.js')).devCommand(context, config, options),
      ),
    );
};

export const defineRunning = (definer: Definer): void => {
  const { command, perform, version } = definer;
  addFlags(
    command('run', 'Runs a kernel until nothing is left to do. Ctrl-C stops it between two cranks.')
      .argument('[config]', 'config file (.json, .js or .mjs)', DEFAULT_CONFIG)
      .option(
        '-d, --directory <directory>',
        'where the kernel is kept (default: as the config says, or .cooperage beside it)',
      )
      .option('--fresh', 'first delete the existing kernel')
      .option(
        '--upgrade',
        'give the vats the code and parameters that the config has now; their durable data stays',
      )
      .option('--ignore-changes', 'continue with the code and the parameters that the vats have')
      .option('--bootstrap', 'send bootstrap again, if it was rejected')
      .option('--memory', 'keep the kernel in memory only')
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
      .addOption(debugOption())
      .addOption(debugPortOption())
      .addHelpText('after', SETTINGS_HELP),
    OVERRIDES,
    true,
  ).action(async (config: string, options: Everywhere & RunOptions) =>
    perform(options, async (context) =>
      (await import('../commands/run.js')).runCommand(context, config, options),
    ),
  );

  defineDev(definer);

  command('init', 'Writes a small project with vats, a host program and a test.')
    .argument('[directory]', 'where to write it; existing files are not overwritten', '.')
    .addOption(
      new Option(
        '--template <template>',
        'JavaScript, TypeScript, or a kernel that keeps running, with a service of its own',
      )
        .choices(TEMPLATES)
        .default('js'),
    )
    .action(async (directory: string, options: Everywhere & { readonly template: Template }) =>
      perform(options, async (context) =>
        (await import('../commands/init.js')).initCommand(
          context,
          directory,
          version,
          options.template,
        ),
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
      'show the modules in the bundle and their sizes, as a table and a page (default: NAME.bundle.html)',
    )
    .option(
      '--verify [file]',
      'bundle again and compare with this file (default: NAME.bundle.json)',
    )
    .option(
      '--allow',
      'write a list of the packages in the bundle beside the module, as NAME.packages.json; later bundles may have only these',
    )
    .action(async (source: string, options: Everywhere & BundleCommandOptions) =>
      perform(options, async (context) =>
        (await import('../commands/bundle/bundle.js')).bundleCommand(context, source, options),
      ),
    );
};
