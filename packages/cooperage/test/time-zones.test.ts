/** A vat's history is the same on every host, so that it can be moved to a host in another time zone. */
import { afterEach, expect, it } from 'vitest';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const before = process.env['TZ'];
afterEach(() => {
  if (before === undefined) delete process.env['TZ'];
  else process.env['TZ'] = before;
});

it('a vat that looks at its time zone goes on in another one', async () => {
  const directory = temporaryDirectory();
  const config = { vats: { clock: { source: fixture('zone-vat.js') } } };
  const seen = ['0', '0', 'Thu Jan 01 1970 00:00:00 GMT+0000', '1577836800000'];
  process.env['TZ'] = 'America/New_York';
  const first = await openForTest({ directory, config });
  expect(await first.send('clock', 'look')).toEqual([...seen, '1']);
  await first.close();
  process.env['TZ'] = 'Asia/Kolkata';
  const second = await openForTest({ directory, config });
  expect(await second.send('clock', 'look')).toEqual([...seen, '2']);
  expect(second.quarantine.quarantined()).toEqual([]);
});
