/** Commands that change the vats and meters of a kernel. */
import { Option } from 'commander';
import type { MetersOptions } from '../commands/meters.js';
import type { QuarantineOptions } from '../commands/quarantine.js';
import type { RehearseCommandOptions } from '../commands/develop/rehearse.js';
import type { SuspendedOptions } from '../commands/suspended.js';
import type { UpgradeCommandOptions } from '../commands/upgrade.js';
import {
  anyDelivery,
  computrons,
  type Definer,
  type Everywhere,
  LIVESLOTS,
  threads,
} from './definer.js';

const REHEARSE_HELP = `
Without --source the new code of a vat is its source in the config. Without VATS all vats of the config
are tried. Exit code 1 if one of them behaves differently or cannot be run. With --accept upgrade a
different behavior passes if an upgrade to the new code would start.`;

const defineRehearsing = ({ inspecting, perform }: Definer): void => {
  inspecting(
    'rehearse',
    'Runs the recorded deliveries of vats on new code, and tries whether an upgrade would start. Changes nothing.',
  )
    .argument('[vats...]', 'their names, or ids such as v3')
    .option(
      '-s, --source <module>',
      'the new code: a module, or a file that "cooperage bundle" wrote',
    )
    .option('--export <files...>', 'what "export" wrote, instead of a directory')
    .addOption(
      new Option(
        '--accept <what>',
        'what a vat must do to pass: make the same syscalls, or else start after an upgrade',
      )
        .choices(['same', 'upgrade'])
        .default('same'),
    )
    .option('--threads <n>', 'threads that vats share', threads)
    .option('--liveslots <name=module...>', LIVESLOTS)
    .option('--full', 'do not cut long lines')
    .addHelpText('after', REHEARSE_HELP)
    .action(async (vats: string[], options: Everywhere & RehearseCommandOptions) =>
      perform(options, async (context) =>
        (await import('../commands/develop/rehearse.js')).rehearseCommand(context, vats, options),
      ),
    );
};

export const defineChanging = (definer: Definer): void => {
  const { inspecting, perform } = definer;
  defineRehearsing(definer);
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
      'parameters for the new buildRootObject (default: those of the config if they were changed, or else those that the vat was started with)',
    )
    .option(
      '--message <text>',
      'the reason with which unresolved promises of the old code are rejected',
    )
    .action(async (vat: string, options: Everywhere & UpgradeCommandOptions) =>
      perform(options, async (context) =>
        (await import('../commands/upgrade.js')).upgradeCommand(context, vat, options),
      ),
    );

  inspecting(
    'quarantine',
    'Lists quarantined vats (their replay diverged), or releases or terminates one. Exit code 1 if a listed vat is still quarantined.',
  )
    .argument('[vat]', 'its name, or its id such as v3')
    .option('--release', 'let the vat replay again')
    .option('--terminate <reason>', 'terminate the vat with this reason')
    .action(async (vat: string | undefined, options: Everywhere & QuarantineOptions) =>
      perform(options, async (context) =>
        (await import('../commands/quarantine.js')).quarantineCommand(context, vat, options),
      ),
    );

  inspecting(
    'suspended',
    'Lists suspended vats (they used up their computrons), or resumes one. Exit code 1 if a listed vat is still suspended.',
  )
    .argument('[vat]', 'its name, or its id such as v3')
    .option('--resume', 'try the crank again with the computrons that the vat has now')
    .option('--computron-limit <n>', 'new limit for one crank of the vat', anyDelivery)
    .action(async (vat: string | undefined, options: Everywhere & SuspendedOptions) =>
      perform(options, async (context) =>
        (await import('../commands/suspended.js')).suspendedCommand(context, vat, options),
      ),
    );

  inspecting('meters', 'Lists meters with their vats and the computrons left, or tops one up.')
    .argument('[meter]', 'its name in the config, or its kref such as ko12')
    .option(
      '--add <n>',
      'add this many computrons; vats that are suspended because of this meter continue',
      computrons,
    )
    .action(async (meter: string | undefined, options: Everywhere & MetersOptions) =>
      perform(options, async (context) =>
        (await import('../commands/meters.js')).metersCommand(context, meter, options),
      ),
    );
};
