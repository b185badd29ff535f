/** The page that shows what a kernel did, and does: until Ctrl-C. */
import { resolve } from 'node:path';
import { answersFor, serveInspector } from '@cooperage/inspect';
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';
import { findDirectory } from '../../find-directory.js';
import { onInterrupt } from '../../interrupt.js';
import { makeActs } from './acts.js';

export interface InspectOptions {
  readonly port?: number;
}

export const inspectCommand = async (
  context: CommandContext,
  given: string | undefined,
  { port }: InspectOptions,
): Promise<ExitCode> => {
  const source = given === undefined ? await findDirectory({}) : resolve(given);
  const acts = makeActs(source);
  const answers = await answersFor(source, acts.workers);
  const served = await serveInspector(answers, {
    actions: acts.actions,
    ...(port !== undefined && { port }),
  });
  const interrupted = new Promise<void>((done) => void onInterrupt(done));
  report(context, { source, url: served.url }, () => [`${source}: ${served.url}`]);
  context.terminal.report('the address opens the page once, in one browser; Ctrl-C ends it');
  await interrupted;
  await served.close();
  await acts.close();
  return EXIT.done;
};
