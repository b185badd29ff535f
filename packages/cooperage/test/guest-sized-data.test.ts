/** Plain vat code that makes its data as large as it can stops no kernel: neither at once nor after a restart. */
import { expect, it } from 'vitest';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const source = fixture('large-data-vat.js');
const config = { bootstrap: 'evil', vats: { evil: { source }, other: { source } } };

it('an object whose name has ten million characters is called, and the kernel opens again', async () => {
  const directory = temporaryDirectory();
  const kernel = await openForTest({ directory, config });
  expect(await kernel.send('other', 'callNamed', [kernel.root('evil'), 9_900_000])).toBe('called');
  await kernel.close();
  const again = await openForTest({ directory, config });
  await again.run();
  expect(await again.send('evil', 'ping')).toBe('pong');
});

it.each([400, 5_000, 1_000_000])(
  'a bundle of a name of %i characters is asked for in vain, and nothing else happens',
  async (length) => {
    const kernel = await openForTest({ directory: temporaryDirectory(), config });
    await kernel.run();
    const error = await kernel.send('evil', 'createVat', [length]).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ message: expect.stringMatching(/no bundle is named "xxx/) });
    expect((error as Error).message.length).toBeLessThan(300);
    expect(await kernel.send('other', 'ping')).toBe('pong');
  },
);
