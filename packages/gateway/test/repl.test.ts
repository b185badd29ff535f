/** The prompt of the command line at a capability URL. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type Bank, gatewayOn, openForTest } from './helpers.js';

const MAIN = fileURLToPath(new URL('../bin/cooperage.js', import.meta.resolve('cooperage')));

it('"cooperage repl URL" sends to the object of the URL and to what it answers', async () => {
  const kernel = await openForTest();
  const gateway = await gatewayOn(kernel);
  const { url } = await gateway.issue(kernel.root<Bank>('bank'), { label: 'the bank' });
  const child = spawn(process.execPath, [MAIN, 'repl', url]);
  child.stdin.end(`E(root).open('ann')
E($1).deposit(5)
await root.isPurse($1)
E(root).fail('no money')
root
.vats
`);
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(shown.split('\n')).toEqual([
    expect.stringMatching(/^\$1 = \[o\d+: a reference\]$/),
    '$2 = 5',
    '$3 = true',
    expect.stringMatching(/^error VAT_REJECTED: no money/),
    '$4 = [root: the object of this URL]',
    expect.stringMatching(/^error BAD_ARGUMENT: \.vats is not available here/),
    '',
  ]);
  expect(code).toBe(1);
});
