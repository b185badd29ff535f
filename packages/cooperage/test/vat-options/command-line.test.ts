/** The options of vats on the command line: in the config file, as flags of `run`, and in the README's own example. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeKernelTables } from '@cooperage/kernel';
import { makeKernelStore } from '@cooperage/store';
import { openLmdbBackend } from '@cooperage/store-lmdb';
import { expect, test } from 'vitest';
import { usualOptions } from '@cooperage/kernel';
import { flagName } from '../../src/cli/setting-flags.js';
import type { VatDetails } from '@cooperage/tools';
import { cooperage, projectWith } from '../cli/processes.js';
import { fixture } from '../helpers.js';
import { CHILD, POTS } from './observed.js';
import { namesIn, SAMPLES, valuesOf } from './samples.js';

const show = async (folder: string, vat: string): Promise<VatDetails> => {
  const { stdout, stderr } = await cooperage(['show', vat, '--json'], folder);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as VatDetails;
};

const { meter: _meter, vatQuota, memoryQuota, ...kept } = valuesOf(namesIn('config'));
const STEADY = ['--liveslots', `steady=${fixture('steady-liveslots.js')}`];

test('`cooperage run` gives vats every option that its config file says', async () => {
  const folder = await projectWith({
    meters: POTS,
    vats: {
      all: { ...CHILD, ...valuesOf(namesIn('config')) },
      elsewhere: { ...CHILD, liveslots: 'steady' },
    },
  });
  expect(await cooperage(['run', ...STEADY], folder)).toMatchObject({ code: 0 });
  const all = await show(folder, 'all');
  expect(all.options).toMatchObject(kept);
  expect(all.account).toMatchObject({ vatQuota, memoryQuota });
  expect((await cooperage(['meters'], folder)).stdout).toMatch(/^ko\d+ +pot .*v1 all$/m);
  expect((await show(folder, 'elsewhere')).options).toMatchObject({ liveslots: 'steady' });
  const { stdout } = await cooperage(['show', 'all'], folder);
  expect(stdout).toMatch(/^inboxLimit +77$/m);
  expect(stdout).toMatch(/^vatQuota +5$/m);
});

const usual = valuesOf(namesIn('default'));

test.each([
  ['the top level of the config file', { ...usual, liveslots: 'steady' }, STEADY],
  [
    'flags',
    {},
    Object.entries(usual).flatMap(([name, value]) => [`--${flagName(name)}`, `${value as string}`]),
  ],
] as const)(
  '`cooperage run` takes defaults for vats that do not say from %s',
  async (_, top, args) => {
    // Vats on QuickJS would need other liveslots as a script.
    const said = 'liveslots' in top ? { ...top, engine: 'v8' } : top;
    const folder = await projectWith({ ...said, vats: { a: CHILD } });
    expect(await cooperage(['run', ...args], folder)).toMatchObject({ code: 0 });
    const expected = { ...usual, ...said };
    expect((await show(folder, 'a')).options).toMatchObject(
      // Windows of other liveslots are theirs alone.
      'liveslots' in said ? { ...expected, window: 1 } : expected,
    );
    // What vats at run time will have.
    const store = makeKernelStore(await openLmdbBackend(join(folder, '.cooperage')));
    expect(usualOptions(makeKernelTables(store.tables).hostNames)).toEqual(expected);
    await store.close();
  },
);

test('`cooperage run` runs the example of a config in the README, with its meter', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const example = readme
    .split('```json\n')
    .slice(1)
    .map((rest) => rest.slice(0, rest.indexOf('```')))
    .find((block) => block.includes('"meters"')) as string;
  const folder = await projectWith(example);
  const root = 'export const buildRootObject = () => Far("root", { bootstrap: () => "done" });\n';
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  for (const path of ['vats/main.ts', 'vats/clerk.js', 'vats/guest.js']) await write(path, root);
  await write('node_modules/@example/bank/vat.js', root);
  await write(
    'node_modules/@example/bank/package.json',
    '{"name":"@example/bank","version":"1.0.0"}',
  );
  const { code, stdout, stderr } = await cooperage(['run', '--json'], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('error') });
  expect(JSON.parse(stdout)).toMatchObject({ order: 'issue', bootstrap: { state: 'fulfilled' } });
  expect((await show(folder, 'guest')).options).toMatchObject({
    engine: 'quickjs',
    whenExhausted: 'suspend',
  });
  expect((await show(folder, 'clerk')).options).toMatchObject({ ownThread: true });
  expect((await show(folder, 'bank')).options).toMatchObject({ window: 1 });
  expect((await cooperage(['meters'], folder)).stdout).toMatch(/^ko\d+ +guests .*guest$/m);
});

test.each([
  ['engine', { engine: 'quickjs' }, 'quickjs'],
  ['inboxLimit', { inboxLimit: SAMPLES.inboxLimit }, SAMPLES.inboxLimit],
] as const)('`cooperage run` does not drop a top-level %s', async (name, top, value) => {
  const folder = await projectWith({ ...top, vats: { a: CHILD } });
  expect(await cooperage(['run'], folder)).toMatchObject({ code: 0 });
  expect((await show(folder, 'a')).options[name]).toBe(value);
});
