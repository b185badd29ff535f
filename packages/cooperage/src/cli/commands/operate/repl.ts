/** A prompt at a kernel, or at an object behind a capability URL. */
import { closeSync, existsSync, fchmodSync, openSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type CommandContext, EXIT, type ExitCode } from '../../command.js';
import type { DirectoryOptions } from '../../find-directory.js';
import { withOperator } from '../../operator.js';
import type { Prompt, PromptOptions, PromptStreams } from '../../repl/prompt.js';
import type { ReplWorld } from '../../repl/world.js';

const BANNER = {
  kernel: "E(vats.NAME).method('ann') sends; $1 is the first result; .help lists commands",
  url: "E(root).method('ann') sends; $1 is the first result; .help lists commands",
} as const;

const isURL = (target: string | undefined): target is string =>
  target !== undefined && /^(https?|wss?):\/\//.test(target);

/** Only its owner reads it: arguments may be secret. */
const historyFileOf = (env: NodeJS.ProcessEnv): string | undefined => {
  const named = env['COOPERAGE_REPL_HISTORY'];
  if (named === '') return undefined;
  const file = named ?? join(homedir(), '.cooperage_repl_history');
  try {
    const opened = openSync(file, 'a', 0o600);
    fchmodSync(opened, 0o600);
    closeSync(opened);
  } catch {
    return existsSync(file) ? file : undefined;
  }
  return file;
};

const standardStreams = (): PromptStreams => ({
  input: process.stdin,
  output: process.stdout,
  isTerminal: process.stdin.isTTY && process.stdout.isTTY,
});

/** What is said before the prompt is there is said at once. */
const makeTeller = ({ terminal }: CommandContext) => {
  let prompt: Prompt | undefined;
  return {
    tell: (line: string): void => {
      if (prompt === undefined) terminal.report(line);
      else prompt.tell(line);
    },
    use: (opened: Prompt): void => {
      prompt = opened;
    },
  };
};

export const replCommand = async (
  context: CommandContext,
  target: string | undefined,
  options: DirectoryOptions,
  given: Partial<PromptOptions> = {},
): Promise<ExitCode> => {
  const streams = { ...standardStreams(), ...given };
  const { tell, use } = makeTeller(context);
  const { openPrompt } = await import('../../repl/prompt.js');

  const at = async (world: ReplWorld, banner: string, signal?: AbortSignal): Promise<ExitCode> => {
    if (streams.isTerminal) streams.output.write(`${banner}\n`);
    const historyFile = 'historyFile' in streams ? streams.historyFile : historyFileOf(process.env);
    const prompt = openPrompt(world, {
      ...streams,
      historyFile: streams.isTerminal ? historyFile : undefined,
      ...(signal !== undefined && { signal }),
    });
    use(prompt);
    const failures = await prompt.ended;
    return failures > 0 && !streams.isTerminal ? EXIT.failed : EXIT.done;
  };

  if (isURL(target)) {
    const { makeUrlWorld } = await import('../../repl/url-world.js');
    const world = makeUrlWorld(target, tell);
    try {
      return await at(world, BANNER.url);
    } finally {
      await world.leave();
    }
  }
  const { makeKernelWorld } = await import('../../repl/kernel-world.js');
  const terminal = { ...context.terminal, report: tell };
  return withOperator(
    { ...context, terminal },
    { ...options, ...(target !== undefined && { directory: target }) },
    { label: 'opening the kernel', stays: true },
    async (operator) => {
      const controller = new AbortController();
      void operator.ended?.then(() => {
        tell('the kernel has ended');
        controller.abort();
      });
      const world = await makeKernelWorld(operator);
      const how = operator.isRunning ? 'a running kernel' : 'opened here';
      const banner = `${operator.directory} (${how})\n${BANNER.kernel}`;
      return at(world, banner, controller.signal);
    },
  );
};
