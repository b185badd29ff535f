/** The kernel stops rather than go on without a critical vat, whatever would have ended it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { hasCode } from '@cooperage/types';
import { call, data, makeTestKernel, NOTHING, send, type TestKernel } from './a-kernel.js';

let kernel: TestKernel;
let vatID: `v${number}`;

const record = (n: number, ...syscalls: unknown[]): string =>
  JSON.stringify({ n, status: ['ok'], syscalls: syscalls.map((each) => [each]), usage: null });

beforeEach(() => {
  kernel = makeTestKernel('issue');
  const { vatID: made, root } = kernel.input((host) => {
    const vat = host.createVat(
      {
        name: 'bank',
        bundleID: `b1-${'0'.repeat(128)}` as never,
        window: 2,
        ownThread: false,
        crankTimeLimit: 1,
        liveslots: 'x',
        critical: true,
      },
      data(),
    );
    host.pin(vat.root);
    return vat;
  });
  vatID = made as never;
  kernel.core.arrived(made, record(1));
  kernel.core.retireNext();
  kernel.input((host) => host.send(root, call('go')));
});

const rows = () => kernel.keys().map((key) => `${key}=${kernel.core.kernel.tables.rows.get(key)}`);

describe('nothing is kept of the crank in which it would have ended:', () => {
  test.each([
    ['it exits', record(2, ['exit', false, NOTHING])],
    ['it exits with failure', record(2, ['exit', true, NOTHING])],
    ['an illegal syscall', record(2, send('o-99', 'x'))],
    ['no record at all', '{'],
    [
      'a crank that could not be run',
      '{"n":2,"status":["error","it broke"],"syscalls":[],"usage":null}',
    ],
  ])('%s', (_, text) => {
    const before = rows();
    kernel.core.arrived(vatID as never, text);
    let thrown: unknown;
    try {
      kernel.core.retireNext();
    } catch (error) {
      thrown = error;
    }
    expect(hasCode(thrown, 'CRITICAL_VAT_FAILED')).toBe(true);
    expect((thrown as Error).message).toContain('the critical vat bank ended: ');
    expect(rows()).toEqual(before);
  });

  test('its worker is at fault', () => {
    const before = rows();
    expect(() => kernel.input((host) => host.failVat(vatID as never, NOTHING, 'too slow'))).toThrow(
      'the critical vat bank ended: too slow',
    );
    expect(rows()).toEqual(before);
  });
});

test('the host may end it', () => {
  kernel.input((host) => host.terminateVat(vatID as never, true, NOTHING, 'wanted'));
  expect(kernel.core.kernel.tables.vats.isAlive(vatID as never)).toBe(false);
});

test('one that does not start was never there', () => {
  const { vatID: made } = kernel.input((host) =>
    host.createVat(
      {
        name: 'other bank',
        bundleID: `b1-${'0'.repeat(128)}` as never,
        window: 2,
        ownThread: false,
        crankTimeLimit: 1,
        liveslots: 'x',
        critical: true,
      },
      data(),
    ),
  );
  kernel.core.arrived(vatID as never, record(2));
  kernel.core.retireNext();
  kernel.core.arrived(made, '{"n":1,"status":["error","no"],"syscalls":[],"usage":null}');
  expect(kernel.core.retireNext()?.refused?.message).toBe('no');
  kernel.insistSound();
});
