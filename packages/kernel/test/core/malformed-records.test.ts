/** What a worker that is wholly taken over can do: end its own vat, with a reason, and nothing else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { call, makeTestKernel } from './a-kernel.js';

/** A bystander and a vat whose delivery 2 is out; `ask` waits for its answer. */
const setUp = () => {
  const kernel = makeTestKernel();
  const bystander = kernel.vat('bystander');
  const villain = kernel.vat('villain', 4, bystander.root);
  kernel.input((host) => host.send(villain.root, call('go')));
  villain.deliveries();
  return { kernel, bystander, villain };
};

const stateOf = (kernel: ReturnType<typeof makeTestKernel>, vatID: string): string[] =>
  kernel.keys(`${vatID}.`).map((key) => `${key}=${kernel.core.kernel.tables.rows.get(key)}`);

const refs = fc.oneof(
  fc.constantFrom('o-1', 'o+0', 'o+9', 'p-1', 'p+5', 'p+6', 'o-99', 'p-99', 'd-1', 'o+d10/1:0'),
  fc.string({ maxLength: 6 }),
);
const capdata = fc.oneof(
  fc.record({
    body: fc.constantFrom('#[]', '#"&0"', '#"$0"', '', 'x', '#["go",[]]'),
    slots: fc.array(refs, { maxLength: 3 }),
  }),
  fc.jsonValue(),
);
const message = fc.record({ methargs: capdata, result: fc.oneof(refs, fc.constant(null)) });
const syscall = fc.oneof(
  fc.tuple(fc.constant('send'), refs, message),
  fc.tuple(fc.constant('subscribe'), refs),
  fc.tuple(
    fc.constant('resolve'),
    fc.array(fc.tuple(refs, fc.boolean(), capdata), { maxLength: 3 }),
  ),
  fc.tuple(fc.constant('exit'), fc.boolean(), capdata),
  fc.tuple(
    fc.constantFrom('dropImports', 'retireImports', 'retireExports', 'abandonExports'),
    fc.array(refs, { maxLength: 3 }),
  ),
  fc.tuple(fc.constant('vatstoreSet'), fc.string(), fc.string()),
  fc.tuple(fc.constantFrom('vatstoreGet', 'vatstoreDelete', 'vatstoreGetNextKey'), fc.string()),
  fc.array(fc.jsonValue(), { maxLength: 4 }),
);
const record = fc.record({
  n: fc.constantFrom(2, 2, 2, 2, 1, 3, 0, '2', null),
  status: fc.constantFrom(['ok'], ['ok'], ['ok'], ['ok'], ['error', 'no'], ['error'], [], 'ok'),
  syscalls: fc.oneof(
    { weight: 8, arbitrary: fc.array(fc.tuple(syscall), { maxLength: 5 }) },
    { weight: 1, arbitrary: fc.jsonValue() },
  ),
  usage: fc.constantFrom(null, null, { computrons: 1 }, { computrons: -1 }, 'much'),
});

const insistHarmless = (text: string): void => {
  const { kernel, bystander, villain } = setUp();
  const before = stateOf(kernel, bystander.vatID);
  // The check of the whole database runs inside.
  const { refused } = villain.says(text);
  if (refused === undefined) return;
  expect(villain.isAlive).toBe(false);
  expect(kernel.keys(`${villain.vatID}.`)).toEqual([]);
  expect(stateOf(kernel, bystander.vatID)).toEqual(before);
  expect(bystander.deliveries()).toEqual([]);
  const end = kernel.core.kernel.tables.ends.find(villain.vatID);
  expect(end).toMatchObject({ isFailure: true });
  expect(end?.info.body).toBeTypeOf('string');
  // Who waited for an answer is told.
  const outputs = [...kernel.core.kernel.tables.outputs.list()].map(([, [tag]]) => tag);
  expect(outputs.filter((tag) => tag === 'notify')).toHaveLength(3);
};

describe('a record is applied whole or refused whole', () => {
  test('whatever text it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => insistHarmless(text)),
      { numRuns: 150 },
    );
  });

  test('whatever it says in the right shape', () => {
    fc.assert(
      fc.property(record, (value) => insistHarmless(JSON.stringify(value))),
      { numRuns: 400 },
    );
  });

  test('whatever part of a good one is missing', () => {
    const good = JSON.stringify({
      n: 2,
      status: ['ok'],
      syscalls: [
        [['send', 'o-1', { methargs: call('go'), result: 'p+5' }]],
        [['resolve', [['p-1', false, { body: '#"#undefined"', slots: [] }]]]],
      ],
      usage: null,
    });
    for (let end = 0; end < good.length; end += 3) insistHarmless(good.slice(0, end));
    insistHarmless(good);
  });

  test('a record that comes twice ends its vat', () => {
    const { villain } = setUp();
    expect(villain.does().refused).toBeUndefined();
    expect(
      villain.says('{"n":2,"status":["ok"],"syscalls":[],"usage":null}').refused,
    ).toMatchObject({
      code: 'MALFORMED_RECORD',
    });
  });

  test('a record of a delivery that was never made ends its vat, and not the kernel', () => {
    const { villain } = setUp();
    villain.does();
    expect(
      villain.says('{"n":3,"status":["ok"],"syscalls":[],"usage":null}').refused,
    ).toMatchObject({ code: 'MALFORMED_RECORD' });
    expect(villain.isAlive).toBe(false);
  });
});
