/** Vats that stand still for want of computrons, on the command line: seen, and set going again. */
import { expect, it } from 'vitest';
import { fixture, openForTest, temporaryDirectory } from '../helpers.js';
import { cooperage, projectWith } from './processes.js';

const source = fixture('hungry-vat.js');
const LIMIT = 300_000_000;
const suspended = {
  source,
  engine: 'quickjs',
  whenExhausted: 'suspend',
  crankTimeLimit: 60_000,
} as const;
const config = {
  vats: {
    ann: { ...suspended, meter: 'shared' },
    ben: { ...suspended, computronLimit: LIMIT },
    other: { source },
  },
  meters: { shared: { remaining: 500_000_000, threshold: 10 } },
};

it('vats, show, suspended and meters say why, and have them go on', async () => {
  const directory = temporaryDirectory();
  const kernel = await openForTest({ config, directory });
  // More than the meter holds, one after the other; and more than one crank may.
  const asked = [
    ...Array.from({ length: 8 }, () => ['ann', 400_000] as const),
    ['ben', 1_500_000] as const,
    ['ben', 1] as const,
  ];
  for (const [vat, count] of asked) kernel.send(vat, 'spin', [count]).catch(() => undefined);
  await kernel.run();
  expect(kernel.suspension.suspended()).toHaveLength(2);
  await kernel.close();
  const folder = await projectWith({ vats: config.vats, meters: config.meters, directory });
  const json = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await cooperage([...args, '--json'], folder)).stdout);

  const list = await cooperage(['vats'], folder);
  expect(list.stdout).toMatch(/v1 +ann +suspended/);
  expect(list.stdout).toMatch(
    /^v1 ann: suspended since crank \d+, which used [\d,]+ computrons, more than was left in the meter (ko\d+); to continue: cooperage meters \1 --add N$/m,
  );
  expect(list.stdout).toMatch(
    /^v2 ben: suspended since crank 2, which used all [\d,]+ computrons of its computronLimit; to continue: cooperage suspended v2 --computron-limit N$/m,
  );
  expect(list.stdout).toMatch(/v3 +other +alive/);
  expect((await cooperage(['show', 'ann', '--full'], folder)).stdout).toMatch(
    /^why +suspended since crank \d+/m,
  );
  expect(await json('suspended')).toMatchObject({
    vats: [
      { vatID: 'v1', name: 'ann', kind: 'suspended', why: 'meter' },
      { vatID: 'v2', name: 'ben', kind: 'suspended', why: 'computronLimit', n: 2, meter: null },
    ],
  });

  const meters = await cooperage(['meters'], folder);
  expect(meters.stdout).toMatch(/^ko\d+ +shared +0 +10 +v1 ann \(suspended\)$/m);
  expect((await cooperage(['meters', 'shred'], folder)).stderr).toContain(
    'error METER_NOT_FOUND: no meter is named "shred"; did you mean "shared"?',
  );
  expect((await cooperage(['meters', '--add', '5'], folder)).stderr).toContain('say which meter');
  expect((await cooperage(['meters', 'shared', '--add', '-5'], folder)).code).toBe(2);
  const more = await cooperage(['meters', 'shared', '--add', '90000000000000000000'], folder);
  expect(more.stdout).toMatch(/^ko\d+ +shared +[\d,]{26} +10 +v1 ann$/m);

  // What is tried again with as little as before comes to the same.
  expect((await cooperage(['suspended', 'ben', '--resume'], folder)).code).toBe(1);
  const raised = await cooperage(['suspended', 'ben', '--computron-limit', '100000000000'], folder);
  expect([raised.stdout, raised.code]).toEqual(['no vat is suspended\n', 0]);

  // Each crank counted once, and what waited came after it.
  const again = await openForTest({ config, directory });
  expect(await again.send('ann', 'spin', [0])).toBe(3_200_000);
  expect(await again.send('ben', 'spin', [0])).toBe(1_500_001);
  await again.close();
});
