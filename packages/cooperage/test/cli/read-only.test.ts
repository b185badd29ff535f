import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { openKernel } from '../../src/index.js';
import { fixture, temporaryDirectory } from '../helpers.js';

const NOBODY = 65_534;
const bin = fileURLToPath(new URL('../../bin/cooperage.js', import.meta.url));
const isRoot = process.getuid?.() === 0;

/** Copies for reading are made here. */
let scratch = '';
let env: NodeJS.ProcessEnv = {};
beforeEach(() => {
  scratch = temporaryDirectory();
  chmodSync(scratch, 0o777);
  env = { ...process.env, TMPDIR: scratch };
});

const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

/** Runs a command as a user who owns nothing, where the tests run as root; a kernel in this process goes on meanwhile. */
const asOther = (
  args: readonly string[],
  cwd: string,
): Promise<{ status: unknown; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], { cwd, env, ...user }, (error, stdout, stderr) => {
      resolve({ status: error?.code ?? 0, stdout, stderr });
    });
  });

const openIn = (directory: string) =>
  openKernel({
    directory,
    threads: 1,
    config: { vats: { a: { source: fixture('worker-vat.js') } } },
  });

const setModes = (directory: string, ofFiles: number, ofFolders: number): void => {
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory, name);
    chmodSync(path, statSync(path).isDirectory() ? ofFolders : ofFiles);
  }
  chmodSync(directory, ofFolders);
};

// Skipped where there are no users, and where another user could not even read this program.
const canTry =
  process.platform !== 'win32' &&
  spawnSync(process.execPath, [bin, '--version'], { ...user, cwd: '/' }).status === 0;

describe.runIf(canTry)('a directory that this user may read and not write', () => {
  it('is inspected, also while its owner runs a kernel in it', async () => {
    const top = temporaryDirectory();
    chmodSync(top, 0o755);
    const directory = join(top, 'state');
    const kernel = await openIn(directory);
    expect(await kernel.send('a', 'increment')).toBe(1);
    setModes(directory, 0o444, 0o555);
    const before = readdirSync(directory);
    const look = async (): Promise<void> => {
      for (const args of [['vats'], ['show', 'a'], ['transcript', 'a'], ['check'], ['history']]) {
        const { status, stderr } = await asOther([...args, '--directory', directory], top);
        expect([args, status, stderr]).toEqual([args, 0, '']);
      }
    };
    await look();
    expect(await kernel.send('a', 'increment')).toBe(2);
    setModes(directory, 0o644, 0o755);
    await kernel.close();
    setModes(directory, 0o444, 0o555);
    expect(await asOther(['vats', '-d', directory, '--json'], top)).toMatchObject({ status: 0 });
    const left = before.filter((name) => name !== 'control.sock');
    expect(new Set(readdirSync(directory))).toEqual(new Set([...left, 'closed-clean']));
    // What would change it is refused, and the error says why.
    const { status, stderr } = await asOther(['history', '--trim', '1', '-d', directory], top);
    expect(status).toBe(1);
    expect(stderr).toMatch(/STORE_DENIED.*no permission \(EACCES\).*change the permissions/);
    setModes(directory, 0o644, 0o755);
    expect(readdirSync(scratch)).toEqual([]);
  });

  it('or not even read is an error that says so, and not that there is no kernel', async () => {
    const top = temporaryDirectory();
    chmodSync(top, 0o755);
    const directory = join(top, 'state');
    await (await openIn(directory)).close();
    const refused = async (): Promise<string> =>
      (await asOther(['vats', '-d', directory], top)).stderr;
    chmodSync(directory, 0o000);
    expect(await refused()).toMatch(
      /STORE_DENIED.*\/state: this user has no permission \(EACCES\)/,
    );
    setModes(directory, 0o000, 0o755);
    expect(await refused()).toMatch(/STORE_DENIED.*store\.mdb: this user has no permission/);
    writeFileSync(join(top, 'file'), '');
    const file = await asOther(['vats', '-d', join(top, 'file')], top);
    expect(file.stderr).toMatch(/BAD_ARGUMENT.*\(ENOTDIR\)/);
  });
});

// A mount of one's own needs the right to make one.
const canMount =
  process.platform === 'linux' && spawnSync('unshare', ['--mount', 'true']).status === 0;

describe.runIf(canMount)('a directory on a read-only file system', () => {
  /** Runs a command where `directory` is mounted read-only, in a mount namespace that ends with it. */
  const onReadOnly = (directory: string, args: readonly string[]) =>
    spawnSync(
      'unshare',
      [
        ...['--mount', 'sh', '-c'],
        'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"',
        directory,
        ...[process.execPath, bin, ...args, '--directory', directory],
      ],
      { env, encoding: 'utf8' },
    );

  it('is inspected, and what would change it is refused', async () => {
    const directory = join(temporaryDirectory(), 'state');
    await (await openIn(directory)).close();
    for (const args of [['vats'], ['transcript', 'a'], ['check']]) {
      expect(onReadOnly(directory, args)).toMatchObject({ status: 0, stderr: '' });
    }
    expect(onReadOnly(directory, ['history', '--trim', '1']).stderr).toMatch(
      /STORE_DENIED.*the file system is read-only \(EROFS\)/,
    );
    expect(readdirSync(scratch)).toEqual([]);
  });
});
