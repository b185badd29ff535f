import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLmdbBackend } from '../src/index.js';
import { startChild } from './helpers/child.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

const succeeds = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args).status === 0;

/** A disk of so many megabytes, where this process may make one. */
const mountDisk = (folder: string, megabytes: number): boolean =>
  succeeds('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder);

const mayMount = (): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = join('/tmp', `cooperage-mount-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  return mountDisk(folder, 1) && succeeds('umount', folder);
};

describe('a full disk', () => {
  it.runIf(mayMount())(
    'is reported, keeps what was acknowledged, and can be made larger',
    async () => {
      const disk = join(temporaryFolder(), 'disk');
      mkdirSync(disk);
      expect(mountDisk(disk, 4)).toBe(true);
      onTestFinished(() => {
        succeeds('umount', disk);
      });
      const folder = join(disk, 'store');
      const child = startChild('fill-disk.mjs', folder);
      expect(await child.ended).toBe(0);
      const outcome = JSON.parse(child.output()) as Record<string, unknown>;
      expect(outcome).toMatchObject({
        failed: 'STORE_FULL',
        next: 'STORE_FULL',
        smallBlob: 'STORE_FULL',
        largeBlob: 'STORE_FULL',
        last: String(outcome['acknowledged']),
      });

      expect(succeeds('mount', '-o', 'remount,size=16m', disk)).toBe(true);
      const backend = await openLmdbBackend(folder, { check: 'always' });
      expect(backend.committed).toBe(outcome['acknowledged']);
      expect(backend.get('last')).toBe(outcome['last']);
      const writes = new Map([['more', 'x'.repeat(2_000_000)]]);
      await backend.commit({ epoch: backend.epoch, sequence: backend.committed + 1, writes });
      await backend.close();
    },
  );

  it.runIf(process.platform === 'linux')(
    'by a limit on the size of files fails the commit and not the process',
    async () => {
      const folder = join(temporaryFolder(), 'store');
      const script = new URL('helpers/fill-disk.mjs', import.meta.url).pathname;
      const command = `ulimit -f 4000; exec '${process.execPath}' '${script}' '${folder}'`;
      const { status, stdout } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
      expect(status).toBe(0);
      const outcome = JSON.parse(stdout) as Record<string, unknown>;
      expect(outcome['failed']).toMatch(/^STORE_(FULL|FAILED)$/);
      expect(outcome['last']).toBe(String(outcome['acknowledged']));
      const backend = await openLmdbBackend(folder, { check: 'always' });
      expect(backend.get('last')).toBe(outcome['last']);
      await backend.close();
    },
  );
});
