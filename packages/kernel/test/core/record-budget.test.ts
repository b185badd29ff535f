/** A vat can be given less than the limits of all vats: what one of its records may cost. */
import { describe, expect, test } from 'vitest';
import { AT_ONCE, type CompletionRecord, finishWork, insistWithinBudget } from '@cooperage/types';
import { checkTables } from '../../src/check/check.js';
import { call, makeTestKernel, send as sends } from './a-kernel.js';

const send = (body: string, slots: readonly string[] = []) => [
  ['send', 'o-1', { methargs: { body, slots }, result: null }],
];
const check = (syscalls: readonly unknown[], budget: object) => () =>
  finishWork(
    insistWithinBudget(
      { n: 2, status: ['ok'], syscalls, usage: null } as unknown as CompletionRecord,
      budget,
      AT_ONCE,
    ),
  );

describe('a record', () => {
  test.each([
    ['syscallLimit', [send('#1'), send('#2'), send('#3')], 3],
    ['nameLimit', [send('#[]', ['o-1', 'o-2']), send('#1')], 4],
    ['slotLimit', [send('#[]', ['o-1', 'o-2', 'o-3']), send('#[]', ['o-1'])], 3],
    ['depthLimit', [send('#[[[[[1]]]]]')], 5],
    ['digitLimit', [send(`#"+${'7'.repeat(40)}"`)], 40],
  ] as const)('may cost as much as %s, and no more', (option, syscalls, cost) => {
    expect(check(syscalls, { [option]: cost })).not.toThrow();
    expect(check(syscalls, { [option]: cost - 1 })).toThrow(
      expect.objectContaining({
        code: 'RECORD_TOO_LARGE',
        message: expect.stringContaining(`${option} is ${cost - 1}`) as string,
      }) as Error,
    );
    expect(check(syscalls, {})).not.toThrow();
  });
});

test('a vat whose record costs more than its own options allow ends, with the option in the reason', () => {
  const kernel = makeTestKernel();
  const vat = kernel.vat('bob', 1);
  const { vats } = kernel.core.kernel.tables;
  kernel.input(() => vats.setOptions(vat.vatID, { ...vats.options(vat.vatID), syscallLimit: 1 }));
  for (let i = 0; i < 2; i += 1) kernel.input((host) => host.send(vat.root, call('x')));
  vat.does(sends('o+0', 'y'));
  expect(vats.isAlive(vat.vatID)).toBe(true);
  const retired = vat.does(sends('o+0', 'y'), sends('o+0', 'y'));
  expect(retired.refused).toMatchObject({
    code: 'RECORD_TOO_LARGE',
    message: expect.stringContaining('syscallLimit is 1') as string,
  });
  expect(vats.isAlive(vat.vatID)).toBe(false);
  expect(checkTables(kernel.core.kernel.tables.rows)).toEqual([]);
});
