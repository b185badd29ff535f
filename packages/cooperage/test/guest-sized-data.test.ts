/** Plain vat code that makes its data as large as it can stops no kernel: neither at once nor after a restart. */
import { describe, expect, it } from 'vitest';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const source = fixture('large-data-vat.js');
const config = { bootstrap: 'evil', vats: { evil: { source }, other: { source } } };

it('an object whose name has millions of characters is called, and the kernel opens again', async () => {
  const directory = temporaryDirectory();
  const kernel = await openForTest({ directory, config });
  expect(await kernel.send('other', 'callNamed', [kernel.root('evil'), 1_900_000])).toBe('called');
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

describe.each([
  ['ours', {}],
  ['the published liveslots', { liveslots: 'published', window: 1 }],
])('on %s', (_, on) => {
  it('what nobody could read in good time is an error where it is made, and its vat lives', async () => {
    const kernel = await openForTest({
      directory: temporaryDirectory(),
      liveslots: { published: import.meta.resolve('@agoric/swingset-liveslots') },
      config: { bootstrap: 'evil', vats: { evil: { source, ...on }, other: { source } } },
    });
    const other = kernel.root('other');
    const errorOf = async (method: string, args: readonly unknown[]): Promise<string> =>
      kernel.send('evil', method, args).then(
        () => 'none',
        (error: Error) => error.message,
      );
    expect(await errorOf('nested', [300])).toContain('nested 300 deep; the limit is 250');
    expect(await errorOf('digits', [20_000])).toContain('digits; the limit is 10000');
    expect(await errorOf('sendNested', [other, 300])).toContain('deep; the limit is 250');
    expect(await errorOf('sendDigits', [other, 20_000])).toContain('digits; the limit is 10000');
    expect(await kernel.send('evil', 'sendNested', [other, 248])).toBe('taken');
    expect(await kernel.send('evil', 'sendDigits', [other, 10_000])).toBe('taken');
    expect(await kernel.send('evil', 'ping')).toBe('pong');
    await kernel.run();
  });
});
