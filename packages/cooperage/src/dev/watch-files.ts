/** Watches the files that code was made of. */
import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

export interface FileWatch {
  /** Watches these and no others. */
  follow(files: Iterable<string>): void;
  close(): void;
}

/** Milliseconds without a change, after which what an editor writes in several steps is whole. */
const QUIET = 60;

/**
 * Folders are watched, and not the files: editors put a new file in the place of the former one.
 *
 * @param onChange gets the paths that were changed since it was called last
 */
export const watchFiles = (onChange: (paths: ReadonlySet<string>) => void): FileWatch => {
  const watchers = new Map<string, FSWatcher>();
  let followed: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  let changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const noticed = (folder: string, name: string | null): void => {
    const names = followed.get(folder);
    if (names === undefined) return;
    // Where the system does not say which file it was, each of the folder may be.
    for (const each of name === null ? names : [name]) {
      if (names.has(each)) changed.add(`${folder}/${each}`);
    }
    if (changed.size === 0) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const paths = changed;
      changed = new Set();
      onChange(paths);
    }, QUIET);
  };

  const open = (folder: string): void => {
    try {
      const watcher = watch(folder, (_event, name) => noticed(folder, name));
      watcher.on('error', () => {
        // The folder is gone: it is watched again when its files are followed again.
        watcher.close();
        watchers.delete(folder);
      });
      watchers.set(folder, watcher);
    } catch {
      // It is not there.
    }
  };

  return {
    follow: (files) => {
      const folders = new Map<string, Set<string>>();
      for (const file of files) {
        const folder = dirname(file);
        folders.set(folder, (folders.get(folder) ?? new Set()).add(basename(file)));
      }
      followed = folders;
      for (const [folder, watcher] of watchers) {
        if (folders.has(folder)) continue;
        watcher.close();
        watchers.delete(folder);
      }
      for (const folder of folders.keys()) if (!watchers.has(folder)) open(folder);
    },
    close: () => {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
};
