import type { KPromise, RejectedBy } from '@cooperage/types';
import { expect, test } from 'vitest';
import { allegedCodeOf } from '../src/index.js';
import { call, makeTestKernel, NOTHING, OPTIONS } from './a-kernel.js';

const make = () => {
  const kernel = makeTestKernel();
  const { promises, references } = kernel.tables;
  const promise = (): KPromise =>
    kernel.crank(() => {
      const kp = promises.add('host');
      references.retain(kp);
      return kp;
    });
  const byOf = (kp: KPromise): RejectedBy | undefined => promises.getData(kp).by;
  return { ...kernel, kernel, promise, byOf };
};

test('a promise that was resolved to itself is broken by the kernel, and so is what was sent on it', () => {
  const { kernel, promise, byOf } = make();
  const kp = promise();
  const answer = kernel.crank(() => kernel.host.send(kp, call('x')));
  kernel.crank(() => kernel.messages.fulfill(kp, { body: '#"&0"', slots: [kp] }));
  expect(byOf(kp)).toEqual({ code: 'PROMISE_BROKEN', id: kp });
  expect(byOf(answer)).toEqual({ code: 'PROMISE_BROKEN', id: kp });
  expect(allegedCodeOf(kernel.tables.promises.getData(kp).body)).toBe('PROMISE_BROKEN');
});

test('a message on a promise that is gone is broken by the kernel', () => {
  const { kernel, byOf } = make();
  const { promises, references } = kernel.tables;
  const answer = kernel.crank(() => {
    const kp = promises.add(undefined);
    references.retain(kp);
    const sent = kernel.host.send(kp, call('x'));
    references.release(kp);
    return sent;
  });
  expect(byOf(answer)).toEqual({ code: 'PROMISE_BROKEN', id: answer });
  expect(allegedCodeOf(kernel.tables.promises.getData(answer).body)).toBe('PROMISE_BROKEN');
});

test('an object that lost its owner, but not by its end, is gone', () => {
  const { kernel, byOf } = make();
  const ko = kernel.crank(() => {
    const added = kernel.tables.objects.add('host');
    kernel.tables.references.retain(added);
    return added;
  });
  kernel.crank(() =>
    kernel.tables.objects.put(ko, { ...kernel.tables.objects.get(ko), owner: 'none' }),
  );
  const answer = kernel.crank(() => kernel.host.send(ko, call('x')));
  expect(byOf(answer)).toEqual({ code: 'OBJECT_GONE', id: answer });
  expect(allegedCodeOf(kernel.tables.promises.getData(answer).body)).toBe('OBJECT_GONE');
});

test('data that claims who rejected it is not believed', () => {
  const { kernel, promise, byOf } = make();
  const { vatID } = kernel.crank(() => kernel.host.createVat(OPTIONS, NOTHING));
  const claim = { body: '#"no"', slots: [], by: { code: 'KERNEL_PANIC', vat: 'v77' } as const };
  const [kept, broken] = [promise(), promise()];
  const { promises } = kernel.tables;
  kernel.crank(() => {
    for (const kp of [kept, broken]) promises.put(kp, { ...promises.get(kp), decider: vatID });
  });
  kernel.crank(() => {
    const resolutions = [
      [kept, false, claim],
      [broken, true, claim],
    ] as const;
    for (const _ of kernel.syscalls.apply(vatID, ['resolve', [...resolutions]])) void _;
  });
  expect(promises.getData(kept)).toEqual({ body: '#"no"', slots: [] });
  expect(byOf(broken)).toEqual({ vat: vatID, name: OPTIONS.name });
});

test('a promise that a former version rejected does not say by whom', () => {
  const { kernel, promise, byOf } = make();
  const kp = promise();
  kernel.crank(() => kernel.messages.reject(kp, { body: '#"no"', slots: [] }));
  expect(byOf(kp)).toEqual({});
});
