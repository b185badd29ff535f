/** The operator's story: a kernel with services from its config runs, and every command reaches it over its socket. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runInProcess } from './run-in-process.js';
import { openForTest, temporaryDirectory } from '../helpers.js';

const VAT = (version: number): string => `
export const buildRootObject = (_powers, { services }, baggage) => {
  const balance = () => (baggage.has('balance') ? baggage.get('balance') : 0n);
  return Far('bank', {
    version: () => ${version},
    balance,
    deposit: async (amount) => {
      const next = balance() + BigInt(amount);
      baggage.has('balance') ? baggage.set('balance', next) : baggage.init('balance', next);
      console.log('deposited', amount);
      await E(services.mail).post('deposit');
      return next;
    },
  });
};`;

const MAIL = `
export default () => ({ post: () => 'posted' });`;

it('send, upgrade, meters, logs, export, import, terminate and stop work while it runs, and send while it does not', async () => {
  const folder = temporaryDirectory();
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const directory = join(folder, 'state');
  write('mail.mjs', MAIL);
  const later = write('later.js', VAT(2));
  write('vat.js', VAT(1));
  const config = write(
    'cooperage.json',
    JSON.stringify({
      directory,
      services: { mail: './mail.mjs' },
      meters: { shared: { remaining: 1_000 } },
      vats: {
        bank: { source: './vat.js', services: ['mail'] },
        other: { source: './vat.js', services: [] },
      },
    }),
  );
  const run = (...args: string[]) => runInProcess(args);
  const ask = (command: string, ...args: string[]) => run(command, '--config', config, ...args);

  const kernel = await openForTest({ config, directory });
  kernel.start();
  expect(await ask('send', 'bank', 'deposit', '5n')).toMatchObject({ code: 0, out: ['5n'] });
  expect(await ask('send', 'v1', 'deposit', '--', '-2')).toMatchObject({ code: 0, out: ['3n'] });
  expect(await ask('send', 'bank', 'withdraw')).toMatchObject({
    code: 1,
    notes: [expect.stringMatching(/^error VAT_REJECTED: /) as string],
  });
  expect(await ask('send', 'bank', 'deposit', '1 + 1')).toMatchObject({
    code: 1,
    notes: [expect.stringMatching(/^error BAD_ARGUMENT: 1 \+ 1: /) as string],
  });
  expect((await ask('upgrade', 'bank', '--bundle', later)).code).toBe(0);
  expect(await ask('send', 'bank', 'version')).toMatchObject({ out: ['2'] });
  expect(await ask('send', 'bank', 'deposit', '1')).toMatchObject({ out: ['4n'] });
  expect((await ask('meters', 'shared', '--add', '500')).out.join('\n')).toMatch(/shared +1,500/);
  expect((await ask('logs', 'bank')).out.at(-1)).toMatch(/info {2}bank #\d+: deposited 1$/);
  expect(JSON.parse((await ask('stats', '--json')).out[0] ?? '')).toMatchObject({ vats: 2 });
  for (const look of [
    ['vats'],
    ['show', 'bank'],
    ['transcript', 'bank'],
    ['check'],
    ['history'],
    ['suspended'],
    ['quarantine'],
  ]) {
    expect(await ask(look[0] as string, ...look.slice(1)), look.join(' ')).toMatchObject({
      code: 0,
    });
  }
  const file = join(folder, 'copy.export');
  expect(await run('export', directory, file)).toMatchObject({ code: 0 });
  expect(await ask('terminate', 'other', '--reason', 'not needed')).toMatchObject({ code: 0 });
  expect((await ask('vats')).out.join('\n')).toContain('not needed');
  expect(await ask('stop')).toMatchObject({ code: 0 });
  expect(await ask('logs')).toMatchObject({
    code: 1,
    notes: [expect.stringMatching(/^error CONTROL_UNAVAILABLE: /) as string],
  });

  // Restored elsewhere, and opened by the command itself, with the services of the config.
  const restored = join(folder, 'restored');
  expect(await run('import', restored, file)).toMatchObject({ code: 0 });
  expect(await ask('send', 'bank', 'deposit', '6', '--directory', restored)).toMatchObject({
    code: 0,
    out: ['10n'],
  });
  expect(
    await ask('send', 'bank', 'deposit', '1', '--no-wait', '--directory', restored),
  ).toMatchObject({
    out: ['sent'],
  });
  expect(await ask('send', 'bank', 'balance', '--directory', restored)).toMatchObject({
    out: ['11n'],
  });
  // The config beside the directory, where none is named; and a word where there is none.
  expect(await run('send', 'bank', 'balance', '--directory', restored)).toMatchObject({
    out: ['11n'],
  });
  const alone = join(temporaryDirectory(), 'state');
  expect(await run('import', alone, file)).toMatchObject({ code: 0 });
  expect(await run('send', 'bank', 'balance', '--directory', alone)).toMatchObject({
    code: 1,
    notes: [
      expect.stringMatching(/^error BAD_ARGUMENT: .* name the file with --config$/) as string,
    ],
  });
});
