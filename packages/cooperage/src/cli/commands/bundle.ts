import { writeFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { CooperageError, messageOf } from '@cooperage/types';
import { makeBundler } from '@cooperage/bundler';
import { findModule } from '../../config/module-path.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import { makeProgress } from '../progress.js';
import { formatBytes, formatDuration } from '../text/words.js';

export interface BundleCommandOptions {
  /** A file, or `-` for standard output. */
  readonly out?: string;
}

const defaultOut = (source: string): string => `${basename(source, extname(source))}.bundle.json`;

export const bundleCommand = async (
  context: CommandContext,
  source: string,
  { out = defaultOut(source) }: BundleCommandOptions,
): Promise<ExitCode> => {
  const began = performance.now();
  const { path, tried } = findModule(source, process.cwd());
  if (path === undefined) throw new CooperageError('BUNDLE_NOT_FOUND', tried);
  const progress = makeProgress(context.terminal);
  progress.follow(() => `bundling ${source}`);
  const { text, id, cached } = await makeBundler()
    .bundle(path)
    .finally(() => progress.stop());
  const milliseconds = Math.round(performance.now() - began);
  if (out === '-') {
    context.terminal.out(text);
    return EXIT.done;
  }
  const file = resolve(out);
  await writeFile(file, text).catch((cause: unknown) => {
    throw new CooperageError('BAD_ARGUMENT', `cannot write ${file}: ${messageOf(cause)}`, {
      cause,
    });
  });
  const bytes = Buffer.byteLength(text);
  report(context, { source: path, file, id, bytes, cached, milliseconds }, () => [
    `${file}: ${formatBytes(bytes)}, ${cached ? 'from the cache' : `bundled in ${formatDuration(milliseconds)}`}`,
    id,
  ]);
  return EXIT.done;
};
