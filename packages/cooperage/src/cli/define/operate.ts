/** Commands that operate a kernel: what they ask goes over its control socket while it runs. */
import type { LogsOptions } from '../commands/operate/logs.js';
import type { SendOptions } from '../commands/operate/send.js';
import type { StatsOptions } from '../commands/operate/stats.js';
import type { TerminateOptions } from '../commands/operate/terminate.js';
import type { TimersOptions } from '../commands/operate/timers.js';
import type { UrlsOptions } from '../commands/operate/urls.js';
import type { DirectoryOptions } from '../find-directory.js';
import { wholeNumber } from '../setting-flags.js';
import { type Definer, type Everywhere } from './definer.js';

const SEND_HELP = `
Arguments are JSON or JavaScript literals: 5, 5n, true, '"a text"', '{ name: "ann" }'. A plain word
is a string. Arguments that begin with a minus come after --: cooperage send bank add -- ann -5.
Exit code 1 if the vat rejects the message.`;

const REPL_HELP = `
A running kernel is reached over its control socket; a stopped one is opened here and closed at the
end. Lines may come from a file: cooperage repl < lines.js. Exit code 1 if one of them fails.`;

export const defineOperating = ({ inspecting, perform }: Definer): void => {
  inspecting(
    'send',
    'Sends a message to the root of a vat and prints the answer. Runs the kernel if none runs.',
  )
    .argument('<vat>', 'its name in the config')
    .argument('<method>', 'the method to call')
    .argument('[args...]', 'JSON or JavaScript literals')
    .option(
      '--no-wait',
      'do not wait for the answer; the message is durable, and is delivered later',
    )
    .addHelpText('after', SEND_HELP)
    .action(
      async (vat: string, method: string, args: string[], options: Everywhere & SendOptions) =>
        perform(options, async (context) =>
          (await import('../commands/operate/send.js')).sendCommand(
            context,
            vat,
            method,
            args,
            options,
          ),
        ),
    );

  inspecting(
    'repl',
    'Opens a prompt that sends messages to the vats of a kernel, or to the object of a capability URL.',
  )
    .argument(
      '[target]',
      'the directory of a kernel, or a capability URL (default: as cooperage.json says)',
    )
    .addHelpText('after', REPL_HELP)
    .action(async (target: string | undefined, options: Everywhere & DirectoryOptions) =>
      perform(options, async (context) =>
        (await import('../commands/operate/repl.js')).replCommand(context, target, options),
      ),
    );

  inspecting('logs', 'Shows the newest log entries of a running kernel, with --json one a line.')
    .argument('[vat]', 'only those of this vat: its name, or its id such as v3')
    .option('-f, --follow', 'follow the log until Ctrl-C')
    .action(async (vat: string | undefined, options: Everywhere & LogsOptions) =>
      perform(options, async (context) =>
        (await import('../commands/operate/logs.js')).logsCommand(context, vat, options),
      ),
    );

  inspecting('stats', 'Shows figures of a running kernel: cranks, commits, vats, memory.')
    .option('-w, --watch', 'repeat at intervals, until Ctrl-C')
    .option(
      '--interval <milliseconds>',
      'with --watch: the time between two lines',
      wholeNumber(100, 3_600_000),
      1_000,
    )
    .action(async (options: Everywhere & StatsOptions) =>
      perform(options, async (context) =>
        (await import('../commands/operate/stats.js')).statsCommand(context, options),
      ),
    );

  inspecting(
    'terminate',
    'Terminates a vat. Its promises and messages are rejected with the reason.',
  )
    .argument('<vat>', 'its name, or its id such as v3')
    .option('--reason <text>', 'why', 'terminated by an operator')
    .action(async (vat: string, options: Everywhere & TerminateOptions) =>
      perform(options, async (context) =>
        (await import('../commands/operate/terminate.js')).terminateCommand(context, vat, options),
      ),
    );

  inspecting(
    'timers',
    'Lists what the timer will do: delays, wake-ups, repetitions and cron patterns.',
  )
    .option('--cancel <id>', 'end a wake-up, a repetition or a cron pattern')
    .action(async (options: Everywhere & TimersOptions) =>
      perform(options, async (context) =>
        (await import('../commands/operate/timers.js')).timersCommand(context, options),
      ),
    );

  inspecting('urls', 'Lists, issues and revokes the capability URLs of the gateway.')
    .option(
      '--issue <object>',
      'make a URL for a vat’s root, an exposed name, or a kref, and print it',
    )
    .option('--label <text>', 'with --issue: a text for the list')
    .option('--page <url>', 'with --issue: the page that the URL opens')
    .option('--revoke <id>', 'revoke a URL (its id, or itself), and the access that it gave')
    .action(async (options: Everywhere & UrlsOptions) =>
      perform(options, async (context) =>
        (await import('../commands/operate/urls.js')).urlsCommand(context, options),
      ),
    );

  inspecting('stop', 'Stops a running kernel between two cranks. Nothing is lost.').action(
    async (options: Everywhere & DirectoryOptions) =>
      perform(options, async (context) =>
        (await import('../commands/operate/stop.js')).stopCommand(context, options),
      ),
  );
};
