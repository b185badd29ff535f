import type { KPromise, KRef } from '@cooperage/types';
import { describe, expect, test, vi } from 'vitest';
import { call, makeTestKernel, NOTHING, OPTIONS } from './a-kernel.js';

const errorOf = (kernel: ReturnType<typeof makeTestKernel>, kp: KPromise) =>
  kernel.tables.promises.getData(kp).body;

describe('a chain of 100,000 messages, each sent to the answer of the one before', () => {
  const build = (length: number) => {
    const kernel = makeTestKernel();
    const { promises, references } = kernel.tables;
    const first = kernel.crank(() => {
      const kp = promises.add('host');
      references.retain(kp);
      return kp;
    });
    let last = first;
    kernel.crank(() => {
      for (let i = 0; i < length; i += 1) {
        const result = promises.add(undefined);
        kernel.messages.send(last, { methargs: call('next'), result });
        last = result;
      }
      references.retain(last);
    });
    return { kernel, first, last };
  };

  test('is rejected from end to end without running out of stack', () => {
    const { kernel, first, last } = build(100_000);
    kernel.crank(() => kernel.messages.reject(first, call('no')));
    expect(kernel.tables.promises.get(last).state).toBe('rejected');
    // All between them is free.
    expect(kernel.keys('kp', 'kp:')).toHaveLength(4);
  });

  test('takes time in proportion to its length', () => {
    const time = (length: number): number => {
      const { kernel, first } = build(length);
      const start = performance.now();
      kernel.crank(() => kernel.messages.reject(first, call('no')));
      return performance.now() - start;
    };
    time(2_000);
    const short = Math.max(time(4_000), 4);
    expect(time(40_000)).toBeLessThan(short * 40);
  });
});

describe('promises that nobody can name any more', () => {
  test('are freed when they are resolved in a cycle', () => {
    const kernel = makeTestKernel();
    const { promises, references } = kernel.tables;
    const [a, b, c] = kernel.crank(() => {
      const made = [promises.add('host'), promises.add('host'), promises.add('host')] as const;
      made.forEach((kp) => references.retain(kp));
      return made;
    });
    kernel.crank(() => {
      kernel.messages.fulfill(a, call('x', b));
      kernel.messages.reject(b, call('x', c, c));
      kernel.messages.fulfill(c, call('x', a, c));
    });
    kernel.crank(() => references.release(a));
    kernel.crank(() => references.release(c));
    expect(kernel.keys('kp', 'kp:')).toHaveLength(6);
    kernel.crank(() => references.release(b));
    expect(kernel.keys('kp', 'kp:')).toEqual([]);
  });

  test('are freed when only the arguments of a message that goes nowhere kept them', () => {
    const kernel = makeTestKernel();
    const { promises, references } = kernel.tables;
    const [a, b, target] = kernel.crank(() => {
      const made = [promises.add('host'), promises.add('host'), promises.add('host')] as const;
      made.forEach((kp) => references.retain(kp));
      kernel.messages.send(made[2], { methargs: call('x', made[0]), result: null });
      return made;
    });
    kernel.crank(() => {
      kernel.messages.fulfill(a, call('x', b));
      kernel.messages.fulfill(b, call('x', a));
      references.release(a);
      references.release(b);
    });
    expect(kernel.keys('kp', 'kp:').length).toBeGreaterThan(3);
    kernel.crank(() => kernel.messages.reject(target, NOTHING));
    kernel.crank(() => references.release(target));
    expect(kernel.keys('kp', 'kp:')).toEqual([]);
  });

  test('are freed when each waits for the answer of a message to the other', () => {
    const kernel = makeTestKernel();
    const { promises, references } = kernel.tables;
    const [a, b] = kernel.crank(() => {
      const made = [promises.add('host'), promises.add('host')] as const;
      made.forEach((kp) => references.retain(kp));
      return made;
    });
    kernel.crank(() => {
      kernel.messages.send(a, { methargs: call('x'), result: b });
      kernel.messages.send(b, { methargs: call('x'), result: a });
    });
    kernel.crank(() => references.release(a));
    expect(kernel.keys('kp', 'kp:')).toHaveLength(4);
    kernel.crank(() => references.release(b));
    expect(kernel.keys('kp', 'kp:')).toEqual([]);
  });
});

test('a promise that 150,000 messages wait on, each of which names it, is looked at for cycles', () => {
  const kernel = makeTestKernel();
  const { promises, references } = kernel.tables;
  const [first, second] = kernel.crank(() => {
    const made = [promises.add('host'), promises.add('host')] as const;
    made.forEach((kp) => references.retain(kp));
    return made;
  });
  kernel.crank(() => {
    // Nobody decides the answer of a message that waits: what waits on it in turn may be a cycle.
    kernel.messages.send(first, { methargs: call('x'), result: second });
    const row = promises.get(second);
    const methargs = call('x', second);
    for (let i = 0; i < 150_000; i += 1) {
      promises.enqueue(second, row, { methargs, result: null });
      row.references += 1;
    }
    promises.put(second, row);
  });
  kernel.crank(() => references.release(second));
  expect(promises.get(second).queued).toBe(150_000);
});

