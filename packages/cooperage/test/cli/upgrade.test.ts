import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixture } from '../helpers.js';
import { cooperage, projectWith } from './processes.js';

const code = (name: string): string => fixture(`upgrade/${name}.js`);

test('upgrade gives a vat new code, or all vats of a bundle, and says what became of each', async () => {
  const project = await projectWith({
    vats: { one: { bundle: 'tally' }, two: { bundle: 'tally' } },
    bundles: { tally: { source: code('tally-1') } },
  });
  const missing = await cooperage(['upgrade', 'one', '--bundle', code('tally-2')], project);
  expect([missing.code, missing.stderr]).toEqual([
    1,
    expect.stringContaining('there is no kernel in '),
  ]);
  expect((await cooperage(['run'], project)).code).toBe(0);

  const one = await cooperage(
    ['upgrade', 'one', '-b', code('tally-2'), '--message', 'better', '--parameters', '{"a":1}'],
    project,
  );
  expect(one).toMatchObject({ code: 0 });
  expect(one.stdout).toMatch(/^v1 +one +upgraded +incarnation 1$/m);
  expect((await cooperage(['show', 'one'], project)).stdout).toMatch(/^incarnation +1$/m);

  const broken = join(project, 'broken.js');
  await writeFile(broken, "export const buildRootObject = () => { throw Error('no such luck'); };");
  const failed = await cooperage(['upgrade', 'two', '-b', broken, '--json'], project);
  expect(failed.code).toBe(1);
  expect(JSON.parse(failed.stdout)).toMatchObject({
    vats: [{ vatID: 'v2', name: 'two', outcome: 'rolled back', reason: /no such luck/ }].map(
      ({ reason, ...rest }) => ({ ...rest, reason: expect.stringMatching(reason) as string }),
    ),
  });

  const all = await cooperage(['upgrade', 'tally', '--all', '-b', code('tally-2')], project);
  expect(all.code).toBe(0);
  expect(all.stdout).toMatch(/^v2 +two +upgraded +incarnation 1$/m);
  expect((await cooperage(['check'], project)).code).toBe(0);

  for (const [args, message] of [
    [['three', '-b', code('tally-2')], 'error VAT_NOT_FOUND: no vat is named "three"'],
    [['one', '-b', './none.js'], 'error BUNDLE_NOT_FOUND: '],
    [
      ['one', '-b', code('tally-2'), '--parameters', '{'],
      'error BAD_ARGUMENT: --parameters must be JSON',
    ],
  ] as const) {
    const { code: exit, stderr } = await cooperage(['upgrade', ...args], project);
    expect([exit, stderr]).toEqual([1, expect.stringContaining(message)]);
  }
  expect((await cooperage(['upgrade', 'one'], project)).code).toBe(2);
});
