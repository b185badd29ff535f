/** Keeps a folder of exports up to date with a kernel: what changed is added to it, again and again. */
import { exportsIn, isFolder, readHeader } from './chain.js';
import {
  callback,
  DIRECTORY,
  insistArguments,
  object,
  type OptionTable,
  text,
  wholeNumber,
} from '@cooperage/types';
import { type Exported, exportKernelUnless } from './export-kernel.js';

export interface FollowOptions {
  /** Milliseconds between the end of one export and the next. */
  readonly interval: number;
  /** After so many increments the next export is a full one, so that restoring does not read ever more files. */
  readonly increments: number;
  readonly signal: AbortSignal;
  /** Is done before each export, such as having a kernel that runs commit what it has done. */
  readonly before?: () => Promise<void>;
  readonly onExported: (exported: Exported & { readonly file: string }) => void;
}

const FOLDER = { name: 'folder', rule: text('the path of a folder') };

const FOLLOW: OptionTable = {
  interval: { value: wholeNumber(0, 2_147_483_647, 'milliseconds'), required: true },
  increments: { value: wholeNumber(1, Number.MAX_SAFE_INTEGER), required: true },
  signal: { value: object('an AbortSignal'), required: true },
  before: { value: callback },
  onExported: { value: callback, required: true },
};

/** Increments in the folder since its newest full export; undefined where it has none. */
const countIncrements = async (folder: string): Promise<number | undefined> => {
  if (!isFolder(folder)) return undefined;
  let count = 0;
  for (const file of exportsIn(folder).reverse()) {
    if ((await readHeader(file)).base === undefined) return count;
    count += 1;
  }
  return undefined;
};

const wait = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });

/**
 * Exports a kernel again and again, whether it runs or not. Resolves when it is aborted: the export under way is finished
 * first.
 * @throws {CooperageError} what an export throws: `BAD_EXPORT`, `STORE_CORRUPT`, `STORE_LOST`
 */
export const followKernel = async (
  directory: string,
  folder: string,
  options: FollowOptions,
): Promise<void> => {
  insistArguments(
    'followKernel',
    [DIRECTORY, FOLDER, { table: FOLLOW }],
    [directory, folder, options],
  );
  const { interval, increments, signal, before, onExported } = options;
  let count = await countIncrements(folder);
  let newest: number | undefined;
  while (!signal.aborted) {
    const isFull = count === undefined || count >= increments;
    await before?.();
    // As a folder, also where it is not there yet.
    const exported = await exportKernelUnless(
      directory,
      `${folder}/`,
      isFull ? {} : { since: true },
      newest,
    );
    newest = exported?.commit ?? newest;
    if (exported?.file !== undefined) {
      count = isFull ? 0 : (count ?? 0) + 1;
      onExported({ ...exported, file: exported.file });
    }
    await wait(interval, signal);
  }
};
