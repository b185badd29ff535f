import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashTables, makeKernelStore } from '@cooperage/store';
import { openLmdbBackend } from '@cooperage/store-lmdb';
import { describe, expect, test } from 'vitest';
import { checkStore } from '@cooperage/tools';
import {
  type CooperageKernel,
  exportKernel,
  importKernel,
  openKernel,
  replayKernel,
} from '../../src/index.js';
import { fixture, openForTest, temporaryDirectory } from '../helpers.js';

const config = {
  bootstrap: 'main',
  vats: { main: { source: fixture('replayed-vat.js') } },
  bundles: { child: { source: fixture('child-vat.js') } },
};
const open = (directory: string): Promise<CooperageKernel> =>
  openForTest({ config, directory, order: 'issue', services: { clock: { now: () => 7 } } });

const stateOf = async (directory: string): Promise<string> => {
  const store = makeKernelStore(await openLmdbBackend(directory));
  try {
    expect(checkStore(store).problems).toEqual([]);
    return hashTables(store.tables);
  } finally {
    await store.close();
  }
};

/** A kernel that runs, with some past. */
const makeRunning = async (): Promise<{ directory: string; kernel: CooperageKernel }> => {
  const directory = temporaryDirectory();
  const kernel = await open(directory);
  await kernel.run();
  await kernel.send('main', 'create', ['ann', { start: 10 }]);
  await kernel.run();
  return { directory, kernel };
};

describe('an export', () => {
  test('of a kernel that runs holds all of it, and can be imported and gone on with', async () => {
    const { directory, kernel } = await makeRunning();
    const file = join(temporaryDirectory(), 'kernel.cooperage');
    const exported = await exportKernel(directory, file);
    const before = hashTables(kernel.store.tables);
    expect(exported).toMatchObject({ file, state: before, deleted: 0 });
    // It did not hold the kernel up.
    await kernel.send('main', 'work', [2]);
    await kernel.close();

    const copy = join(temporaryDirectory(), 'copy');
    expect(await importKernel(copy, [file])).toMatchObject({ state: before, files: [file] });
    expect(await stateOf(copy)).toBe(before);
    const again = await open(copy);
    // Ann counts on from where she was, and not from where she was when the other one ended.
    expect(await again.send('main', 'work', [1])).toBe('12 at 7');
  });

  test('is a prefix of what happens while it is made', async () => {
    const { directory, kernel } = await makeRunning();
    const folder = temporaryDirectory();
    const working = kernel.send('main', 'work', [40]);
    for (let i = 0; i < 4; i += 1) await kernel.export(join(folder, `${i}.cooperage`));
    const other = await exportKernel(directory, join(folder, 'other.cooperage'));
    await working;
    await kernel.run();
    await kernel.close();
    for (const name of ['0', '1', '2', '3', 'other']) {
      const copy = join(temporaryDirectory(), 'copy');
      const { crank } = await importKernel(copy, [join(folder, `${name}.cooperage`)]);
      await stateOf(copy);
      // What came later, from the history, leads to the same kernel.
      const { from, difference } = await replayKernel({ directory, into: copy });
      expect([from, difference]).toEqual([(crank as number) + 1, undefined]);
    }
    expect(other.file).toBeDefined();
  });

  test('can be an increment, and a chain of them leads to any of its states', async () => {
    const { directory, kernel } = await makeRunning();
    const folder = join(temporaryDirectory(), 'backups');
    const states: string[] = [];
    const commits: number[] = [];
    const note = ({ state, commit }: { state: string; commit: number }): void => {
      states.push(state);
      commits.push(commit);
    };
    const full = await exportKernel(directory, `${folder}/`);
    note(full);
    await kernel.send('main', 'work', [1]);
    await kernel.run();
    note(await exportKernel(directory, folder, { since: true }));
    await kernel.send('main', 'end');
    await kernel.run();
    const second = await exportKernel(directory, folder, { since: true });
    note(second);
    expect(second.rows).toBeLessThan(full.rows);
    expect(second.deleted).toBeGreaterThan(10);
    expect(second.base).toEqual({ commit: commits[1], state: states[1] });
    expect(await exportKernel(directory, folder, { since: true })).toMatchObject({
      file: undefined,
    });
    expect(readdirSync(folder)).toHaveLength(3);
    await kernel.close();

    for (const [i, to] of commits.entries()) {
      const copy = join(temporaryDirectory(), 'copy');
      const { files } = await importKernel(copy, [folder], { to });
      expect(files).toHaveLength(i + 1);
      expect(await stateOf(copy)).toBe(states[i]);
    }
    // What an imported kernel exports follows on what it came from.
    const copy = join(temporaryDirectory(), 'copy');
    await importKernel(copy, [folder]);
    const again = await open(copy);
    await again.send('main', 'create', ['ben', { start: 1 }]);
    const third = await again.export(folder, { since: true });
    expect(third.commit).toBeGreaterThan(second.commit);
    expect(third.base?.state).toBe(states[2]);
  });
});

