import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Where this user's programs keep what they can make again. */
const userCache = (): string => {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === 'win32' && LOCALAPPDATA !== undefined) return LOCALAPPDATA;
  if (XDG_CACHE_HOME !== undefined && XDG_CACHE_HOME !== '') return XDG_CACHE_HOME;
  return process.platform === 'darwin'
    ? join(homedir(), 'Library', 'Caches')
    : join(homedir(), '.cache');
};

/**
 * The cache that goes with the sources: in the `node_modules` that the entry's package uses, or with the
 * user's other caches where there is none.
 */
export const cacheDirectoryFor = (entry: string): string => {
  let inPackage = false;
  for (let folder = dirname(entry); ; folder = dirname(folder)) {
    inPackage ||= existsSync(join(folder, 'package.json'));
    const modules = join(folder, 'node_modules');
    if (inPackage && isDirectory(modules)) return join(modules, '.cache', 'cooperage');
    if (dirname(folder) === folder) return join(userCache(), 'cooperage');
  }
};
