/** One delivery at a time: which may come next, and which never does. */
import { describe, expect, test } from 'vitest';
import { call, makeTestKernel, type TestKernel, type TestVat } from './a-kernel.js';

const methodOf = (vat: TestVat): string | undefined => {
  const [next, ...others] = vat.deliveries();
  expect(others).toEqual([]);
  if (next?.delivery[0] !== 'message') return next?.delivery[0];
  return (JSON.parse(next.delivery[2].methargs.body.slice(1)) as [string])[0];
};

/** Two vats, with messages for each, on one object and on several; everything that was delivered, in order. */
const play = (order: 'sequential' | 'adversarial', seed: number) => {
  const kernel: TestKernel = makeTestKernel(order, seed);
  const vats = [kernel.vat('a', 4), kernel.vat('b', 4)] as const;
  kernel.input((host) => {
    for (let i = 0; i < 4; i += 1) {
      for (const [v, { root }] of vats.entries()) host.send(root, call(`${v}.${i}`));
    }
  });
  const told: string[] = [];
  for (;;) {
    const heard = vats.flatMap((vat) => {
      const method = methodOf(vat);
      return method === undefined ? [] : [[vat, method] as const];
    });
    if (heard.length === 0) break;
    expect(heard).toHaveLength(1);
    told.push(heard[0]![1]);
    heard[0]![0].does();
  }
  expect(kernel.core.isIdle()).toBe(true);
  return told;
};

test('sequential order is issue order', () => {
  expect(play('sequential', 0)).toEqual(['0.0', '1.0', '0.1', '1.1', '0.2', '1.2', '0.3', '1.3']);
});

describe('adversarial order', () => {
  test('keeps the order on each object, under each of 200 seeds, and nothing else', () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 200; seed += 1) {
      const told = play('adversarial', seed);
      for (const v of ['0', '1']) {
        expect(told.filter((each) => each.startsWith(v))).toEqual(
          [0, 1, 2, 3].map((i) => `${v}.${i}`),
        );
      }
      orders.add(told.join());
    }
    // Of the seventy that there are.
    expect(orders.size).toBeGreaterThan(50);
  });

  test('is the same for the same seed', () => {
    expect(play('adversarial', 3)).toEqual(play('adversarial', 3));
    expect(play('adversarial', 3)).not.toEqual(play('adversarial', 4));
  });
});
