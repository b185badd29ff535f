import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { CooperageError, messageOf } from '@cooperage/types';
import { type Bundler, makeBundler } from '@cooperage/bundler';
import { findModule } from '../../../config/module-path.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';
import { makeProgress } from '../../progress.js';
import { formatBytes, formatDuration } from '../../text/words.js';
import { allowPackages } from './allow.js';
import { explainBundle } from './explain.js';
import { verifyBundle } from './verify.js';

export interface BundleCommandOptions {
  /** A file, or `-` for standard output. */
  readonly out?: string;
  /** The bundle is not written, but explained: in a page, at this path if it is a text. */
  readonly explain?: string | true;
  /** The bundle is not written, but compared with this file; with the usual one if it is `true`. */
  readonly verify?: string | true;
  /** The bundle is not written, but the list of its packages as those that are allowed. */
  readonly allow?: true;
}

const named = (source: string, ending: string): string =>
  `${basename(source, extname(source))}.bundle.${ending}`;

/** Bundles a module without the cache. */
const bundleAnew = async (path: string): ReturnType<Bundler['bundle']> => {
  const cacheDirectory = await mkdtemp(join(tmpdir(), 'cooperage-bundle-'));
  try {
    return await makeBundler({ cacheDirectory }).bundle(path, { anyPackages: true });
  } finally {
    await rm(cacheDirectory, { recursive: true, force: true });
  }
};

export const bundleCommand = async (
  context: CommandContext,
  source: string,
  { out = named(source, 'json'), explain, verify, allow }: BundleCommandOptions,
): Promise<ExitCode> => {
  if ([explain, verify, allow].filter((each) => each !== undefined).length > 1) {
    throw new CooperageError('BAD_ARGUMENT', 'give only one of --explain, --verify and --allow');
  }
  if (typeof explain === 'string' && extname(explain) !== '.html') {
    // It may be a module that was meant as the source, and would be written over.
    throw new CooperageError('BAD_ARGUMENT', `the page must be a .html file, not ${explain}`);
  }
  if (verify !== undefined && extname(source) === '.json') {
    throw new CooperageError(
      'BAD_ARGUMENT',
      `name the module that the bundle was made from, and the bundle after --verify: ${source} is a bundle itself`,
    );
  }
  const began = performance.now();
  const { path, tried } = findModule(source, process.cwd());
  if (path === undefined) throw new CooperageError('BUNDLE_NOT_FOUND', tried);
  const progress = makeProgress(context.terminal);
  progress.follow(() => `bundling ${source}`);
  const bundle = await (
    verify === undefined
      ? makeBundler().bundle(path, { anyPackages: allow !== undefined || explain !== undefined })
      : bundleAnew(path)
  ).finally(() => progress.stop());
  const { text, id, cached } = bundle;
  if (allow !== undefined) return allowPackages(context, path, text);
  if (explain !== undefined) {
    const page = resolve(explain === true ? named(source, 'html') : explain);
    return explainBundle(context, path, bundle, page);
  }
  if (verify !== undefined) {
    return verifyBundle(context, path, text, resolve(verify === true ? out : verify));
  }
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
