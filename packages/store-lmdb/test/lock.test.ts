import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLmdbBackend } from '../src/index.js';
import { startChild } from './helpers/child.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

describe('the lock of a directory', () => {
  it('refuses another process and names its pid, until that is killed', async () => {
    const folder = temporaryFolder();
    const holder = startChild('hold.mjs', folder);
    await holder.printed('open');
    await expect(openLmdbBackend(folder)).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining(`process ${holder.process.pid} `),
    });
    await holder.kill();
    const backend = await openLmdbBackend(folder);
    expect(readFileSync(join(folder, 'owner.lock'), 'utf8')).toBe(String(process.pid));
    await backend.close();
  });

  it('says so where this process itself is the holder', async () => {
    const folder = temporaryFolder();
    const backend = await openLmdbBackend(folder);
    await expect(openLmdbBackend(folder)).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining(`this process (${process.pid})`),
    });
    await backend.close();
  });

  it('is not held by a file that a living process is named in, or by nonsense', async () => {
    const folder = temporaryFolder();
    for (const text of [String(process.pid), String(process.ppid), 'nonsense', '']) {
      writeFileSync(join(folder, 'owner.lock'), text);
      await (await openLmdbBackend(folder)).close();
    }
  });

  it('is let go of where an open fails', async () => {
    const folder = temporaryFolder();
    await (await openLmdbBackend(folder)).close();
    const dataFile = join(folder, 'store.mdb');
    const sound = readFileSync(dataFile);
    writeFileSync(dataFile, '');
    for (let i = 0; i < 2; i += 1) {
      await expect(openLmdbBackend(folder)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    }
    writeFileSync(dataFile, sound);
    await (await openLmdbBackend(folder)).close();
  });

  it('goes to one of several processes that open a new store at once', async () => {
    const folder = temporaryFolder();
    const signal = join(folder, 'go');
    const children = [1, 2, 3, 4].map(() => startChild('race.mjs', folder, signal));
    await Promise.all(children.map((child) => child.printed('ready')));
    writeFileSync(signal, '');
    await Promise.all(children.map((child) => child.printed('outcome')));
    const outcomes = children.map((child) => /outcome: (\w+)/.exec(child.output())?.[1]);
    expect(outcomes.sort()).toEqual(['STORE_LOCKED', 'STORE_LOCKED', 'STORE_LOCKED', 'open']);
  });
});
