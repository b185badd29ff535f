import { posix } from 'node:path';
import { isShipped, type Rule } from '../repository.js';

/** Files in one folder, without those of its sub-folders. */
export const maxFiles = 15;

/** What had more when the rule was made. Nothing is added here, and no number is raised. */
export const known: Readonly<Record<string, number>> = {};

/** A folder shows its parts at a glance. */
export const folderSize: Rule = ({ files }) => {
  const sizes = new Map<string, number>();
  for (const { path } of files) {
    if (!isShipped(path)) continue;
    const folder = posix.dirname(path);
    sizes.set(folder, (sizes.get(folder) ?? 0) + 1);
  }
  return [...sizes].flatMap(([folder, size]) => {
    const most = known[folder] ?? maxFiles;
    if (size > most) return [`${folder}: ${size} files, more than ${most}: give its parts folders`];
    const isStale = known[folder] !== undefined && size <= maxFiles;
    return isStale ? [`${folder}: is small now; take it out of the list in folder-size.ts`] : [];
  });
};
