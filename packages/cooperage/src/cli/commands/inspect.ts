/** The page that shows what a kernel did: until Ctrl-C. */
import { resolve } from 'node:path';
import { makeAnswers, openSource, serveInspector } from '@cooperage/inspect';
import { isOwned } from '@cooperage/store-lmdb';
import { CooperageError, type KernelStore } from '@cooperage/types';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import { findDirectory } from '../find-directory.js';
import { onInterrupt } from '../interrupt.js';

export interface InspectOptions {
  readonly port?: number;
}

/** @throws {CooperageError} `STORE_LOCKED` where a kernel runs in the directory */
const insistStopped = (path: string): void => {
  if (!isOwned(path)) return;
  throw new CooperageError(
    'STORE_LOCKED',
    `a kernel runs in ${path}, and "inspect" shows only what has stopped; ` +
      `"cooperage export ${path} FILE" writes it down as it is now, and "cooperage inspect FILE" shows that`,
  );
};

const serveUntilInterrupt = async (
  context: CommandContext,
  store: KernelStore,
  source: string,
  { port }: InspectOptions,
): Promise<void> => {
  const answers = makeAnswers(store, source);
  const served = await serveInspector(answers, port === undefined ? {} : { port });
  const interrupted = new Promise<void>((done) => void onInterrupt(done));
  report(context, { source, url: served.url }, () => [`${source}: ${served.url}`]);
  context.terminal.note('the address opens the page once, in one browser; Ctrl-C ends it');
  await interrupted;
  await served.close();
};

export const inspectCommand = async (
  context: CommandContext,
  given: string | undefined,
  options: InspectOptions,
): Promise<ExitCode> => {
  const source = given === undefined ? await findDirectory({}) : resolve(given);
  insistStopped(source);
  const store = await openSource(source);
  try {
    await serveUntilInterrupt(context, store, source, options);
  } finally {
    await store.close();
  }
  return EXIT.done;
};
