/** New code is tried on what vats did, before they get it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Rehearsal } from '@cooperage/tools';
import { exportKernel } from '../../src/index.js';
import { runProgram } from '../../src/cli/program.js';
import { openForTest, temporaryDirectory } from '../helpers.js';

const VAT = (greeting: string, kind: string, log = ''): string => `
export const buildRootObject = (_powers, _parameters, baggage) => {
  const { defineDurableKind, makeKindHandle } = VatData;
  const handle = baggage.has('handle') ? baggage.get('handle') : makeKindHandle('${kind}');
  if (!baggage.has('handle')) baggage.init('handle', handle);
  ${kind === 'none' ? '' : 'const makeGuest = defineDurableKind(handle, (name) => ({ name }), { name: ({ state }) => state.name });'}
  return Far('root', {
    ${kind === 'none' ? '' : 'keep: (name) => { baggage.init(name, makeGuest(name)); },'}
    greet: (name) => { ${log} return '${greeting}, ' + name; },
  });
};`;

const run = async (...args: string[]) => {
  const out: string[] = [];
  const notes: string[] = [];
  const terminal = {
    out: (line: string) => void out.push(line),
    report: (line: string) => void notes.push(line),
    status: () => undefined,
    width: 160,
    isLive: false,
  };
  const code = await runProgram(['rehearse', ...args], { terminal, version: '0', env: {} });
  return { code, text: out.join('\n'), notes };
};

it('says of each vat whether it does the same, where it differs first, and whether an upgrade starts', async () => {
  const folder = temporaryDirectory();
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  write('vat.js', VAT('Hello', 'guest'));
  const directory = join(folder, 'state');
  const config = write(
    'cooperage.json',
    JSON.stringify({
      directory,
      vats: { one: { source: './vat.js' }, two: { source: './vat.js' } },
    }),
  );
  const kernel = await openForTest({ config, directory });
  await kernel.send('one', 'keep', ['ann']);
  await kernel.send('one', 'greet', ['ann']);
  const target = join(folder, 'copy.export');
  await exportKernel(directory, target);

  // A log line and other names are no difference; all vats of the config are tried with what their sources say now.
  write('vat.js', VAT('Hello', 'guest', "console.log('greets', name);"));
  expect(await run('--config', config)).toMatchObject({
    code: 0,
    text: expect.stringMatching(
      /^v1 one: \d+ deliveries, the same syscalls\n {2}an upgrade to the new code starts\nv2 two: /,
    ) as string,
  });

  const other = write('other.ts', VAT('Hi', 'guest'));
  const differs = await run('one', '--source', other, '--directory', directory);
  expect(differs.code).toBe(1);
  expect(differs.text).toMatch(/^v1 one: differs at delivery \d+: message o\+0\.greet\("ann"\)/);
  expect(differs.text).toMatch(/\n {2}- resolve .*"Hello, ann".*\n {2}\+ resolve .*"Hi, ann"/);
  expect(differs.text).toContain('an upgrade to the new code starts');
  expect((await run('one', '--source', other, '-d', directory, '--accept', 'upgrade')).code).toBe(
    0,
  );

  // From an export, while the kernel goes on.
  const lacks = write('lacks.js', VAT('Hi', 'none'));
  const json = await run(
    'one',
    '--source',
    lacks,
    '--export',
    target,
    '--accept',
    'upgrade',
    '--json',
  );
  expect(json.code).toBe(1);
  const { vats } = JSON.parse(json.text) as { readonly vats: readonly Rehearsal[] };
  expect(vats).toMatchObject([
    {
      vatID: 'v1',
      name: 'one',
      outcome: 'differs',
      difference: { n: expect.any(Number) as number, index: expect.any(Number) as number },
      upgrade: { starts: false, missingKinds: ['guest'] },
    },
  ]);

  // What cannot be run at all.
  const broken = write('broken.js', 'export const buildRootObject = () => { throw Error("no"); };');
  const failed = await run(
    'one',
    '--source',
    broken,
    '--directory',
    directory,
    '--accept',
    'upgrade',
  );
  expect(failed.code).toBe(1);
  expect(failed.text).toMatch(/an upgrade does not start: .*no/);
  expect(await run('--source', other, '--directory', directory)).toMatchObject({
    code: 1,
    notes: [expect.stringMatching(/^error BAD_ARGUMENT: --source: name the vats/) as string],
  });
  expect(await kernel.send('one', 'greet', ['bob'])).toBe('Hello, bob');
});
