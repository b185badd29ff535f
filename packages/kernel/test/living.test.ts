/** Which vats live is known without a look at all that there ever were. */
import { type CrankTables, LIMITS, type VatID } from '@cooperage/types';
import { expect, test } from 'vitest';
import { makeKernel } from '../src/kernel.js';
import { makeTestKernel, NOTHING, OPTIONS } from './a-kernel.js';

const make = (kernel: ReturnType<typeof makeTestKernel>, count: number): VatID[] =>
  kernel.crank(() =>
    Array.from({ length: count }, () => kernel.host.createVat(OPTIONS, NOTHING).vatID),
  );
const end = (kernel: ReturnType<typeof makeTestKernel>, ...vatIDs: VatID[]): void => {
  for (const vatID of vatIDs) kernel.lifecycle.end(vatID, false, NOTHING, { reason: 'done' });
};

test('the list of vats is that of the rows, after whatever has happened', () => {
  const kernel = makeTestKernel();
  const { vats, rows } = kernel.tables;
  const insistSame = (...expected: VatID[]): void => {
    expect(vats.list()).toEqual(expected);
    expect(vats.count).toBe(expected.length);
    // As one that has just been opened reads it.
    expect(makeKernel(rows as CrankTables).tables.vats.list()).toEqual(expected);
  };
  insistSame();
  const all = make(kernel, 112);
  insistSame(...all);
  const gone = new Set(['v1', 'v10', 'v11', 'v99', 'v112']);
  kernel.crank(() => end(kernel, ...([...gone] as VatID[])));
  const living = all.filter((vatID) => !gone.has(vatID));
  insistSame(...living);
  const fail = (): never => {
    end(kernel, 'v2' as VatID, 'v100' as VatID);
    const { vatID } = kernel.host.createVat(OPTIONS, NOTHING);
    expect(vats.list()).toEqual([...living.filter((id) => id !== 'v2' && id !== 'v100'), vatID]);
    end(kernel, vatID);
    throw Error('it did not happen');
  };
  expect(() => kernel.crank(fail)).toThrow('it did not happen');
  insistSame(...living);
  insistSame(...living, ...make(kernel, 1));
});

test('what vats that are no more have left is passed over in one step each', () => {
  const kernel = makeTestKernel();
  const [left, stays] = make(kernel, 2) as [VatID, VatID];
  kernel.crank(() => {
    for (let i = 0; i < 2 * LIMITS.sweptRows; i += 1) kernel.tables.rows.set(`${left}.vs.${i}`, '');
    end(kernel, left);
  });
  expect(kernel.tables.leftRows.isEmpty).toBe(false);
  let looked = 0;
  const counting = new Proxy(kernel.tables.rows, {
    get: (rows, name) => {
      if (name === 'keys' || name === 'get') looked += 1;
      return Reflect.get(rows, name) as unknown;
    },
  });
  expect(makeKernel(counting as never).tables.vats.list()).toEqual([stays]);
  expect(looked).toBeLessThan(10);
});