describe('what cannot be imported is refused, and nothing is left of it:', () => {
  const makeExports = async (): Promise<{ folder: string; full: string; increment: string }> => {
    const { directory, kernel } = await makeRunning();
    const folder = temporaryDirectory();
    const full = await exportKernel(directory, folder);
    await kernel.send('main', 'work', [1]);
    await kernel.run();
    const increment = await exportKernel(directory, folder, { since: full.commit });
    await kernel.close();
    return { folder, full: full.file as string, increment: increment.file as string };
  };

  const refuses = async (sources: readonly string[], message: RegExp): Promise<void> => {
    const copy = join(temporaryDirectory(), 'copy');
    await expect(importKernel(copy, sources)).rejects.toThrow(
      expect.objectContaining({
        code: 'BAD_EXPORT',
        message: expect.stringMatching(message) as string,
      }),
    );
    expect([existsSync(copy), existsSync(`${copy}.importing`)]).toEqual([false, false]);
  };

  test('one that is cut off, changed, empty, of something else or missing', async () => {
    const { full } = await makeExports();
    const sound = readFileSync(full, 'utf8');
    const damaged = join(temporaryDirectory(), 'damaged.cooperage');
    const lines = sound.split('\n');
    const cases: [string, RegExp][] = [
      [sound.slice(0, sound.length / 2), /cut off/],
      [lines.slice(0, -2).join('\n') + '\n', /cut off/],
      [sound.replace('"initialised"', '"initialized"').replace('ann', 'amn'), /damaged/],
      [lines.filter((_, i) => i !== 5).join('\n'), /damaged/],
      [`${sound}["r","a","b"]\n`, /continues after its end/],
      ['', /is empty/],
      ['{"a":1}\n', /is not an export/],
      [sound.replace('"version":2', '"version":99'), /version 99/],
    ];
    for (const [text, message] of cases) {
      writeFileSync(damaged, text);
      await refuses([damaged], message);
    }
    await refuses([`${damaged}.none`], /is not there/);
  });

  test('an increment without its base, or on another one', async () => {
    const { increment, full } = await makeExports();
    const other = await makeExports();
    await refuses([increment], /builds on an export up to commit \d+, which is missing/);
    await refuses([other.increment, increment], /which is missing/);
    writeFileSync(full, readFileSync(full, 'utf8').replace('ann', 'amn'));
    await refuses([full, increment], /damaged/);
  });

  test('anything, where the directory is not empty', async () => {
    const { folder } = await makeExports();
    const there = temporaryDirectory();
    writeFileSync(join(there, 'mine'), 'text');
    await expect(importKernel(there, [folder])).rejects.toThrow(
      expect.objectContaining({ code: 'BAD_ARGUMENT' }),
    );
    expect(readdirSync(there)).toEqual(['mine']);
  });

  test('and an export is never written over', async () => {
    const { directory, kernel } = await makeRunning();
    const file = join(temporaryDirectory(), 'a.cooperage');
    writeFileSync(file, 'mine');
    await expect(kernel.export(file)).rejects.toThrow(
      expect.objectContaining({ code: 'BAD_EXPORT' }),
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
    await expect(exportKernel(directory, temporaryDirectory(), { since: true })).rejects.toThrow(
      expect.objectContaining({ code: 'BAD_ARGUMENT' }),
    );
  });
});

test('a kernel in memory can be exported, and goes on on a disk', async () => {
  const kernel = await openKernel({
    config,
    services: { clock: { now: () => 7 } },
    on: { console: () => undefined },
  });
  await kernel.send('main', 'create', ['ann', { start: 10 }]);
  await kernel.run();
  const file = join(temporaryDirectory(), 'a.cooperage');
  await kernel.export(file);
  await kernel.close();
  const copy = join(temporaryDirectory(), 'copy');
  await importKernel(copy, [file]);
  expect(await (await open(copy)).send('main', 'work', [1])).toBe('12 at 7');
});
