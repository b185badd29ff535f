/** Vat code from modules: bundled once, and found again as long as nothing that went into it has changed. */
import { readFile, realpath } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import {
  type Argument,
  callback,
  CooperageError,
  flag,
  insistArguments,
  messageOf,
  text,
} from '@cooperage/types';
import { type Bundle, bundleIDOf, findCached, putCached } from './bundle-cache.js';
import { makeBundlingThreads } from './bundling-threads.js';
import { cacheDirectoryFor } from './cache-directory.js';
import { insistAllowedPackages } from './package-policy.js';
import { toolVersion } from './tool-version.js';

/** Events for the caller. */
export interface BundleProgress {
  /** Absolute path of the module. */
  readonly entry: string;
  /** `bundling`: it will take a while. `bundled`: it is done. `cached`: there was nothing to do. */
  readonly state: 'bundling' | 'bundled' | 'cached';
  /** Since the bundle was asked for. */
  readonly milliseconds: number;
}

export interface BundleOptions {
  readonly onProgress?: (progress: BundleProgress) => void;
  /** Packages may be in it that the list beside the module does not allow. */
  readonly anyPackages?: boolean;
}

export interface BundlerOptions {
  /** Where bundles are kept; by default `node_modules/.cache/cooperage` of the entry's package. */
  readonly cacheDirectory?: string;
}

export interface Bundler {
  /**
   * @param entryPath a module in JavaScript or TypeScript; or a bundle, as `cooperage bundle` writes it
   *   (`.json`), which is taken as it is
   * @throws {CooperageError} `BUNDLE_NOT_FOUND` where there is no such file; `BAD_BUNDLE` naming file and
   *   line of what is wrong, or the packages that `vat.packages.json` beside `vat.js` does not allow
   */
  bundle(
    entryPath: string,
    options?: BundleOptions,
  ): Promise<Bundle & { readonly cached: boolean }>;
}

const FORMATS = ['nestedEvaluate', 'getExport', 'endoScript', 'endoZipBase64'];

const findEntry = async (entryPath: string): Promise<string> => {
  try {
    return await realpath(resolve(entryPath));
  } catch (cause) {
    const path = resolve(entryPath);
    throw new CooperageError('BUNDLE_NOT_FOUND', `there is no vat module ${path}`, { cause });
  }
};

/** A bundle that was made before. */
const readMade = async (entry: string): Promise<Bundle> => {
  const text = await readFile(entry, 'utf8');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new CooperageError('BAD_BUNDLE', `${entry} is not JSON: ${messageOf(cause)}`, { cause });
  }
  const format = (parsed as { moduleFormat?: unknown } | null)?.moduleFormat;
  if (!FORMATS.includes(format as string)) {
    throw new CooperageError(
      'BAD_BUNDLE',
      `${entry} is JSON, but not a bundle: its "moduleFormat" must be one of ${FORMATS.join(', ')}; ` +
        '"cooperage bundle" makes bundles',
    );
  }
  return { text, id: bundleIDOf(text), sourceMap: undefined };
};

/** For the whole process: loading the tools takes longer than most bundles. */
const threads = makeBundlingThreads();

const BUNDLER: readonly Argument[] = [
  { table: { cacheDirectory: { value: text('the path of a directory') } } },
];
const BUNDLE: readonly Argument[] = [
  { name: 'entryPath', rule: text('the path of a module') },
  { table: { onProgress: { value: callback }, anyPackages: { value: flag } } },
];

/** @throws {CooperageError} `BAD_ARGUMENT` */
export const makeBundler = (options: BundlerOptions = {}): Bundler => {
  insistArguments('makeBundler', BUNDLER, [options]);
  const { cacheDirectory } = options;
  /** Bundles that are being made: who asks meanwhile gets the same. */
  const underWay = new Map<string, Promise<Bundle>>();

  const make = async (entry: string, directory: string, tool: string): Promise<Bundle> => {
    const { text, sourceMap, inputs } = await threads.bundle(entry);
    const bundle = { text, id: bundleIDOf(text), sourceMap, files: inputs.files };
    await putCached(directory, entry, tool, bundle, inputs);
    return bundle;
  };

  const provide = async (
    entry: string,
    onProgress: BundleOptions['onProgress'],
  ): Promise<Bundle & { readonly cached: boolean }> => {
    const start = performance.now();
    const say = (state: BundleProgress['state']): void =>
      onProgress?.({ entry, state, milliseconds: performance.now() - start });

    if (extname(entry) === '.json') {
      const made = await readMade(entry);
      say('cached');
      return { ...made, cached: true };
    }
    const directory = cacheDirectory ?? cacheDirectoryFor(entry);
    const tool = toolVersion();
    const found = underWay.has(entry) ? undefined : await findCached(directory, entry, tool);
    if (found !== undefined) {
      say('cached');
      return { ...found, cached: true };
    }
    say('bundling');
    let making = underWay.get(entry);
    if (making === undefined) {
      making = make(entry, directory, tool).finally(() => underWay.delete(entry));
      underWay.set(entry, making);
    }
    const made = await making;
    say('bundled');
    return { ...made, cached: false };
  };

  const bundle: Bundler['bundle'] = async (entryPath, options = {}) => {
    insistArguments('bundle', BUNDLE, [entryPath, options]);
    const entry = await findEntry(entryPath);
    const provided = await provide(entry, options.onProgress);
    if (options.anyPackages !== true) await insistAllowedPackages(entry, provided.text);
    return provided;
  };

  return { bundle };
};
