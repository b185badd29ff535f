/** The rules for deliveries and records that cross, each as a story. Section 4 of the execution model. */
import { describe, expect, test } from 'vitest';
import { call, data, fulfil, makeTestKernel, send, sole, vref } from './a-kernel.js';

/** Two vats; `far` has the root of `near` as o-1 and hands it out. */
const setUp = (window: number) => {
  const kernel = makeTestKernel();
  const near = kernel.vat('near', window);
  const far = kernel.vat('far', 1, near.root);
  return { kernel, near, far };
};

describe('with several deliveries out at once', () => {
  test('a drop of an import is ignored when a later delivery has named it', () => {
    const { kernel, near, far } = setUp(4);
    kernel.input((host) => host.send(far.root, call('give')));
    far.next();
    far.does(send('o-1', 'take', ['o+7']), send('o-1', 'take', ['o+7']));
    // Both are out: near drops in the first crank what the second one names.
    expect(near.deliveries().map(({ n }) => n)).toEqual([2, 3]);
    near.does(['dropImports', [vref('o-1')]], ['retireImports', [vref('o-1')]]);
    // Near meets o-1 as a new import and may use it.
    expect(near.does(send('o-1', 'hello')).refused).toBeUndefined();
    expect(far.next()).toMatchObject(['message', 'o+7', {}]);
  });

  test('without a later delivery a drop counts, and what was dropped cannot be named', () => {
    const { kernel, near, far } = setUp(4);
    kernel.input((host) => host.send(far.root, call('give')));
    far.next();
    far.does(send('o-1', 'take', ['o+7']), send('o-1', 'other'));
    near.deliveries();
    near.does(['dropImports', [vref('o-1')]]);
    expect(near.does(send('o-1', 'hello')).refused).toMatchObject({ code: 'ILLEGAL_SYSCALL' });
    expect(near.isAlive).toBe(false);
  });

  test('the kernel takes a drop back when the vat names the export before it hears of it', () => {
    const { kernel, near, far } = setUp(4);
    kernel.input((host) => {
      host.send(near.root, call('first'));
      host.send(near.root, call('second'));
    });
    near.deliveries();
    // Nobody takes the message, so that nobody holds o+3: the kernel wants it dropped and retired.
    near.does(send('p+9', 'nobody', ['o+3']), fulfil('p+9'));
    const [drop, retire] = near.deliveries();
    expect(drop).toMatchObject({ acked: 2, delivery: ['dropExports', ['o+3']] });
    expect(retire).toMatchObject({ acked: 2, delivery: ['retireExports', ['o+3']] });
    // In crank 3, before it hears of that, the vat answers with o+3.
    near.does(fulfil('p-2', sole(vref('o+3'))));
    const held = kernel.core.kernel.tables.cLists.toKernel(near.vatID, vref('o+3'));
    expect(held).toMatchObject({ reachable: true, dropping: 0, retiring: 0 });
    // The supervisor withholds both from liveslots; their records change nothing.
    near.does();
    near.does();
    expect(kernel.core.kernel.tables.cLists.toKernel(near.vatID, vref('o+3'))).toEqual(held);
    expect(far.isAlive).toBe(true);
  });

  test('a promise may be named by its old name until the record of its notify is retired', () => {
    const { kernel, near, far } = setUp(4);
    kernel.input((host) => host.send(near.root, call('first')));
    kernel.input((host) => host.send(far.root, call('give')));
    far.next();
    far.does(send('o-1', 'take', ['p+5']));
    near.deliveries();
    near.does();
    near.does(['subscribe', vref('p-2')]);
    kernel.input((host) => host.send(near.root, call('more')));
    kernel.input((host) => host.send(far.root, call('resolve')));
    far.next();
    far.does(fulfil('p+5', sole(vref('o+1'))));
    const out = near.deliveries();
    expect(out.map(({ delivery }) => delivery[0])).toEqual(['message', 'notify']);
    // Crank 4 runs before the notify and sends to the promise: the message goes to its resolution.
    expect(near.does(send('p-2', 'hello')).refused).toBeUndefined();
    expect(far.next()).toMatchObject(['message', 'o+1', {}]);
    near.does();
    expect(kernel.core.kernel.tables.cLists.toKernel(near.vatID, vref('p-2'))).toBeUndefined();
  });

  test('after its notify was handed out the kernel gives a promise a new name', () => {
    const { kernel, near, far } = setUp(4);
    kernel.input((host) => host.send(far.root, call('give')));
    far.next();
    far.does(send('o-1', 'take', ['p+5']), send('o-1', 'keep', ['p+5']));
    near.next();
    near.next();
    near.does(['subscribe', vref('p-1')]);
    near.does();
    kernel.input((host) => host.send(far.root, call('again')));
    far.next();
    // Somebody else still holds the promise after it was resolved: the result of another message.
    far.does(send('o-1', 'last', ['p+5']), fulfil('p+5'));
    expect(near.next()).toMatchObject(['message', 'o+0', { methargs: { slots: ['p-1'] } }]);
    expect(near.next()).toMatchObject(['notify', [['p-1', false, {}]]]);
  });

  test('a promise that the vat resolves and a later delivery names is kept and told again', () => {
    const { kernel, near, far } = setUp(4);
    kernel.input((host) => host.send(near.root, call('first')));
    near.next();
    near.does(send('p+9', 'nobody', []), send('o+0', 'to myself', ['p+5']));
    kernel.input((host) => host.send(near.root, call('second')));
    const out = near.deliveries();
    expect(out.map(({ n }) => n)).toEqual([3, 4]);
    expect(out[0]?.delivery).toMatchObject(['message', 'o+0', { methargs: { slots: ['p+5'] } }]);
    kernel.input((host) => host.send(near.root, call('third')));
    // Crank 3 passes p+5 to itself once more and, in the same crank, resolves it.
    near.does(send('o+0', 'again', ['p+5']));
    near.deliveries();
    near.does(fulfil('p+5'));
    // The delivery that names p+5 is out: p+5 lives, and its news follows.
    expect(kernel.core.kernel.tables.cLists.toKernel(near.vatID, vref('p+5'))).toBeDefined();
    expect(near.next()).toMatchObject(['notify', [['p+5', false, {}]]]);
    near.does();
    near.does(['subscribe', vref('p+5')]);
    near.does();
    expect(kernel.core.kernel.tables.cLists.toKernel(near.vatID, vref('p+5'))).toBeUndefined();
    expect(far.isAlive).toBe(true);
  });

  test('when a record is refused, the deliveries after it are rejected', () => {
    const { kernel, near, far } = setUp(4);
    kernel.input((host) => host.send(far.root, call('ask')));
    far.next();
    far.does(
      send('o-1', 'one', [], 'p+5'),
      ['subscribe', vref('p+5')],
      send('o-1', 'two', [], 'p+6'),
      ['subscribe', vref('p+6')],
    );
    expect(near.deliveries()).toHaveLength(2);
    near.does(send('o-77', 'whom?'));
    expect(near.isAlive).toBe(false);
    expect(far.next()).toMatchObject(['notify', [['p+5', true, {}]]]);
    far.does();
    expect(far.next()).toMatchObject(['notify', [['p+6', true, {}]]]);
  });
});

test('a window of one is the classic hand-shake', () => {
  const { kernel, near } = setUp(1);
  kernel.input((host) => {
    host.send(near.root, call('one'));
    host.send(near.root, call('two'));
  });
  expect(near.deliveries()).toMatchObject([{ n: 2, acked: 1 }]);
  near.does();
  expect(near.deliveries()).toMatchObject([{ n: 3, acked: 2 }]);
  expect(near.does(fulfil('p-2', data())).refused).toBeUndefined();
});
