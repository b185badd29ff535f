/** The page that shows what a kernel did, and does: until Ctrl-C. */
import { resolve } from 'node:path';
import { answersFor, debugCrank, type DebugSession, serveInspector } from '@cooperage/inspect';
import { CooperageError } from '@cooperage/types';
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';
import { findDirectory } from '../../find-directory.js';
import { onInterrupt } from '../../interrupt.js';

export interface InspectOptions {
  readonly port?: number;
}

/** One crank at a time is under a debugger. */
const makeDebugging = (source: string) => {
  let session: DebugSession | undefined;
  const at = async (query: URLSearchParams) => {
    await session?.close();
    session = undefined;
    session = await debugCrank({ source, crank: Number(query.get('crank')) });
    return session.at;
  };
  const move = (step: 'before' | 'after') => async () => {
    if (session !== undefined) return session[step]();
    throw new CooperageError('BAD_ARGUMENT', 'no crank is being debugged');
  };
  return {
    actions: { debug: at, 'debug-before': move('before'), 'debug-after': move('after') },
    close: async () => session?.close(),
  };
};

export const inspectCommand = async (
  context: CommandContext,
  given: string | undefined,
  { port }: InspectOptions,
): Promise<ExitCode> => {
  const source = given === undefined ? await findDirectory({}) : resolve(given);
  const answers = await answersFor(source);
  const debugging = makeDebugging(source);
  const served = await serveInspector(answers, {
    actions: debugging.actions,
    ...(port !== undefined && { port }),
  });
  const interrupted = new Promise<void>((done) => void onInterrupt(done));
  report(context, { source, url: served.url }, () => [`${source}: ${served.url}`]);
  context.terminal.note('the address opens the page once, in one browser; Ctrl-C ends it');
  await interrupted;
  await served.close();
  await debugging.close();
  return EXIT.done;
};
