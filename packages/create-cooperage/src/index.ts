/** What `npm create cooperage` runs: `cooperage init`, of the version of this package. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Writes a project.
 *
 * @param args the directory, and the options of `cooperage init`
 * @returns the exit code
 */
export const createProject = (args: readonly string[]): number => {
  const manifest = createRequire(import.meta.url).resolve('cooperage/package.json');
  const program = join(dirname(manifest), 'bin', 'cooperage.js');
  const { status } = spawnSync(process.execPath, [program, 'init', ...args], { stdio: 'inherit' });
  return status ?? 1;
};
