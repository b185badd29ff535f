/** A crank of the past under a debugger for Node: until Ctrl-C. */
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { debugCrank, type DebuggedCrank, type DebugSession } from '@cooperage/inspect';
import { messageOf } from '@cooperage/types';
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';
import { findDirectory } from '../../find-directory.js';
import { onInterrupt } from '../../interrupt.js';

export interface DebugCommandOptions {
  readonly crank: number;
  readonly port?: number;
}

const tell = (context: CommandContext, source: string, at: DebuggedCrank): void => {
  const { crank, vatID, name, n, url, stoppedAt } = at;
  report(context, { source, ...at }, () => [
    `crank ${crank}: ${name} (${vatID}), delivery ${n}`,
    stoppedAt === undefined
      ? 'no code of the author runs in this crank; the debugger shows the vat after the crank'
      : `stopped at ${stoppedAt.source}:${stoppedAt.line}:${stoppedAt.column}${stoppedAt.functionName === '' ? '' : ` in ${stoppedAt.functionName}`}`,
    `debugger: ${url}`,
  ]);
};

/** Lines of the input: `b` goes to the crank before, `a` to the one after. */
const followInput = (context: CommandContext, source: string, session: DebugSession) => {
  let moving = Promise.resolve();
  const move = async (step: 'before' | 'after'): Promise<void> => {
    try {
      tell(context, source, await session[step]());
    } catch (thrown) {
      context.terminal.report(messageOf(thrown));
    }
  };
  const input = createInterface({ input: process.stdin });
  input.on('line', (line) => {
    const step = { b: 'before', a: 'after' } as const;
    const wanted = line.trim();
    if (wanted === 'a' || wanted === 'b') moving = moving.then(() => move(step[wanted]));
  });
  return input;
};

export const debugCommand = async (
  context: CommandContext,
  given: string | undefined,
  { crank, port }: DebugCommandOptions,
): Promise<ExitCode> => {
  const { terminal } = context;
  const source = given === undefined ? await findDirectory({}) : resolve(given);
  const interrupted = new Promise<void>((done) => void onInterrupt(done));
  const session = await debugCrank({
    source,
    crank,
    ...(port !== undefined && { port }),
    onConsole: (line) => {
      terminal.report(line);
    },
  });
  tell(context, source, session.at);
  terminal.report(
    'attach a debugger for Node there (chrome://inspect, or "attach" in an editor); b and Enter: the crank of this vat before; a and Enter: the one after; Ctrl-C: quit',
  );
  const input = followInput(context, source, session);
  await interrupted;
  input.close();
  await session.close();
  return EXIT.done;
};
