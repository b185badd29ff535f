/** The command line: `define` says what can be asked for, `commands` does it. */
import { Command, CommanderError } from 'commander';
import { EXIT, type ExitCode } from './command.js';
import { defineChanging } from './define/change.js';
import { defineCluster } from './define/cluster.js';
import { defineCopying } from './define/copy.js';
import type { Act, Definer, Everywhere } from './define/definer.js';
import { defineInspecting } from './define/inspect.js';
import { defineOperating } from './define/operate.js';
import { defineRunning } from './define/run.js';
import { defineServing } from './define/serve.js';
import { DEFAULT_CONFIG } from './find-directory.js';
import { describeError, formatError } from './report-error.js';
import type { Terminal } from './terminal.js';

export interface ProgramPowers {
  readonly terminal: Terminal;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** All commands with their help; each calls `perform` when it is parsed. */
export const makeProgram = (
  { terminal, version }: Pick<ProgramPowers, 'terminal' | 'version'>,
  perform: Definer['perform'],
): Command => {
  const program = new Command('cooperage')
    .description('Runs, operates and inspects kernels of vats.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError()
    .showHelpAfterError('(--help lists the commands)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.report(text.trimEnd()),
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
  const definer: Definer = { version, command, inspecting, perform };
  defineRunning(definer);
  defineServing(definer);
  defineOperating(definer);
  defineChanging(definer);
  defineInspecting(definer);
  defineCopying(definer);
  defineCluster(definer);
  return program;
};

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
        for (const line of formatError(thrown, debug)) terminal.report(line);
    }
  };
  const program = makeProgram({ terminal, version }, perform);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
  return exitCode;
};
