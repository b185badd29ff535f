import { afterEach, expect, test } from 'vitest';
import { startShard } from '../src/shard-child.js';

const { execPath } = process;

afterEach(() => {
  process.execPath = execPath;
});

test('a process that cannot be started has ended, so that another is started', async () => {
  process.execPath = '/there/is/no/such/program';
  let tell: (end: readonly [wasAsked: boolean, how: string]) => void;
  const ended = new Promise((resolve) => (tell = resolve));
  const none = (): void => undefined;
  const child = startShard({
    entry: 'shard.js',
    start: { shard: 's0', config: '', data: '', database: { url: '' }, node: '' },
    role: 'owner',
    events: {
      ...{ failed: none, log: none, taken: none },
      ended: (wasAsked, how) => tell([wasAsked, how]),
    },
  });
  const sent = child.send('vat', 'method', []);
  await expect(sent).rejects.toMatchObject({ code: 'CLOSED' });
  expect(await ended).toEqual([false, expect.stringContaining('ENOENT')]);
  await child.stop();
});
