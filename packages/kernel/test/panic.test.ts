import { CooperageError } from '@cooperage/types';
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import { describe, expect, test } from 'vitest';
import { makeKernel } from '../src/kernel.js';
import { asStop, blamingVat, illegal, KernelStop, panic, VatFault } from '../src/panic.js';
import { OPTIONS, NOTHING } from './a-kernel.js';

const thrownBy = (act: () => unknown): unknown => {
  try {
    act();
  } catch (thrown) {
    return thrown;
  }
  return expect.fail('nothing was thrown');
};

const throwing = (what: unknown) => (): never => {
  throw what;
};

describe('what is thrown while a vat’s data are looked at', () => {
  test.each([
    ['a RangeError', new RangeError('Maximum call stack size exceeded')],
    ['a TypeError', new TypeError('Cannot convert object to primitive value')],
    ['an error of JSON', thrownBy(() => JSON.parse('{') as unknown)],
  ])('%s is the vat’s fault, and is told to be unforeseen', (_, what) => {
    const fault = thrownBy(() => blamingVat(throwing(what)));
    expect(fault).toBeInstanceOf(VatFault);
    expect(fault).toMatchObject({ code: 'MALFORMED_RECORD', unforeseen: true, cause: what });
  });

  test('an error with a code keeps it, whatever it is', () => {
    for (const code of ['BAD_CAPDATA', 'QUOTA_EXCEEDED', 'STORE_FULL', 'KERNEL_PANIC'] as const) {
      const fault = thrownBy(() => blamingVat(throwing(new CooperageError(code, 'no'))));
      expect(fault).toBeInstanceOf(VatFault);
      expect(fault).toMatchObject({ code, message: 'no', unforeseen: false });
    }
  });

  test('a fault stays the fault that it is', () => {
    expect(thrownBy(() => blamingVat(() => illegal('no')))).toMatchObject({
      code: 'ILLEGAL_SYSCALL',
      unforeseen: false,
    });
  });

  test('a broken invariant stops the kernel', () => {
    const stop = thrownBy(() => blamingVat(() => panic('no')));
    expect(stop).toBeInstanceOf(KernelStop);
    expect(stop).toMatchObject({ code: 'KERNEL_PANIC' });
  });

  test('its message is cut', () => {
    const fault = thrownBy(() => blamingVat(throwing(new Error('x'.repeat(1_000_000)))));
    expect((fault as Error).message.length).toBeLessThanOrEqual(4_000);
  });
});

test('what is thrown where nothing looks at a vat’s data stops the kernel', () => {
  expect(asStop(new TypeError('no'), 'at work')).toMatchObject({
    code: 'KERNEL_PANIC',
    message: 'at work: no',
  });
  const stop = new KernelStop('CRITICAL_VAT_FAILED', 'ended');
  expect(asStop(stop, 'at work')).toBe(stop);
});

describe('what the store throws stops the kernel, whatever the kernel looks at', () => {
  const setUp = () => {
    const { tables: rows } = makeKernelStore(makeMemoryBackend());
    let failure: unknown;
    const kernel = makeKernel({
      ...rows,
      get: (key) => {
        if (failure !== undefined) throw failure as Error;
        return rows.get(key);
      },
    });
    const { vatID } = kernel.cranks.run(() => kernel.host.createVat(OPTIONS, NOTHING));
    return {
      kernel,
      vatID,
      fail: (what: unknown) => {
        failure = what;
        return thrownBy(() => blamingVat(() => kernel.tables.rows.get('x')));
      },
    };
  };

  test('with its own code', () => {
    const what = new CooperageError('STORE_CORRUPT', 'the row x is damaged');
    expect(setUp().fail(what)).toMatchObject({ code: 'STORE_CORRUPT', cause: what });
  });

  test('without a code, as STORE_FAILED', () => {
    const stop = setUp().fail(new Error('MDB_PAGE_NOTFOUND'));
    expect(stop).toBeInstanceOf(KernelStop);
    expect(stop).toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(/MDB_PAGE_NOTFOUND/),
    });
  });

  test('a key that does not fit is a mistake of the kernel’s', () => {
    const stop = setUp().fail(new CooperageError('BAD_ARGUMENT', 'the key does not fit'));
    expect(stop).toMatchObject({ code: 'KERNEL_PANIC' });
  });
});

test('a row of the kernel that cannot be read stops it, and blames no vat', () => {
  const { tables: rows } = makeKernelStore(makeMemoryBackend());
  rows.beginCrank();
  rows.set('kp7.d', '{"body":"#1","sl');
  rows.set('kp7', 'f 1 - 0 0 -');
  rows.acceptCrank();
  const { promises } = makeKernel(rows).tables;
  const stop = thrownBy(() => blamingVat(() => promises.getData('kp7' as never)));
  expect(stop).toBeInstanceOf(KernelStop);
  expect(stop).toMatchObject({ code: 'STORE_CORRUPT', message: expect.stringMatching(/kp7/) });
});
