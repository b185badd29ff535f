/** What no worker of ours sends: a record of any shape ends its vat at most, and the reason is that of a bad record. */
import { LIMITS } from '@cooperage/types';
import { describe, expect, test } from 'vitest';
import { call, makeTestKernel, vref } from './a-kernel.js';

const setUp = () => {
  const kernel = makeTestKernel();
  const bystander = kernel.vat('bystander');
  const villain = kernel.vat('villain', 4, bystander.root);
  const waiting = kernel.input((host) => host.send(villain.root, call('go')));
  villain.deliveries();
  return { kernel, bystander, villain, waiting };
};

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const withSyscalls = (syscalls: string): string =>
  `{"n":2,"status":["ok"],"syscalls":${syscalls},"usage":null}`;
const capdata = '{"body":"#[]","slots":[]}';

const refuse = (sent: unknown, code: string): void => {
  const { kernel, bystander, villain, waiting } = setUp();
  kernel.core.arrived(villain.vatID, sent);
  const retired = kernel.core.retireNext();
  expect(retired?.refused).toMatchObject({ code });
  expect(retired?.refused).not.toHaveProperty('unforeseen');
  expect(villain.isAlive).toBe(false);
  expect(bystander.isAlive).toBe(true);
  expect(kernel.core.kernel.tables.promises.get(waiting).state).toBe('rejected');
  kernel.insistSound();
};

describe('a record that is no text', () => {
  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a number', 2],
    ['a big integer', 2n],
    ['a symbol', Symbol('record')],
    ['a function', () => 'record'],
    ['the object that the text would mean', { n: 2, status: ['ok'], syscalls: [], usage: null }],
    ['an array of texts', [withSyscalls('[]')]],
    ['a boxed text', Object(withSyscalls('[]'))],
    ['a text in bytes', new TextEncoder().encode(withSyscalls('[]'))],
    ['a proxy that throws', new Proxy({}, { get: () => expect.fail('it was asked') })],
  ])('is refused: %s', (_, sent) => refuse(sent, 'MALFORMED_RECORD'));
});

describe('a syscall whose tag is no string', () => {
  test.each([
    ['an object without a string form', '{"toString":1}'],
    ['an object whose string form is no function', '{"toString":{},"valueOf":[]}'],
    ['null', 'null'],
    ['50,000 nested arrays', nested(50_000)],
    ['nothing', ''],
  ])('is refused: %s', (_, tag) => refuse(withSyscalls(`[[[${tag}]]]`), 'MALFORMED_RECORD'));

  test('is refused: a million nested arrays', () => {
    refuse(withSyscalls(nested(1_000_000)), 'MALFORMED_RECORD');
  });
});

describe('nesting and odd values anywhere in a record are refused', () => {
  const deep = nested(50_000);
  const odd = '{"toString":1,"valueOf":1,"toJSON":1,"length":1,"__proto__":null}';
  const places: readonly (readonly [string, (value: string) => string])[] = [
    ['the record', (value) => value],
    ['its number', (value) => `{"n":${value},"status":["ok"],"syscalls":[],"usage":null}`],
    ['its status', (value) => `{"n":2,"status":${value},"syscalls":[],"usage":null}`],
    ['the kind of its status', (value) => `{"n":2,"status":[${value}],"syscalls":[],"usage":null}`],
    [
      'the message of its status',
      (value) => `{"n":2,"status":["error",${value}],"syscalls":[],"usage":null}`,
    ],
    ['its usage', (value) => `{"n":2,"status":["ok"],"syscalls":[],"usage":[${value}]}`],
    [
      'its computrons',
      (value) => `{"n":2,"status":["ok"],"syscalls":[],"usage":{"computrons":${value}}}`,
    ],
    ['an entry', (value) => withSyscalls(`[${value}]`)],
    ['an answer', (value) => withSyscalls(`[[["vatstoreGet","a"],${value}]]`)],
    ['a target', (value) => withSyscalls(`[[["send",${value},{"methargs":${capdata}}]]]`)],
    ['a message', (value) => withSyscalls(`[[["send","o-1",${value}]]]`)],
    [
      'a result',
      (value) => withSyscalls(`[[["send","o-1",{"methargs":${capdata},"result":${value}}]]]`),
    ],
    [
      'a body',
      (value) => withSyscalls(`[[["send","o-1",{"methargs":{"body":${value},"slots":[]}}]]]`),
    ],
    [
      'a slot',
      (value) => withSyscalls(`[[["send","o-1",{"methargs":{"body":"#[]","slots":[${value}]}}]]]`),
    ],
    ['a promise', (value) => withSyscalls(`[[["subscribe",${value}]]]`)],
    ['a resolution', (value) => withSyscalls(`[[["resolve",[${value}]]]]`)],
    [
      'a resolved promise',
      (value) => withSyscalls(`[[["resolve",[[${value},false,${capdata}]]]]]`),
    ],
    ['a rejection', (value) => withSyscalls(`[[["resolve",[["p-1",${value},${capdata}]]]]]`)],
    ['an exit', (value) => withSyscalls(`[[["exit",${value},${capdata}]]]`)],
    ['a key', (value) => withSyscalls(`[[["vatstoreSet",${value},"x"]]]`)],
    ['a value', (value) => withSyscalls(`[[["vatstoreSet","x",${value}]]]`)],
    ['a reference', (value) => withSyscalls(`[[["dropImports",[${value}]]]]`)],
  ];
  test.each(places)('%s', (_, text) => {
    for (const value of [deep, odd]) {
      const { villain } = setUp();
      const { refused } = villain.says(text(value));
      expect(refused?.code).toMatch(/^(MALFORMED_RECORD|BAD_REFERENCE|BAD_CAPDATA)$/);
      expect(refused).not.toHaveProperty('unforeseen');
    }
  });
});

test('an unknown syscall is named in few words', () => {
  const { villain } = setUp();
  const { refused } = villain.says(withSyscalls(`[[["${'x'.repeat(1_000_000)}"]]]`));
  expect(refused?.message.length).toBeLessThan(200);
});

test('the reason of an exit with failure has the limits of any data', () => {
  const { kernel, villain } = setUp();
  const slots = Array.from({ length: LIMITS.capdataSlots + 1 }, () => vref('o-1'));
  villain.does(['exit', true, { body: '#[]', slots }]);
  const end = kernel.core.kernel.tables.ends.find(villain.vatID);
  expect(end?.info.body).toContain('10001 slots; the limit');
});

test('what is left of a text that was cut is refused', () => {
  const text = withSyscalls(`[[["vatstoreSet","a","b"]]]`);
  for (let end = 0; end < text.length; end += 1) refuse(text.slice(0, end), 'MALFORMED_RECORD');
});
