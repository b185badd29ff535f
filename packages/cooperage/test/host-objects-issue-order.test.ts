/** What the host passes by reference is input of the kernel: a history with it is replayed, also across a restart. */
import { expect, it } from 'vitest';
import { E, Far, type KernelRef, replayKernel } from '../src/index.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

it('a history in issue order with host objects and promises replays without a difference', async () => {
  const directory = temporaryDirectory();
  const options = {
    directory,
    config: { order: 'issue', vats: { bank: { source: fixture('host-objects-vat.js') } } },
  } as const;
  const got: number[] = [];
  const first = await openForTest(options);
  const bank = first.root('bank');
  await E(bank)['keep']?.('listener', Far('listener', { got: (n: number) => void got.push(n) }));
  await E(bank)['notifyMany']?.(Far('other', { got: (n: number) => void got.push(n) }), 5);
  const purse = E(bank)['getPurse']?.(8) as Promise<KernelRef>;
  expect(await E(bank)['viaPromise']?.(purse, 'balance')).toBe(8);
  await E(bank)['keep']?.('late', Promise.resolve(Far('late', { hi: () => 'hi' })));
  await E(bank)['keep']?.('never', new Promise(() => undefined));
  await first.run();
  await first.send('bank', 'drop', ['late']);
  first.bringOutYourDead('bank');
  await first.run();
  expect(got).toEqual([1, 2, 3, 4, 5]);
  await first.close();

  const second = await openForTest(options);
  await expect(second.send('bank', 'callKept', ['listener', 'got', 6])).rejects.toMatchObject({
    allegedCode: 'HOST_RESTARTED',
  });
  await second.run();
  await second.close();

  const replayed = await replayKernel({ directory, threads: 1 });
  expect(replayed.difference).toBeUndefined();
  expect(replayed.to).toBeGreaterThan(20);
});
