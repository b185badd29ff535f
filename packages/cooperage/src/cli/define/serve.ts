/** The command that runs a kernel as a service. */
import { OVERRIDES } from '../../config/settings.js';
import type { ServeOptions } from '../commands/serve.js';
import { DEFAULT_CONFIG } from '../find-directory.js';
import { addFlags, wholeNumber } from '../setting-flags.js';
import {
  debugOption,
  debugPortOption,
  type Definer,
  type Everywhere,
  LIVESLOTS,
  SETTINGS_HELP,
} from './definer.js';

const SERVE_HELP = `${SETTINGS_HELP}

The log goes to standard output, one JSON object a line. Exit codes: 0 the kernel was asked to stop; 75 another
process has the directory or the address, try later; 78 the config, a vat or the directory must be
corrected first; 1 the kernel failed; the next start continues from the newest durable state.`;

export const defineServing = ({ command, perform, version }: Definer): void => {
  addFlags(
    command('serve', 'Runs a kernel as a service, until it gets SIGTERM or "cooperage stop".')
      .argument('[config]', 'config file (.json, .js or .mjs)', DEFAULT_CONFIG)
      .option(
        '-d, --directory <directory>',
        'where the kernel is kept (default: as the config says, or .cooperage beside it)',
      )
      .option(
        '--listen <address>',
        'HOST:PORT of /healthz, /readyz and /metrics, or none',
        '127.0.0.1:8790',
      )
      .option(
        '--drain <milliseconds>',
        'how long waiting messages are still delivered after SIGTERM; later ones stay durable',
        wholeNumber(0, 2_147_483_647),
        10_000,
      )
      .option(
        '--upgrade',
        'give the vats the code and parameters that the config has now; their durable data stays',
      )
      .option('--ignore-changes', 'continue with the code and the parameters that the vats have')
      .addOption(debugOption())
      .addOption(debugPortOption())
      .option('--liveslots <name=module...>', LIVESLOTS)
      .addHelpText('after', SERVE_HELP),
    OVERRIDES,
    true,
  ).action(async (config: string, options: Everywhere & ServeOptions) =>
    perform(options, async (context) =>
      (await import('../commands/serve.js')).serveCommand(context, config, version, options),
    ),
  );
};
