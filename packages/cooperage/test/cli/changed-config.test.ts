/** What the command line says to authors who edit a vat, or its config, and run again. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { cooperage, temporaryFolder } from './processes.js';

let project = '';
const file = (name: string): string => join(project, name);
const edit = async (name: string, from: string, to: string): Promise<void> => {
  const text = await readFile(file(name), 'utf8');
  expect(text).toContain(from);
  await writeFile(file(name), text.replace(from, to));
};

beforeAll(async () => {
  project = join(await temporaryFolder(), 'project');
  expect(await cooperage(['init', project], '.')).toMatchObject({ code: 0 });
  await edit('vats/main.js', 'await E(timer).delay(100);', `throw Error('no clock');`);
});

test('authors are told of a bootstrap that failed, and of what they edited, until they have chosen', async () => {
  const first = await cooperage(['run'], project);
  expect(first.stdout).toContain('bootstrap was rejected: no clock');
  expect(first.stdout).toContain('--upgrade --bootstrap');
  expect(first.code).toBe(1);

  const again = await cooperage(['run', '--json'], project);
  expect(JSON.parse(again.stdout)).toMatchObject({
    cranks: 0,
    bootstrap: { state: 'rejected', error: 'no clock' },
    changes: [],
  });
  expect(again.code).toBe(1);

  await edit('vats/main.js', `throw Error('no clock');`, 'await E(timer).delay(1);');
  const edited = await cooperage(['run'], project);
  expect(edited.stderr).toMatch(/error CONFIG_CHANGED: [^]*vat "main" runs code that differs/);
  expect(edited.stderr).toMatch(
    /bootstrap was rejected[^]*--upgrade [^]*--fresh [^]*--ignore-changes /,
  );
  expect(edited).toMatchObject({ code: 1, stdout: '' });

  const mended = await cooperage(['run', '--upgrade', '--bootstrap'], project);
  expect(mended.stderr).toContain('main: counted to 5, 5, 5\n');
  expect(mended.code).toBe(0);
});

test('"upgrade" takes the parameters of the config if they were changed, and other commands look at no source', async () => {
  await edit('cooperage.json', 'Hello', 'Good day');
  await edit('vats/main.js', 'counted to', 'they counted to');
  expect(await cooperage(['quarantine'], project)).toMatchObject({ code: 0 });
  expect(await cooperage(['meters'], project)).toMatchObject({ code: 0 });
  const upgraded = await cooperage(['upgrade', 'v2', '--bundle', './vats/greeter.js'], project);
  expect(upgraded.stdout).toMatch(/^v2 +greeter +upgraded/m);
  const { stdout } = await cooperage(['transcript', 'greeter'], project);
  expect(stdout).toContain('startVat { greeting: "Good day" }');
  const refused = await cooperage(['run', '--json'], project);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    error: { code: 'CONFIG_CHANGED', message: expect.not.stringContaining('greeter') as unknown },
  });
  const ignored = await cooperage(['run', '--ignore-changes', '--json'], project);
  expect(JSON.parse(ignored.stdout)).toMatchObject({
    changes: [{ kind: 'code', name: 'main', source: file('vats/main.js') }],
    bootstrap: { state: 'fulfilled' },
  });
  expect(ignored.code).toBe(0);
});

test('"send" warns that a vat runs code that differs from its source', async () => {
  const sent = await cooperage(['send', 'greeter', 'greet', 'Ada'], project);
  expect(sent.stderr).toMatch(/warn: vat "main" runs code that differs from its source/);
  expect(sent).toMatchObject({ code: 0, stdout: '"Good day, Ada!"\n' });
});

test.each(['quarantine', 'suspended'])('"%s" of one vat is about that vat', async (command) => {
  expect(await cooperage([command, 'greeter'], project)).toMatchObject({ code: 0 });
  const { code, stderr } = await cooperage([command, 'gretter'], project);
  expect(stderr).toContain('VAT_NOT_FOUND: no vat is named "gretter"; did you mean "greeter"?');
  expect(code).toBe(1);
});

test.each([
  [['--upgrade', '--ignore-changes'], /give either --upgrade/],
  [['--fresh', '--upgrade'], /create all vats anew/],
])('run refuses %j', async (flags, reason) => {
  const { code, stderr } = await cooperage(['run', ...flags], project);
  expect(stderr).toMatch(reason);
  expect(code).toBe(1);
});
