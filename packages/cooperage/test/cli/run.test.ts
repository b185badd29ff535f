import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fixture } from '../helpers.js';
import { cooperage, projectWith, start } from './processes.js';

const vat = (name: string) => ({ source: fixture(`vats/${name}.js`) });

describe('what is wrong is said with a code and what to do, and nothing is written:', () => {
  test.each([
    [
      'malformed JSON',
      '{"vats": {}',
      'error BAD_CONFIG: ',
      'cooperage.json:1:12: expected "," or "}"',
    ],
    ['a misspelt key', { vatz: {} }, 'error BAD_CONFIG: ', 'did you mean "vats"?'],
    [
      'a missing module',
      { vats: { a: { source: './a.js' } } },
      'error BUNDLE_NOT_FOUND: ',
      'there is no file ',
    ],
    [
      'a syntax error in a vat',
      { vats: { a: { source: './syntax.js' } } },
      'error BAD_BUNDLE: ',
      'syntax.js:2:11: ',
    ],
    [
      'a vat that wants Node',
      { vats: { a: { source: './node.js' } } },
      'error BAD_BUNDLE: ',
      'node.js:1 imports "node:fs"',
    ],
    [
      'a vat that cannot start',
      { vats: { a: { source: './throws.js' } } },
      'error VAT_START_FAILED: ',
      'no such luck',
    ],
  ])('%s', async (_, config, code, message) => {
    const project = await projectWith(config);
    await writeFile(join(project, 'syntax.js'), '\nconst a = ;');
    await writeFile(join(project, 'node.js'), "import 'node:fs';");
    await writeFile(
      join(project, 'throws.js'),
      "export const buildRootObject = () => { throw Error('no such luck'); };",
    );
    const before = await readdir(project);
    const { code: exit, stdout, stderr } = await cooperage(['run'], project);
    expect(stderr).toContain(code);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(await readdir(project)).toEqual(before);
  });

  test('with --verbose also where it comes from', async () => {
    const project = await projectWith({});
    const { stderr } = await cooperage(['run', '--verbose'], project);
    expect(stderr).toMatch(/^ +at /m);
  });
});

test('a vat of the config that fails makes the run fail, and is shown with its reason', async () => {
  const project = await projectWith({ bootstrap: 'a', vats: { a: vat('quitter') } });
  const { code, stdout } = await cooperage(['run'], project);
  expect(stdout).toContain('a (v1) failed: ');
  expect(stdout).toContain('had enough');
  expect(code).toBe(1);
  const list = await cooperage(['vats'], project);
  expect(list.stdout).toMatch(/^v1 +a +failed +the vat exited with failure: had enough$/m);
});

test('Ctrl-C stops between two cranks with a summary, and the same command continues', async () => {
  const project = await projectWith({ bootstrap: 'a', vats: { a: vat('ticker') } });
  const first = await start(['run'], project);
  await first.says('tick 3');
  first.process.kill('SIGINT');
  const { code, stdout, stderr } = await first.ended;
  expect(stderr).toContain('stopping after the current crank');
  expect(stdout).toContain('interrupted: what was retired is durable; the same command continues');
  expect(stdout).toMatch(/^v1 +a +\d+/m);
  expect(code).toBe(130);

  const second = await start(['run', '--json'], project);
  await second.says('tick 8');
  second.process.kill('SIGINT');
  const ended = await second.ended;
  expect(JSON.parse(ended.stdout)).toMatchObject({ outcome: 'interrupted', isNew: false });
  expect(await cooperage(['check'], project)).toMatchObject({ code: 0 });
});

test('a second Ctrl-C ends at once', async () => {
  const project = await projectWith({ bootstrap: 'a', vats: { a: vat('ticker') } });
  const run = await start(['run'], project);
  await run.says('tick 1');
  run.process.kill('SIGINT');
  run.process.kill('SIGTERM');
  expect((await run.ended).code).toBe(130);
  expect(await cooperage(['check'], project)).toMatchObject({ code: 0 });
});

describe('the command line itself', () => {
  test('has a version and help for every command', async () => {
    expect((await cooperage(['--version'], '.')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { stdout, code } = await cooperage(['--help'], '.');
    expect(code).toBe(0);
    for (const name of ['run', 'init', 'vats', 'show', 'transcript', 'check', 'bundle']) {
      expect(stdout).toContain(`  ${name} `);
      const help = await cooperage([name, '--help'], '.');
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toContain('--json');
    }
  });

  test.each([
    [['rnu'], 'Did you mean run?'],
    [['run', '--window', '0'], 'It must be a whole number from 1 to 1024.'],
    [['run', '--order', 'x'], 'Allowed choices are arrival, issue, sequential, adversarial.'],
    [['run', '--fresk'], 'Did you mean --fresh?'],
    [['show'], "missing required argument 'vat'"],
  ])('%j is wrong: exit code 2', async (args, message) => {
    const { code, stderr } = await cooperage(args, '.');
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  test('a folder without a kernel is said to have none, and gets none', async () => {
    const project = await projectWith({ vats: { a: vat('quitter') } });
    for (const args of [['vats'], ['vats', '--directory', join(project, 'nowhere')]]) {
      const { code, stderr } = await cooperage(args, project);
      expect(stderr).toContain('error BAD_ARGUMENT: there is no kernel in ');
      expect(code).toBe(1);
    }
    expect(existsSync(join(project, 'nowhere'))).toBe(false);
  });
});
