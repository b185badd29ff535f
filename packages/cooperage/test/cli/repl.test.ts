/** The prompt: at a kernel that runs, and at one that has stopped. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { replCommand } from '../../src/cli/commands/operate/repl.js';
import { fixture, openForTest, temporaryDirectory } from '../helpers.js';

const vats = { bank: { source: fixture('repl-vat.js') } };

const terminalOf = (notes: string[]) => ({
  out: () => undefined,
  report: (line: string) => void notes.push(line),
  status: () => undefined,
  width: 160,
  isLive: false,
});

/** Lines from a pipe, and what is printed for them. */
const type = async (target: string, options: { config?: string }, ...lines: string[]) => {
  const output = new PassThrough();
  let text = '';
  output.on('data', (bytes: Buffer) => (text += bytes.toString('utf8')));
  const notes: string[] = [];
  const code = await replCommand({ terminal: terminalOf(notes), json: false }, target, options, {
    input: Readable.from(lines.map((line) => `${line}\n`)),
    output,
    isTerminal: false,
  });
  return { code, notes, shown: text.split('\n').slice(0, -1) };
};

/** A terminal without one: keys go in, and what is drawn comes out. */
const openTerminal = (target: string, historyFile: string) => {
  const input = new PassThrough();
  const output = new PassThrough();
  let text = '';
  output.on('data', (bytes: Buffer) => (text += bytes.toString('utf8')));
  const ended = replCommand(
    { terminal: terminalOf([]), json: false },
    target,
    {},
    {
      input: Object.assign(input, { setRawMode: () => undefined }),
      output,
      isTerminal: true,
      historyFile,
    },
  );
  return {
    ended,
    /** One by one, as they are typed: what is pasted is not completed. */
    press: async (keys: string) => {
      for (const key of keys) {
        input.write(key);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    shows: (part: string) =>
      expect.poll(() => stripVTControlCharacters(text), { timeout: 60_000 }).toContain(part),
  };
};

const before = Object.keys(globalThis);
afterEach(() => {
  expect(Object.keys(globalThis).filter((name) => name.startsWith('$'))).toEqual([]);
  expect(Object.keys(globalThis)).toEqual(expect.arrayContaining(before));
});

it('sends to vats and objects of a running kernel, and uses what they answer', async () => {
  const directory = temporaryDirectory();
  const kernel = await openForTest({ config: { vats }, directory });
  kernel.start();
  const { shown, code } = await type(
    directory,
    {},
    "E(vats.bank).balance('ann')",
    '1 + 2 // no message',
    "E(vats.bank).open('ann')",
    'E($3).owner()',
    'E(vats.bank).same($3, $3)',
    "const { length } = await E(E(vats.bank).open('eve')).owner()",
    'length * 2',
    'for (const x of [1]) {',
    '  if (x) await E(vats.bank).keep($3);',
    '}',
    '[vats.bank, { purse: $3 }]',
    '.holders ko999',
  );
  const bank = kernel.root('bank').kref();
  expect(shown.slice(0, 2)).toEqual(['$1 = 5n', '$2 = 3']);
  const [, purse] = /^\$3 = \[(ko\d+): purse\]$/.exec(shown[2] ?? '') ?? [];
  expect(shown.slice(3)).toEqual([
    "$4 = 'ann'",
    '$5 = true',
    '$6 = 6',
    `$7 = [ [${bank}: root of bank], { purse: [${purse}: purse] } ]`,
    expect.stringMatching(/^error BAD_ARGUMENT: there is no object or promise "ko999"/) as string,
  ]);
  expect(code).toBe(1);
  const looks = await type(directory, {}, '.vats', `.holders ${bank}`, '.inbox bank', '.help');
  expect(looks.code).toBe(0);
  const text = looks.shown.join('\n');
  expect(text).toMatch(/^v1 +bank +alive/m);
  expect(text).toContain(`${bank}: an object of v1, reachable by`);
  expect(text).toMatch(/^v1 +bank +o\+0 +export +yes$/m);
  expect(text).toContain('inbox: 0 deliveries not handed out');
  expect(text).toMatch(/^\.holders +Show which vats/m);
});

it('shows errors with code and errorId, promises of vats, and no control characters of theirs', async () => {
  const directory = temporaryDirectory();
  const kernel = await openForTest({ config: { vats }, directory });
  kernel.start();
  const { shown } = await type(
    directory,
    {},
    'E(vats.bank).fail()',
    'nothing.here',
    'const answer = await E(vats.bank).record(); answer',
    'E(vats.bank).release(7)',
    'answer.later',
    'E(vats.bank).keep({ date: new Date() })',
    'E(vats.bank).keep(() => 5)',
    '1 +',
  );
  const text = shown.join('\n');
  expect(text).toContain('error VAT_REJECTED: no money');
  expect(text).toMatch(/ {2}vat bank, vatID v1, errorId error:liveSlots:v1#\d+/);
  expect(text).toContain('ReferenceError: nothing is not defined');
  expect(text).toMatch(/purses: \[ \[ko\d+: purse\] \]/);
  expect(text).toMatch(/later: \[kp\d+: a promise\]/);
  expect(text).toContain('$2 = 7');
  expect(text).toContain('error BAD_ARGUMENT: args[0].date');
  expect(text).toContain('error BAD_ARGUMENT: args[0]');
  expect(text).toContain('SyntaxError: the last statement of the input is incomplete');
  // eslint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u001b]/);
});

it('opens a kernel that has stopped, says which sources were changed, and leaves its vats as they are', async () => {
  const folder = temporaryDirectory();
  const source = join(folder, 'vat.js');
  writeFileSync(source, readFileSync(fixture('repl-vat.js'), 'utf8'));
  const directory = join(folder, 'state');
  const config = join(folder, 'cooperage.json');
  writeFileSync(config, JSON.stringify({ directory, vats: { bank: { source } } }));
  const kernel = await openForTest({ config, directory });
  await kernel.send('bank', 'balance', ['ann']);
  await kernel.close();
  writeFileSync(source, readFileSync(source, 'utf8').replace('5n', '6n'));
  const { shown, notes, code } = await type(directory, { config }, "E(vats.bank).balance('ann')");
  expect({ shown, code }).toEqual({ shown: ['$1 = 5n'], code: 0 });
  expect(notes.join('\n')).toContain('vat "bank" runs code that differs from its source');
  const again = await openForTest({ config, directory, ignoreChanges: true });
  expect(await again.send('bank', 'balance', ['ann'])).toBe(5n);
});

it('completes vats and methods, abandons a wait at Ctrl-C, and keeps its history for its owner', async () => {
  const directory = temporaryDirectory();
  const kernel = await openForTest({ config: { vats }, directory });
  kernel.start();
  const history = join(temporaryDirectory(), 'history');
  const { press, shows, ended } = openTerminal(directory, history);
  await shows('cooperage> ');
  await press('E(vats.ba\t');
  await shows('E(vats.bank');
  await press(').bal\t');
  await shows('E(vats.bank).balance(');
  await press("'ann')\n");
  await shows('$1 = 5n');
  await press('E(vats.bank).never()\n');
  await press('1 + 1 // waits its turn\n');
  await shows('1 + 1 // waits its turn');
  await press('\u0003');
  await shows('stopped waiting; "await $2" waits again');
  await shows('$3 = 2');
  await press('.exit\n');
  expect(await ended).toBe(0);
  expect(existsSync(history)).toBe(true);
  expect(statSync(history).mode & 0o777).toBe(0o600);
  expect(readFileSync(history, 'utf8')).toContain("E(vats.bank).balance('ann')");
});

it('is left when the kernel ends', async () => {
  const directory = temporaryDirectory();
  const kernel = await openForTest({ config: { vats }, directory });
  const { shows, ended } = openTerminal(directory, join(temporaryDirectory(), 'history'));
  await shows('cooperage> ');
  await kernel.close();
  expect(await ended).toBe(0);
  await shows('the kernel has ended');
});
