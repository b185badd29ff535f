/** Why vats ended is kept while somebody may ask, and of the last ones; not of all that ever were. */
import { LIMITS, type KObject, type KPromise } from '@cooperage/types';
import { expect, test } from 'vitest';
import {
  call,
  makeTestKernel,
  NOTHING,
  outputsOf,
  type TestKernel,
  type TestVat,
} from './a-kernel.js';

const forgetOutputs = (kernel: TestKernel): void => {
  for (const number of outputsOf(kernel)) kernel.input((host) => host.settleOutput(number));
};

/** What the host was told of the newest vat is all that holds its admin facet. */
const pinFacet = (kernel: TestKernel): KObject => {
  const { outputs, promises } = kernel.core.kernel.tables;
  const [, [, result]] = [...outputs.list()].at(-1) as [number, [string, KPromise]];
  const facet = promises
    .getData(result)
    .slots.find((slot) => kernel.owner(slot) === 'kernel') as KObject;
  kernel.input((host) => host.pin(facet));
  forgetOutputs(kernel);
  return facet;
};

const end = (kernel: TestKernel, { vatID }: TestVat, reason = 'done'): void =>
  kernel.input((host) => host.terminateVat(vatID, false, NOTHING, reason));

const endMany = (kernel: TestKernel, count: number): void => {
  for (let i = 0; i < count; i += 1) {
    const vat = kernel.vat(`one of many ${i}`);
    forgetOutputs(kernel);
    end(kernel, vat);
  }
};

/** What `done()` of the facet settles with. */
const done = (kernel: TestKernel, facet: KObject) => {
  const result = kernel.input((host) => host.send(facet, call('done')));
  return kernel.core.kernel.tables.promises.find(result)?.state;
};

test('of vats that nobody can ask about, the last ones are kept', () => {
  const kernel = makeTestKernel();
  endMany(kernel, LIMITS.endsKept + 5);
  const kept = kernel.keys('ended.');
  expect(kept).toHaveLength(LIMITS.endsKept);
  expect(kept).not.toContain('ended.v5');
  expect(kept).toContain('ended.v6');
  expect(kernel.keys('tombstone.')).toHaveLength(LIMITS.endsKept);
});

test('while somebody has the admin facet, it is kept, however many end meanwhile', () => {
  const kernel = makeTestKernel();
  const vat = kernel.vat('asked about');
  const facet = pinFacet(kernel);
  end(kernel, vat, 'as was said');
  endMany(kernel, LIMITS.endsKept + 1);
  expect(kernel.core.kernel.tables.ends.find(vat.vatID)?.reason).toBe('as was said');
  expect(done(kernel, facet)).toBe('fulfilled');
  // From now on it is one of the last ones.
  forgetOutputs(kernel);
  kernel.input((host) => host.unpin(facet));
  expect(kernel.keys('tombstone.')).toHaveLength(LIMITS.endsKept);
  expect(kernel.keys('ended.')).toContain(`ended.${vat.vatID}`);
  endMany(kernel, LIMITS.endsKept);
  expect(kernel.keys('ended.')).not.toContain(`ended.${vat.vatID}`);
  expect(kernel.keys('ended.')).toHaveLength(LIMITS.endsKept);
});

test('a facet that is let go of before the vat ends, and a crank that did not happen', () => {
  const kernel = makeTestKernel();
  const vat = kernel.vat('short');
  const facet = pinFacet(kernel);
  expect(kernel.keys('v1.facetDropped')).toEqual([]);
  kernel.input((host) => host.unpin(facet));
  expect(kernel.keys('v1.facetDropped')).toEqual(['v1.facetDropped']);
  const fail = (): void =>
    kernel.input((host) => {
      host.terminateVat(vat.vatID, false, NOTHING, 'not yet');
      throw Error('it did not happen');
    });
  expect(fail).toThrow('it did not happen');
  expect(kernel.keys('tombstone.')).toEqual([]);
  end(kernel, vat);
  expect(kernel.keys('tombstone.')).toHaveLength(1);
  expect(kernel.keys('v1.')).toEqual([]);
});
