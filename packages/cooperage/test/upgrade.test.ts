/** Upgrades on a real kernel: LMDB, threads, bundles, and liveslots of both makes. */
import { checkTables } from '@cooperage/kernel';
import { describe, expect, it } from 'vitest';
import type { CooperageKernel, KernelRef } from '../src/index.js';
import { fixture, limitTime, openForTest, temporaryDirectory } from './helpers.js';

const code = (name: string) => ({ source: fixture(`upgrade/${name}.js`) });
const bundles = {
  one: code('tally-1'),
  two: code('tally-2'),
  forgetful: code('tally-forgetful'),
  refusing: code('tally-refusing'),
};

const insistSound = ({ store }: CooperageKernel): void => {
  expect(checkTables(store.tables)).toEqual([]);
};

describe.each([
  ['on ours', {}],
  ['on the published liveslots', { liveslots: 'published', window: 1 }],
])('%s', (_, liveslots) => {
  const open = (directory?: string, more = {}) =>
    openForTest({
      ...(directory === undefined ? {} : { directory }),
      liveslots: { published: import.meta.resolve('@agoric/swingset-liveslots') },
      config: {
        bootstrap: 'creator',
        vats: {
          tally: { ...code('tally-1'), ...liveslots },
          other: { ...code('tally-1'), ...liveslots },
          creator: { source: fixture('creator-vat.js'), ...liveslots },
          promiser: { source: fixture('promiser-vat.js'), ...liveslots },
        },
        bundles,
        ...more,
      },
    });

  it('durable data stays, the heap goes, and both live through a restart', async () => {
    const directory = temporaryDirectory();
    const kernel = await open(directory);
    const root = kernel.root('tally');
    expect(await kernel.send('tally', 'add', [5])).toBe(5);
    const counter = (await kernel.send('tally', 'counter')) as KernelRef;
    const passing = (await kernel.send('tally', 'passing')) as KernelRef;
    await kernel.send('tally', 'keep', ['other', kernel.root('other')]);
    expect(await passing.send('hello')).toBe('hello');

    const request = { bundle: 'two', parameters: { colour: 'blue', other: kernel.root('other') } };
    expect(await kernel.upgradeVat('tally', request)).toEqual({ incarnationNumber: 1 });
    insistSound(kernel);
    expect(await root.send('version')).toBe(2);
    expect(await root.send('parameters')).toMatchObject({ colour: 'blue' });
    expect(await root.send('inHeap')).toBe(0);
    expect(await counter.send('describe')).toBe('5 by version 2');
    await expect(passing.send('hello')).rejects.toThrow(
      /the owner of this object is terminated or has retired it/,
    );
    expect(await root.send('add', [2])).toBe(7);
    const kept = (await root.send('kept', ['other'])) as KernelRef;
    expect(kept.kref()).toBe(kernel.root('other').kref());
    await kernel.close();

    const again = await open(directory);
    expect(await again.send('tally', 'version')).toBe(2);
    expect(await again.send('tally', 'add', [1])).toBe(8);
    expect(await again.send('tally', 'inHeap')).toBe(3);
    const back = await again.upgradeVat('tally', { bundle: 'one' });
    expect(back).toEqual({ incarnationNumber: 2 });
    // With what it was last started with, references included.
    const given = (await again.send('tally', 'parameters')) as { colour: string; other: KernelRef };
    expect(given.colour).toBe('blue');
    expect(given.other.kref()).toBe(again.root('other').kref());
    expect(await again.send('tally', 'version')).toBe(1);
    expect(await again.send('tally', 'read')).toBe(8);
    insistSound(again);
  });

  it('who waits for the old incarnation is told which one it was, and durable watchers hear', async () => {
    const kernel = await open();
    const later = kernel.send('tally', 'later').catch((reason: unknown) => ({ reason }));
    await kernel.send('promiser', 'giveTo', [kernel.root('tally'), 'theirs']);
    await kernel.send('tally', 'watchOwn', ['own']);
    expect(await kernel.send('tally', 'heard', ['own'])).toBeUndefined();
    await kernel.upgradeVat('tally', { bundle: 'two', upgradeMessage: 'for the better' });
    const disconnection = {
      name: 'vatUpgraded',
      upgradeMessage: 'for the better',
      incarnationNumber: 0,
    };
    expect(await later).toMatchObject({
      reason: { code: 'VAT_UPGRADED', vat: 'tally', reason: disconnection },
    });
    expect(await kernel.send('tally', 'heard', ['own'])).toBe('rejected vatUpgraded');
    expect(await kernel.send('tally', 'heard', ['theirs'])).toBeUndefined();
    await kernel.send('promiser', 'settle', ['now']);
    expect(await kernel.send('tally', 'heard', ['theirs'])).toBe('fulfilled now');
    insistSound(kernel);
  });

  it.each([
    ['no bundle has the name', 'three', undefined, /no bundle is named "three"/],
    ['kinds are not defined again', 'forgetful', undefined, /Counter.*Watcher|Watcher.*Counter/],
    ['it throws', 'refusing', 'throw', /not today/],
    ['it never ends', 'refusing', 'loop', /CRANK_TIME_LIMIT/],
    ['it waits for ever', 'refusing', 'never', /buildRootObject unresolved/],
    ['it exits', 'refusing', 'exit', /exited/],
    ['it has no root', 'refusing', 'root', /remotable|not Far/],
  ])('where %s the old incarnation goes on', async (__, bundle, how, reason) => {
    const directory = temporaryDirectory();
    const kernel = await open(directory);
    await kernel.send('tally', 'add', [5]);
    await kernel.send('tally', 'hold', [kernel.root('other')]);
    let told: unknown;
    kernel.send('tally', 'later').catch((reason: unknown) => (told = reason));
    const request = { bundle, parameters: { how, greet: kernel.root('other') } };
    if (how === 'loop') await limitTime(kernel, 'tally');
    await expect(kernel.upgradeVat('tally', request)).rejects.toThrow(reason);
    if (how === 'loop') await kernel.changeOptions('tally', { crankTimeLimit: 60_000 });
    await kernel.run();
    insistSound(kernel);
    expect(await kernel.send('tally', 'version')).toBe(1);
    expect(await kernel.send('tally', 'add', [1])).toBe(6);
    expect(await kernel.send('tally', 'inHeap')).toBe(6);
    expect(await kernel.send('other', 'read')).toBe(0);
    await expect(kernel.send('tally', 'kept', ['left behind'])).rejects.toThrow();
    expect(told).toBeUndefined();
    await kernel.close();
    const again = await open(directory);
    expect(await again.send('tally', 'inHeap')).toBe(6);
    expect(await again.upgradeVat('tally', { bundle: 'two' })).toEqual({ incarnationNumber: 1 });
    expect(await again.send('tally', 'read')).toBe(6);
    insistSound(again);
  });
});
