import { isKPromise, type KPromise } from '@cooperage/types';
import { describe, expect, test } from 'vitest';
import { call, makeTestKernel, NOTHING, OPTIONS } from './a-kernel.js';

const create = (kernel: ReturnType<typeof makeTestKernel>, name: string) =>
  kernel.crank(() => kernel.host.createVat({ ...OPTIONS, name }, NOTHING));

describe('the creation of vats', () => {
  test('is announced in the order of the requests, whichever starts first', () => {
    const kernel = makeTestKernel();
    const [first, second, third] = [create(kernel, 'a'), create(kernel, 'b'), create(kernel, 'c')];
    kernel.effects.take();
    kernel.crank(() => kernel.lifecycle.started(third.vatID));
    kernel.crank(() =>
      kernel.lifecycle.terminate(second.vatID, true, NOTHING, { reason: 'it threw' }),
    );
    const state = (kp: KPromise) => kernel.tables.promises.get(kp).state;
    expect([first, second, third].map(({ result }) => state(result))).toEqual([
      'unresolved',
      'unresolved',
      'unresolved',
    ]);
    kernel.crank(() => kernel.lifecycle.started(first.vatID));
    expect([first, second, third].map(({ result }) => state(result))).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    const told = kernel.effects.take().filter(({ type }) => type === 'vat-ready');
    expect(told).toMatchObject([{ vatID: first.vatID }, { vatID: third.vatID }]);
    expect(kernel.tables.promises.getData(second.result).body).toContain('it threw');
  });

  test('that fails leaves nothing behind once its requester was told', () => {
    const kernel = makeTestKernel();
    const before = kernel.keys('', 'k').concat(kernel.keys('k/', '~'));
    const { vatID, root, result } = create(kernel, 'a');
    kernel.crank(() => kernel.host.send(root, call('early')));
    kernel.crank(() => kernel.lifecycle.terminate(vatID, true, NOTHING, { reason: 'it threw' }));
    const outputs = [...kernel.tables.outputs.list()];
    expect(outputs.map(([, output]) => output[0])).toEqual(['notify', 'notify']);
    for (const [number] of outputs) kernel.crank(() => kernel.host.settleOutput(number));
    expect(kernel.tables.promises.find(result)).toBeUndefined();
    expect(kernel.keys('', 'k').concat(kernel.keys('k/', '~'))).toEqual(before);
  });

  test('gives back what the parameters held when the vat ends before it is started', () => {
    const kernel = makeTestKernel();
    const other = create(kernel, 'other');
    const before = { ...kernel.tables.objects.get(other.root) };
    kernel.crank(() => {
      const { vatID } = kernel.host.createVat(OPTIONS, call('x', other.root));
      kernel.lifecycle.terminate(vatID, true, NOTHING, { reason: 'never mind' });
    });
    expect(kernel.tables.objects.get(other.root)).toEqual(before);
  });
});

describe('the end of a vat', () => {
  test('rejects what it decided oldest first, then what waited in its inbox', () => {
    const kernel = makeTestKernel();
    const { promises, cLists } = kernel.tables;
    const { vatID, root } = create(kernel, 'a');
    const decided = kernel.crank(() =>
      [7, 5, 6].map((n) => {
        const kp = promises.add(vatID);
        cLists.addExport(vatID, `p+${n}` as never, kp);
        kernel.host.subscribe(kp);
        return kp;
      }),
    );
    const waiting = kernel.crank(() => [
      kernel.host.send(root, call('one')),
      kernel.host.send(root, call('two')),
    ]);
    kernel.crank(() => kernel.lifecycle.terminate(vatID, true, NOTHING, { reason: 'enough' }));
    const told = [...kernel.tables.outputs.list()]
      .map(([, output]) => output[1])
      .filter(isKPromise);
    expect(told.slice(0, 5)).toEqual([...decided, ...waiting]);
  });

  test('is told to all who asked for it, and to those who ask later', () => {
    const kernel = makeTestKernel();
    const { vatID, result } = create(kernel, 'a');
    kernel.crank(() => kernel.lifecycle.started(vatID));
    const { slots } = kernel.tables.promises.getData(result);
    const admin = slots[0] as never;
    const early = kernel.crank(() => kernel.host.send(admin, call('done')));
    expect(kernel.tables.promises.get(early).state).toBe('unresolved');
    const info = { body: '#"bye"', slots: [] };
    kernel.crank(() =>
      kernel.lifecycle.terminate(vatID, false, info, { reason: 'the vat exited' }),
    );
    const late = kernel.crank(() => kernel.host.send(admin, call('done')));
    for (const kp of [early, late]) {
      expect(kernel.tables.promises.get(kp).state).toBe('fulfilled');
      expect(kernel.tables.promises.getData(kp)).toEqual(info);
    }
  });
});

test('an object that only a terminated vat imported is dropped and retired at its exporter', () => {
  const kernel = makeTestKernel();
  const { cLists, inboxes, objects } = kernel.tables;
  const [exporter, importer] = [create(kernel, 'exporter'), create(kernel, 'importer')];
  const ko = kernel.crank(() => {
    const object = objects.add(exporter.vatID);
    cLists.addExport(exporter.vatID, 'o+5' as never, object);
    cLists.addImport(importer.vatID, object, 0);
    return object;
  });
  kernel.crank(() =>
    kernel.lifecycle.terminate(importer.vatID, true, NOTHING, { reason: 'enough' }),
  );
  const works = inboxes.list(exporter.vatID).map(({ work }) => work);
  expect(works).toContainEqual(['dropExports', [ko]]);
  expect(works).toContainEqual(['retireExports', [ko]]);
});
