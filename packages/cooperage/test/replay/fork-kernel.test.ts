/** A kernel of its own of the state after any crank of a history. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readRecording } from '@cooperage/recording';
import type { makeKernelStore } from '@cooperage/store';
import { openLmdbView } from '@cooperage/store-lmdb';
import { checkStore, storeOn } from '@cooperage/tools';
import { describe, expect, test } from 'vitest';
import { runProgram } from '../../src/cli/program.js';
import { exportKernel, forkKernel } from '../../src/index.js';
import { openForTest, temporaryDirectory } from '../helpers.js';

const vat = (name: string) => ({
  source: join(import.meta.dirname, '..', 'inspector', 'vats', `${name}.js`),
});
const config = { vats: { ann: vat('passer'), bob: vat('passer'), eve: vat('passer') } };

/** A kernel that has stopped: in it `eve` is terminated, if it is wanted. */
const makeOriginal = async (terminated = false): Promise<string> => {
  const directory = join(temporaryDirectory(), 'kernel');
  const kernel = await openForTest({ directory, config, history: true });
  const [ann, bob, eve] = ['ann', 'bob', 'eve'].map((name) => kernel.root(name));
  const made = await ann?.send('make', ['coin']);
  await Promise.all([bob?.send('keep', [made]), eve?.send('pass', [bob, made])]);
  if (terminated) await kernel.store.flush();
  if (terminated) kernel.quarantine.terminate('eve', 'no more of it');
  await bob?.send('drop');
  await kernel.run();
  await kernel.close();
  return directory;
};

const rowsOf = (rows: {
  keys(from: string, to: string): Iterable<string>;
  get(key: string): unknown;
}) =>
  [...rows.keys('', '\uffff')]
    .filter((key) => !/^(engine|image|history)\./.test(key))
    .map((key) => [key, rows.get(key)]);

const storeAt = async (directory: string) => storeOn(await openLmdbView(directory));

describe('a fork', () => {
  test('has the rows of the kernel as they were after its crank, and no problem', async () => {
    const source = await makeOriginal();
    const records = await storeAt(source);
    const after = new Map<number, unknown>();
    const { cranks } = readRecording(records, {
      onCrank: ({ number }, { rows }) => after.set(number, rowsOf(rows)),
    });
    await records.close();
    const last = cranks.length;
    for (const crank of [1, Math.floor(last / 2), last - 1, last]) {
      const into = join(temporaryDirectory(), 'fork');
      expect(await forkKernel({ source, crank, into })).toEqual({
        directory: into,
        crank,
        ranVats: false,
      });
      const fork = await storeAt(into);
      expect(rowsOf(fork.tables)).toEqual(after.get(crank));
      expect(checkStore(fork).problems).toEqual([]);
      await fork.close();
    }
  });

  test('of a recording opens, and its vats go on from that crank', async () => {
    const directory = await makeOriginal();
    const source = `${directory}.cooperage`;
    await exportKernel(directory, source);
    const records = await storeAt(directory);
    const { cranks } = readRecording(records);
    await records.close();
    const kept = cranks.find(({ delivery }) => delivery?.message?.method === 'keep');
    const into = join(temporaryDirectory(), 'fork');
    await forkKernel({ source, crank: kept?.number ?? 0, into });
    const kernel = await openForTest({ directory: into, config });
    await kernel.run();
    const other = await kernel.send('ann', 'make', ['token']);
    expect(await kernel.send('bob', 'keep', [other])).toBeUndefined();
    expect(checkStore(kernel.store).problems).toEqual([]);
    await kernel.close();
  });

  test('behind the end of a vat has its vats run again', async () => {
    const source = await makeOriginal(true);
    const records = await storeAt(source);
    const { crank } = makeTables(records);
    const { cut } = readRecording(records);
    await records.close();
    expect(cut?.reason).toContain('deleted with vat eve');
    const into = join(temporaryDirectory(), 'fork');
    expect(await forkKernel({ source, crank, into, threads: 1 })).toMatchObject({ ranVats: true });
    const fork = await storeAt(into);
    expect(makeTables(fork).crank).toBe(crank);
    expect(checkStore(fork).problems).toEqual([]);
    await fork.close();
  });
});

const makeTables = ({ tables }: ReturnType<typeof makeKernelStore>) => ({
  crank: Number(tables.get('history.newest')?.split(' ')[0]),
});

test('the command forks, and what it refuses leaves nothing behind', async () => {
  const source = await makeOriginal();
  const into = join(temporaryDirectory(), 'fork');
  const lines: string[] = [];
  const terminal = {
    out: (line: string) => void lines.push(line),
    report: (line: string) => void lines.push(line),
    status: () => undefined,
    width: 160,
    isLive: false,
  };
  const run = (...args: string[]) =>
    runProgram(['fork', ...args], { terminal, version: '0', env: {} });
  expect(await run(source, '--crank', '9999', '--into', into)).toBe(1);
  expect(lines.join('\n')).toMatch(
    /BAD_ARGUMENT: there is no crank 9999: the history has cranks 1 to \d+/,
  );
  expect(existsSync(into)).toBe(false);
  expect(existsSync(`${into}.forking`)).toBe(false);
  expect(await run(source, '--crank', '5', '--into', into)).toBe(0);
  expect(lines.at(-1)).toBe(`${into}: the kernel after crank 5 of ${source}`);
  expect(await run(source, '--crank', '5', '--into', into)).toBe(1);
  expect(lines.join('\n')).toContain('is not empty: a fork is made in a directory of its own');
});
