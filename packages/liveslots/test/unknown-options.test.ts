/** Options that there are not are refused: with a misspelt `durable` a collection would be lost in an upgrade. */
import './helpers/lockdown.js';
import { Far } from '@endo/pass-style';
import { expect, test } from 'vitest';
import type { VatData } from '../src/index.js';
import { makeExoMakers } from '../src/zones/exos.js';
import { makeHeapZone } from '../src/zones/zones.js';
import { makeVat } from './helpers/vat.js';

interface Given {
  readonly VatData: any;
  readonly baggage: any;
  readonly exos: any;
}

const noFields = (): object => ({});
const methods = { hi: () => 'hi' };
const facets = { one: methods, two: methods };
const misspelt = { finsh: () => undefined };

const kinds: Record<string, (given: Given) => unknown> = {
  defineKind: ({ VatData }) => VatData.defineKind('k', noFields, methods, misspelt),
  defineKindMulti: ({ VatData }) => VatData.defineKindMulti('k', noFields, facets, misspelt),
  defineDurableKind: ({ VatData }) =>
    VatData.defineDurableKind(VatData.makeKindHandle('k'), noFields, methods, misspelt),
  defineDurableKindMulti: ({ VatData }) =>
    VatData.defineDurableKindMulti(VatData.makeKindHandle('k'), noFields, facets, misspelt),
  defineVirtualExoClass: ({ exos }) =>
    exos.defineVirtualExoClass('k', undefined, noFields, methods, misspelt),
  prepareExo: ({ exos, baggage }) => exos.prepareExo(baggage, 'k', undefined, methods, misspelt),
  prepareExoClassKit: ({ exos, baggage }) =>
    exos.prepareExoClassKit(baggage, 'k', undefined, noFields, facets, misspelt),
};

const durabel = { durabel: true };
const collections: Record<string, (given: Given) => unknown> = {
  makeScalarBigMapStore: ({ VatData }) => VatData.makeScalarBigMapStore('c', durabel),
  makeScalarBigWeakMapStore: ({ VatData }) => VatData.makeScalarBigWeakMapStore('c', durabel),
  makeScalarBigSetStore: ({ VatData }) => VatData.makeScalarBigSetStore('c', durabel),
  makeScalarBigWeakSetStore: ({ VatData }) => VatData.makeScalarBigWeakSetStore('c', durabel),
  provideDurableMapStore: ({ exos, baggage }) => exos.provideDurableMapStore(baggage, 'c', durabel),
  'mapStore of a heap zone': () => makeHeapZone().mapStore('c', durabel as never),
  'weakMapStore of a heap zone': () => makeHeapZone().weakMapStore('c', durabel as never),
  'setStore of a heap zone': () => makeHeapZone().setStore('c', durabel as never),
  'weakSetStore of a heap zone': () => makeHeapZone().weakSetStore('c', durabel as never),
};

const refusalOf = async (act: (given: Given) => unknown): Promise<unknown> => {
  let refusal: unknown;
  await makeVat((powers, _parameters, baggage) => {
    const VatData = powers.VatData as VatData;
    try {
      act({ VatData, baggage, exos: makeExoMakers(() => VatData) });
    } catch (thrown) {
      refusal = thrown;
    }
    return Far('root', {});
    // A durable kind without a definition is a failed start, of which nothing is asked here.
  }).catch(() => undefined);
  return refusal;
};

test.each(Object.keys(kinds))('%s names the option that was meant', async (name) => {
  const refusal = await refusalOf(kinds[name] as (given: Given) => unknown);
  expect(refusal).toBeInstanceOf(TypeError);
  expect((refusal as Error).message).toMatch(
    /^kind "k" has no option "finsh"; did you mean "finish"\?/,
  );
});

test.each(Object.keys(collections))('%s names the option that was meant', async (name) => {
  const refusal = await refusalOf(collections[name] as (given: Given) => unknown);
  expect(refusal).toBeInstanceOf(TypeError);
  expect((refusal as Error).message).toMatch(/has no option "durabel"; did you mean "durable"\?/);
});
