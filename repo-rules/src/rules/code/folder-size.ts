import { posix } from 'node:path';
import { isShipped, type Rule } from '../../repository.js';

/** Files in one folder, without those of its sub-folders. */
export const maxFiles = 15;

/** A folder shows its parts at a glance. */
export const folderSize: Rule = ({ files }) => {
  const sizes = new Map<string, number>();
  for (const { path } of files) {
    if (!isShipped(path) && !path.startsWith('repo-rules/src/')) continue;
    const folder = posix.dirname(path);
    sizes.set(folder, (sizes.get(folder) ?? 0) + 1);
  }
  return [...sizes].flatMap(([folder, size]) =>
    size > maxFiles
      ? [`${folder}: ${size} files, more than ${maxFiles}: give its parts folders`]
      : [],
  );
};
