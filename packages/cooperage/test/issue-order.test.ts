import { hashState } from '@cooperage/store';
import { expect, it } from 'vitest';
import { fixture, openForTest } from './helpers.js';

const names = ['ann', 'ben', 'cid', 'dot'];
const config = {
  bootstrap: 'main',
  vats: {
    main: { source: fixture('mesh-main-vat.js') },
    ...Object.fromEntries(
      names.map((name) => [name, { source: fixture('mesh-vat.js'), parameters: { name } }]),
    ),
  },
};

const play = async (threads: number, window: number): Promise<{ logs: unknown; hash: string }> => {
  const kernel = await openForTest({ config, order: 'issue', threads, window });
  await kernel.run();
  await kernel.send('main', 'start', [12, 12]);
  const logs = await kernel.send('main', 'logs');
  await kernel.run();
  // What the host did, and when, is up to the disk: its answers come when they are durable.
  const hash = hashState(kernel.store.tables, ['history.']);
  await kernel.close();
  return { logs, hash };
};

it.each([1, 8])(
  'in issue order any number of threads gives one history and one state (window %i)',
  async (window) => {
    const alone = await play(1, window);
    for (const threads of [2, 4]) expect(await play(threads, window)).toEqual(alone);
  },
);
