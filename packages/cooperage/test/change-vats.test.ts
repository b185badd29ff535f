/** What the host changes about vats that run: all vats of a bundle at once, and options. */
import { checkTables } from '@cooperage/kernel';
import { expect, it } from 'vitest';
import type { CooperageKernel, KernelRef } from '../src/index.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const code = (name: string) => fixture(`upgrade/${name}.js`);
const config = {
  bootstrap: 'creator',
  vats: {
    creator: { source: fixture('creator-vat.js') },
    fixed: { bundle: 'tally', parameters: { name: 'fixed' } },
    other: { source: fixture('worker-vat.js') },
  },
  bundles: { tally: { source: code('tally-1') } },
};

const insistSound = ({ store }: CooperageKernel): void => {
  expect(checkTables(store.tables)).toEqual([]);
};
const make = async (kernel: CooperageKernel, name: string): Promise<KernelRef> => {
  await kernel.send('creator', 'create', ['tally', { name }]);
  return (await kernel.send('creator', 'root', [name])) as KernelRef;
};

it('all vats of a bundle are upgraded with one call, and each says what became of it', async () => {
  const directory = temporaryDirectory();
  const kernel = await openForTest({ directory, config });
  const ann = await make(kernel, 'ann');
  const ben = await make(kernel, 'ben');
  const hostile = await make(kernel, 'hostile');
  await ann.send('add', [3]);
  const later = ben.send('later').catch((reason: unknown) => reason);
  const source = code('tally-choosy');
  // It will not start in a vat whose baggage says so.
  await hostile.send('keep', ['refuses', 'tally-choosy']);
  const report = await kernel.upgradeBundle('tally', { source, upgradeMessage: 'all of you' });
  insistSound(kernel);
  expect(report).toEqual([
    { vatID: 'v2', name: 'fixed', outcome: 'upgraded', incarnationNumber: 1 },
    { vatID: 'v4', name: 'ann', outcome: 'upgraded', incarnationNumber: 1 },
    { vatID: 'v5', name: 'ben', outcome: 'upgraded', incarnationNumber: 1 },
    {
      vatID: 'v6',
      name: 'hostile',
      outcome: 'rolled back',
      reason: expect.stringContaining('it would rather not') as string,
    },
  ]);
  expect(await later).toMatchObject({
    code: 'VAT_UPGRADED',
    reason: { name: 'vatUpgraded', upgradeMessage: 'all of you' },
  });
  expect(await ann.send('version')).toBe('choosy');
  expect(await ann.send('read')).toBe(3);
  expect(await hostile.send('version')).toBe(1);
  // Later ones get the new code.
  const carl = await make(kernel, 'carl');
  expect(await carl.send('version')).toBe('choosy');
  await kernel.close();

  const again = await openForTest({ directory, config });
  const second = await again.upgradeBundle('tally', { source: code('tally-2') });
  expect(second.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['fixed', 'upgraded'],
    ['ann', 'upgraded'],
    ['ben', 'upgraded'],
    ['hostile', 'upgraded'],
    ['carl', 'upgraded'],
  ]);
  const third = await again.upgradeBundle('tally', { source: code('tally-2') });
  expect(third.map(({ outcome }) => outcome)).toEqual(Array(5).fill('unchanged'));
  expect(third[0]).toMatchObject({ incarnationNumber: 2 });
  insistSound(again);
});

it('code with which no vat starts does not get the name', async () => {
  const kernel = await openForTest({ config });
  const request = { source: code('tally-refusing'), parameters: { how: 'throw' } };
  const report = await kernel.upgradeBundle('tally', request);
  expect(report).toMatchObject([{ name: 'fixed', outcome: 'rolled back' }]);
  const ann = await make(kernel, 'ann');
  expect(await ann.send('version')).toBe(1);
  await expect(kernel.upgradeBundle('telly', request)).rejects.toMatchObject({
    code: 'BUNDLE_NOT_FOUND',
  });
  await expect(kernel.upgradeVat('fixed', {})).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  await expect(
    kernel.upgradeVat('fixed', { source: code('tally-1'), bundle: 'tally' }),
  ).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  await expect(kernel.upgradeVat('fixed', { source: './missing.js' })).rejects.toMatchObject({
    code: 'BUNDLE_NOT_FOUND',
  });
  await expect(kernel.upgradeVat('fixt', { bundle: 'tally' })).rejects.toThrow(
    /no vat is named "fixt" \(there are: creator, fixed/,
  );
  insistSound(kernel);
});

it('a vat that was made at run time is upgraded by its id, by its name, and by its creator', async () => {
  const kernel = await openForTest({
    config: { ...config, bundles: { ...config.bundles, two: { source: code('tally-2') } } },
  });
  const ann = await make(kernel, 'ann');
  await ann.send('add', [4]);
  expect(await kernel.upgradeVat('v4', { source: code('tally-2') })).toEqual({
    incarnationNumber: 1,
  });
  expect(await kernel.upgradeVat('ann', { bundle: 'tally' })).toEqual({ incarnationNumber: 2 });
  const options = { upgradeMessage: 'by its creator', vatParameters: { now: 3 } };
  expect(await kernel.send('creator', 'administer', ['ann', 'upgrade', ['two', options]])).toEqual({
    incarnationNumber: 3,
  });
  expect(await ann.send('parameters')).toEqual({ now: 3 });
  expect(await kernel.send('creator', 'administer', ['ann', 'upgrade', ['tally', {}]])).toEqual({
    incarnationNumber: 4,
  });
  expect(await ann.send('parameters')).toEqual({ now: 3 });
  insistSound(kernel);
  expect(await ann.send('read')).toBe(4);
  await expect(
    kernel.send('creator', 'administer', ['ann', 'upgrade', ['none', options]]),
  ).rejects.toThrow(/no bundle is named "none"/);
});

it('options change while the vat is at work, and another time limit holds from then on', async () => {
  const directory = temporaryDirectory();
  const kernel = await openForTest({ directory, config });
  expect(await kernel.send('other', 'increment')).toBe(1);
  const answers = Array.from({ length: 20 }, () => kernel.send('other', 'increment'));
  await kernel.changeOptions('other', { crankTimeLimit: 3_000, window: 2, ownThread: true });
  expect(await Promise.all(answers)).toEqual(Array.from({ length: 20 }, (_, i) => i + 2));
  expect(await kernel.send('other', 'increment')).toBe(22);
  await expect(kernel.changeOptions('other', { window: 0 })).rejects.toMatchObject({
    code: 'BAD_ARGUMENT',
  });
  await expect(kernel.changeOptions('other', { colour: 1 } as never)).rejects.toThrow(
    /changeOptions has no option "colour"; it has window/,
  );
  await kernel.close();
  const again = await openForTest({ directory, config });
  expect(await again.send('other', 'increment')).toBe(23);
  const began = performance.now();
  await expect(again.send('other', 'loopForEver')).rejects.toThrow(/ 3000 ms/);
  // Well before the limit that the kernel was opened with.
  expect(performance.now() - began).toBeLessThan(30_000);
  insistSound(again);
});
