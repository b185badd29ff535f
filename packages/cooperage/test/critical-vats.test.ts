import { checkTables } from '@cooperage/kernel';
import { expect, it } from 'vitest';
import { listVats } from '@cooperage/tools';
import { fixture, limitTime, openForTest, temporaryDirectory } from './helpers.js';

const source = fixture('worker-vat.js');
const config = {
  vats: { bank: { source, critical: true }, other: { source } },
};

it.each([
  ['exits', 'exit', /the vat exited/],
  ['takes too long', 'loopForEver', /CRANK_TIME_LIMIT/],
])(
  'a critical vat that %s stops the kernel, and what was before is there',
  async (_, method, why) => {
    const directory = temporaryDirectory();
    const failures: Error[] = [];
    const kernel = await openForTest({
      directory,
      config,
      on: { failed: (error) => failures.push(error) },
    });
    expect(await kernel.send('bank', 'increment')).toBe(1);
    expect(await kernel.send('other', 'increment')).toBe(1);
    await limitTime(kernel, 'bank');
    const call = kernel.send('bank', method, [kernel.root('other')]);
    await expect(call).rejects.toMatchObject({
      code: 'CRITICAL_VAT_FAILED',
      message: expect.stringMatching(why) as string,
    });
    expect(failures).toHaveLength(1);
    await expect(kernel.run()).rejects.toMatchObject({ code: 'CRITICAL_VAT_FAILED' });
    await kernel.close();
    const again = await openForTest({ directory, config });
    // The fatal message may have been lost with its crank, or be delivered again.
    const { vats, ended } = listVats(again.store);
    expect([vats.map(({ name }) => name), ended]).toEqual([['bank', 'other'], []]);
    expect(checkTables(again.store.tables)).toEqual([]);
  },
);
