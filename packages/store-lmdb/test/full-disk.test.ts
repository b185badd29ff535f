import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLmdbBackend, openLmdbView } from '../src/index.js';
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
  const may = mountDisk(folder, 1) && succeeds('umount', folder);
  succeeds('rmdir', folder);
  return may;
};

/** What the helper says of each disk, or how it ended instead. */
const fullDisks = (...args: string[]): string[][] => {
  const script = new URL('helpers/full-disks.mjs', import.meta.url).pathname;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`it ended with ${signal ?? status}: ${stderr}`);
  return JSON.parse(stdout) as string[][];
};

const mounts = mayMount();

describe('a full disk', () => {
  // Skipped where this process may not mount a small disk: the limit on the size of files below stands for it there.
  it.runIf(mounts)(
    'is STORE_FULL at every step, from the first file of a new store to its last blob',
    () => {
      const disk = temporaryFolder();
      const outcomes = fullDisks(disk, '4', '388', '24');
      expect(outcomes).toHaveLength(17);
      for (const codes of outcomes) expect(new Set(codes)).toEqual(new Set(['STORE_FULL']));
      // From nothing at all to the last blob.
      expect(outcomes[0]).toEqual(['STORE_FULL', 'STORE_FULL']);
      expect(new Set(outcomes.map(({ length }) => length)).size).toBeGreaterThan(3);
    },
  );

  it.runIf(process.platform === 'linux').each([4, 36, 140])(
    'as a limit of %i KB for a file is STORE_FULL too, and ends no process',
    (kilobytes) => {
      const folder = temporaryFolder();
      const script = new URL('helpers/full-disks.mjs', import.meta.url).pathname;
      const command = `ulimit -f ${kilobytes}; exec '${process.execPath}' '${script}' '${folder}'`;
      const { status, signal, stdout, stderr } = spawnSync('bash', ['-c', command], {
        encoding: 'utf8',
      });
      expect([status, signal], stderr).toEqual([0, null]);
      const [codes] = JSON.parse(stdout) as string[][];
      expect(new Set(codes)).toEqual(new Set(['STORE_FULL']));
      // A store that could not be made leaves nothing behind.
      expect(existsSync(join(folder, 'store'))).toBe(kilobytes >= 140);
    },
  );

  it.runIf(mounts)('is reported, keeps what was acknowledged, and can be made larger', async () => {
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
  });

  it.runIf(mounts)('is not taken for damage of a store whose lock file is gone', async () => {
    const disk = join(temporaryFolder(), 'disk');
    mkdirSync(disk);
    expect(mountDisk(disk, 4)).toBe(true);
    onTestFinished(() => {
      succeeds('umount', disk);
    });
    const folder = join(disk, 'store');
    const backend = await openLmdbBackend(folder);
    const writes = new Map([['k', 'value']]);
    await backend.commit({ epoch: backend.epoch, sequence: 1, writes });
    await backend.close();
    // As where a backup is restored: it has no locks.
    for (const name of readdirSync(folder).filter((each) => each.endsWith('-lock'))) {
      rmSync(join(folder, name));
    }
    succeeds('dd', 'if=/dev/zero', `of=${join(disk, 'filling')}`, 'bs=1k');
    await expect(openLmdbBackend(folder)).rejects.toMatchObject({ code: 'STORE_FULL' });
    // It can be looked at all the same, in a copy.
    const view = await openLmdbView(folder);
    expect(view.get('k')).toBe('value');
    await view.release();
    rmSync(join(disk, 'filling'));
    const again = await openLmdbBackend(folder);
    expect(again.get('k')).toBe('value');
    await again.close();
  });

  it.runIf(process.platform === 'linux').each([
    ['a group', 100, 4_000],
    ['a group that is written on a thread of its own', 4_500, 8_000],
  ])(
    'by a limit on the size of files fails the commit of %s, and not the process',
    async (_, rows, blocks) => {
      const folder = join(temporaryFolder(), 'store');
      const script = new URL('helpers/fill-disk.mjs', import.meta.url).pathname;
      const command = `ulimit -f ${blocks}; exec '${process.execPath}' '${script}' '${folder}' ${rows}`;
      const { status, stdout } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
      expect(status).toBe(0);
      const outcome = JSON.parse(stdout) as Record<string, unknown>;
      expect(outcome['failed']).toBe('STORE_FULL');
      expect(outcome['last']).toBe(String(outcome['acknowledged']));
      const backend = await openLmdbBackend(folder, { check: 'always' });
      expect(backend.get('last')).toBe(outcome['last']);
      await backend.close();
    },
  );
});
