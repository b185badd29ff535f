/** What `cooperage init` writes runs: its test and its host program, against the package as it is built. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { cooperage, start, temporaryFolder } from './processes.js';

const PACKAGE = join(import.meta.dirname, '..', '..');

const projectOf = async (template: string): Promise<string> => {
  const folder = join(await temporaryFolder(), template);
  expect(await cooperage(['init', folder, '--template', template], '.')).toMatchObject({ code: 0 });
  await mkdir(join(folder, 'node_modules'));
  await symlink(PACKAGE, join(folder, 'node_modules', 'cooperage'));
  return folder;
};

const node = async (folder: string, ...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, args, { cwd: folder })).stdout;

test('js: the test passes, the host program greets, and the schema is where the config says', async () => {
  const folder = await projectOf('js');
  expect(await node(folder, '--test')).toMatch(/pass 1\b/);
  expect(await node(folder, 'host.js')).toContain('Hello, host!');
  const { $schema } = JSON.parse(await readFile(join(folder, 'cooperage.json'), 'utf8')) as {
    $schema: string;
  };
  expect(JSON.parse(await readFile(join(folder, $schema), 'utf8'))).toMatchObject({
    type: 'object',
  });
});

test('service: the test passes, the host program orders, and it is served and sent to', async () => {
  const folder = await projectOf('service');
  expect(await node(folder, '--test')).toMatch(/pass 1\b/);
  expect(await node(folder, 'host.js')).toContain('a barrel');
  const served = await start(['serve', '--listen', 'none'], folder);
  await served.prints('the kernel runs');
  const sent = await cooperage(['send', 'desk', 'order', 'hoop'], folder);
  expect(sent).toMatchObject({ code: 0, stdout: expect.stringContaining('posted') as string });
  await served.prints('posted: order 2: hoop');
  expect((await cooperage(['stop'], folder)).code).toBe(0);
  expect((await served.ended).code).toBe(0);
});
