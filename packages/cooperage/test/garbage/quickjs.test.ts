/** Cycles are found among vats of either engine: each vat is asked on its own. */
import { expect, test } from 'vitest';
import { garbageOfKernel, type KernelRef } from '../../src/index.js';
import { fixture, openForTest, temporaryDirectory } from '../helpers.js';

test.each(['makeNode', 'makeHeapNode'])(
  'a cycle of vats on both engines is found (%s)',
  async (method) => {
    const directory = temporaryDirectory();
    const source = fixture('cycle-vat.js');
    const kernel = await openForTest({
      config: { vats: { ann: { source }, ben: { source, engine: 'quickjs' } } },
      directory,
      snapshotInterval: 2,
    });
    const a = (await kernel.send('ann', 'makeNode')) as KernelRef;
    const b = (await kernel.send('ben', method)) as KernelRef;
    await a.send('link', [b]);
    await b.send('link', [a]);
    const krefs = [a.kref(), b.kref()];
    a.release();
    b.release();
    await kernel.run();
    for (const vat of ['ann', 'ben']) kernel.bringOutYourDead(vat);
    await kernel.run();
    const { cycles, unasked } = await garbageOfKernel(directory, { threads: 1 });
    expect(unasked).toEqual([]);
    expect(cycles.map(({ objects }) => objects.map(({ kref }) => kref))).toEqual([krefs]);
  },
);
