/** Services that the config names, and the vats that list them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openForTest, temporaryDirectory } from './helpers.js';

const VAT = `
export const buildRootObject = (_powers, { services = {}, greeting = 'none' } = {}) => {
  let atBootstrap = [];
  return Far('root', {
    bootstrap: (_vats, given) => { atBootstrap = Object.keys(given).sort(); },
    atBootstrap: () => atBootstrap,
    names: () => Object.keys(services).sort(),
    greeting: () => greeting,
    mail: (text) => E(services.mail).post(text),
  });
};`;

/** A service that notes in a file what it does. */
const MAIL = `
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
export default ({ name, directory, log }) => {
  const note = (text) => appendFileSync(join(directory, '..', 'mail.txt'), text + '\\n');
  log('info', name + ' is made');
  return {
    post: (text) => { note(text); return text.length; },
    [Symbol.asyncDispose]: async () => note('end'),
  };
};`;

const project = () => {
  const folder = temporaryDirectory();
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const source = write('vat.js', VAT);
  const mail = write('mail.mjs', MAIL);
  const directory = join(folder, 'state');
  const said: string[] = [];
  const open = (vats: Record<string, object>, more: object = {}) =>
    openForTest({
      directory,
      log: (_level, message) => void said.push(message),
      config: {
        bootstrap: 'boot',
        services: { mail },
        vats: Object.fromEntries(
          Object.entries(vats).map(([name, vat]) => [name, { source, ...vat }]),
        ),
      },
      ...more,
    });
  return { folder, write, open, said, mailbox: join(folder, 'mail.txt') };
};

const textOf = async (file: string): Promise<string> =>
  (await import('node:fs/promises')).readFile(file, 'utf8');

it('a vat is given the services that it lists, the bootstrap vat too, and no others', async () => {
  const { open, said, mailbox } = project();
  const kernel = await open({
    boot: { services: ['logger'] },
    ann: { services: ['mail'] },
    ben: {},
  });
  await kernel.run();
  expect(await kernel.send('boot', 'atBootstrap')).toEqual(['logger']);
  expect(await kernel.send('boot', 'names')).toEqual(['logger']);
  expect(await kernel.send('ann', 'names')).toEqual(['mail']);
  expect(await kernel.send('ben', 'names')).toEqual([]);
  expect(await kernel.send('ann', 'mail', ['hello'])).toBe(5);
  expect(said).toContain('mail is made');
  await kernel.close();
  expect(await textOf(mailbox)).toBe('hello\nend\n');
});

it('a bootstrap vat that lists none is given those of the host, and none of the config', async () => {
  const { open } = project();
  const kernel = await open({ boot: {} }, { services: { clock: { now: () => 1 } } });
  await kernel.run();
  expect(await kernel.send('boot', 'atBootstrap')).toEqual([
    'clock',
    'logger',
    'timer',
    'vatAdmin',
  ]);
});

it('services survive a restart and an upgrade, and a program may give its own in their place', async () => {
  const { folder, open } = project();
  const vats = { boot: {}, ann: { services: ['mail'], parameters: { greeting: 'hi' } } };
  await (await open(vats)).close();
  const posted: unknown[] = [];
  const mail = { post: (text: unknown) => void posted.push(text) };
  const kernel = await open(vats, { services: { mail } });
  await kernel.send('ann', 'mail', ['again']);
  await kernel.upgradeVat('ann', { source: join(folder, 'vat.js') });
  await kernel.send('ann', 'mail', ['and again']);
  expect(await kernel.send('ann', 'greeting')).toBe('hi');
  expect(posted).toEqual(['again', 'and again']);
});

it('an upgrade with other parameters keeps the services that a vat lists', async () => {
  const { folder, open } = project();
  const kernel = await open({ boot: {}, ann: { services: ['mail'] } });
  await kernel.upgradeVat('ann', {
    source: join(folder, 'vat.js'),
    parameters: { greeting: 'ho' },
  });
  expect(await kernel.send('ann', 'names')).toEqual(['mail']);
  expect(await kernel.send('ann', 'greeting')).toBe('ho');
});

it('a list that was changed is noticed at a start, and given with `upgrade`', async () => {
  const { open } = project();
  await (await open({ boot: {}, ann: {} })).close();
  const changed = { boot: {}, ann: { services: ['mail', 'timer'] } };
  await expect(open(changed)).rejects.toMatchObject({ code: 'CONFIG_CHANGED' });
  const kernel = await open(changed, { upgrade: true });
  expect(await kernel.send('ann', 'names')).toEqual(['mail', 'timer']);
  await kernel.close();
  const again = await open(changed);
  expect(await again.send('ann', 'names')).toEqual(['mail', 'timer']);
});

it.each([
  ['has no default export', 'export const x = 1;', 'has no default export'],
  ['has a mistake', 'export default {', 'cannot be loaded'],
  ['throws', 'throw Error("no network");', 'cannot be loaded: no network'],
  ['makes nothing', 'export default () => undefined;', 'has no default export'],
  [
    'fails to be made',
    'export default () => { throw Error("no key"); };',
    'cannot be made: no key',
  ],
])('a module of a service that %s is a mistake in the config', async (_what, text, message) => {
  const { write, open } = project();
  write('mail.mjs', text);
  const opening = open({ boot: {}, ann: { services: ['mail'] } });
  await expect(opening).rejects.toMatchObject({ code: 'BAD_CONFIG' });
  await expect(opening).rejects.toThrow(message);
});

it.each([
  [{ services: ['male'] }, 'names "male", and there is no such service'],
  [{ services: ['mail'], parameters: [1] }, 'parameters must be an object'],
  [{ services: ['mail'], parameters: { services: 1 } }, 'choose another name'],
  [{ services: 'mail' }, 'services must be a list of names of services'],
])('a vat with %j is a mistake in the config', async (vat, message) => {
  const { open } = project();
  const opening = open({ boot: {}, ann: vat });
  await expect(opening).rejects.toMatchObject({ code: 'BAD_CONFIG' });
  await expect(opening).rejects.toThrow(message);
});