describe('a promise that is settled', () => {
  test('sends what waited on it to what it is, in order, before anybody hears of it', () => {
    const kernel = makeTestKernel();
    const { promises, references, inboxes } = kernel.tables;
    const { vatID, root } = kernel.crank(() => kernel.host.createVat(OPTIONS, NOTHING));
    const kp = kernel.crank(() => {
      const made = promises.add('host');
      references.retain(made);
      promises.put(made, { ...promises.get(made), subscribers: [vatID] });
      kernel.messages.send(made, { methargs: call('one'), result: null });
      kernel.messages.send(made, { methargs: call('two'), result: null });
      return made;
    });
    kernel.crank(() => kernel.messages.fulfill(kp, { body: '#"$0"', slots: [root] }));
    kernel.crank(() => kernel.messages.send(kp, { methargs: call('three'), result: null }));
    const bodies = inboxes
      .list(vatID)
      .map(({ work }) => (work[0] === 'message' ? work[2].methargs.body : work[0]));
    expect(bodies).toEqual(['startVat', '#["one",[]]', '#["two",[]]', 'notify', '#["three",[]]']);
  });

  test('rejects what waited on it when it is data, an error, or an object of an ended vat', () => {
    const kernel = makeTestKernel();
    const { vatID, root } = kernel.crank(() => kernel.host.createVat(OPTIONS, NOTHING));
    const answer = (target: KRef) => kernel.crank(() => kernel.host.send(target, call('x')));
    const { promises, references } = kernel.tables;
    const settled = (isReject: boolean, slots: KRef[], body: string) =>
      kernel.crank(() => {
        const kp = promises.add('host');
        references.retain(kp);
        kernel.messages[isReject ? 'reject' : 'fulfill'](kp, { body, slots });
        return kp;
      });
    expect(errorOf(kernel, answer(settled(false, [], '#7')))).toContain(
      'cannot send a message to data',
    );
    expect(errorOf(kernel, answer(settled(true, [], '#"why"')))).toBe('#"why"');
    expect(errorOf(kernel, answer(settled(false, [root], '#["$0"]')))).toContain('to data');
    kernel.crank(() => kernel.tables.references.retain(root));
    kernel.crank(() => kernel.lifecycle.terminate(vatID, true, NOTHING, { reason: 'enough' }));
    expect(errorOf(kernel, answer(root))).toContain('terminated');
  });
});

describe('a graph of more promises than one crank looks at', () => {
  /** `length` promises that are held by the host, each resolved with the next one. */
  const build = (length: number, isCycle: boolean) => {
    const kernel = makeTestKernel();
    const { promises, references } = kernel.tables;
    const all = kernel.crank(() =>
      Array.from({ length }, () => {
        const kp = promises.add('host');
        references.retain(kp);
        return kp;
      }),
    );
    kernel.crank(() => {
      all.forEach((kp, i) => {
        const next = all[i + 1] ?? (isCycle ? all[0] : undefined);
        kernel.messages.fulfill(kp, next === undefined ? NOTHING : call('x', next));
      });
    });
    return { kernel, all };
  };

  test('costs each crank about the same, however many of them lose a reference', () => {
    const { kernel, all } = build(4_000, false);
    const read = vi.spyOn(kernel.tables.promises, 'getData');
    for (const kp of all) kernel.crank(() => kernel.tables.references.release(kp));
    expect(kernel.keys('kp', 'kp:')).toEqual([]);
    // Looking at all that is left each time would be eight million.
    expect(read.mock.calls.length).toBeLessThan(100 * all.length);
  });

  test('is looked at by later cranks, and freed where it is a cycle', () => {
    const { kernel, all } = build(4_000, true);
    const { references, suspects } = kernel.tables;
    kernel.crank(() => all.forEach((kp) => references.release(kp)));
    expect(kernel.keys('kp', 'kp:')).toHaveLength(8_000);
    expect(suspects.isEmpty).toBe(false);
    let cranks = 0;
    for (; !suspects.isEmpty && cranks < 1_000; cranks += 1) kernel.crank(() => undefined);
    expect(suspects.isEmpty).toBe(true);
    expect(cranks).toBeGreaterThan(10);
    expect(kernel.keys('kp', 'kp:')).toEqual([]);
    expect(kernel.keys('suspect.', 'suspect/')).toEqual([]);
  });

  test('stays where something else references one of the cycle', () => {
    const { kernel, all } = build(3_000, true);
    const { references, suspects } = kernel.tables;
    const [held, ...others] = all;
    kernel.crank(() => others.forEach((kp) => references.release(kp)));
    for (let i = 0; !suspects.isEmpty && i < 1_000; i += 1) kernel.crank(() => undefined);
    expect(kernel.keys('kp', 'kp:')).toHaveLength(6_000);
    kernel.crank(() => references.release(held as KPromise));
    for (let i = 0; !suspects.isEmpty && i < 1_000; i += 1) kernel.crank(() => undefined);
    expect(kernel.keys('kp', 'kp:')).toEqual([]);
  });
});
