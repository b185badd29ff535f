/** What the vats of a config are given: meters with names, and quotas. */
import { beforeEach, expect, test } from 'vitest';
import { DEFAULTS, type KObject, type VatID } from '@cooperage/types';
import type { Quotas } from '../../src/index.js';
import {
  BUNDLE_ID,
  call,
  data,
  makeTestKernel,
  send,
  type TestKernel,
  type TestVat,
  vref,
} from './a-kernel.js';

let kernel: TestKernel;
const tables = () => kernel.core.kernel.tables;

const create = (name: string, quotas: Quotas, meter?: KObject): TestVat => {
  const { vatID, root } = kernel.input((host) => {
    const made = host.createVat(
      {
        name,
        bundleID: BUNDLE_ID,
        window: 1,
        ownThread: false,
        crankTimeLimit: 1,
        liveslots: 'x',
        ...(meter !== undefined && { meter }),
      },
      data(),
      quotas,
    );
    host.pin(made.root);
    return made;
  });
  const vat = kernel.speakFor(vatID, root);
  vat.next();
  vat.does();
  return vat;
};

beforeEach(() => {
  kernel = makeTestKernel();
});

test('a meter with a name is made once, and stays when nobody but its name holds it', () => {
  const meter = kernel.input((host) => host.provideMeter('shared', '100', '7'));
  const vat = create('ann', {}, meter);
  expect(kernel.input((host) => host.provideMeter('shared', '5', '5'))).toBe(meter);
  kernel.input((host) => host.forgetPins());
  kernel.input((host) => host.terminateVat(vat.vatID, false, data(), 'the end'));
  expect(tables().rows.get(`meter.${meter}`)).toBe(
    '{"remaining":"100","threshold":"7","waiting":[]}',
  );
});

test('what bounds vats together bounds each of them, also those that a vat makes', () => {
  const maker = create('maker', { memoryQuota: 2 * DEFAULTS.memoryLimit });
  expect(tables().vats.options(maker.vatID).memoryLimit).toBe(DEFAULTS.memoryLimit);
  const admin = kernel.input((host) => host.provideVatAdmin());
  kernel.input((host) => host.setName('bundle', 'code', BUNDLE_ID));
  kernel.input((host) => host.send(maker.root, call('take', admin)));
  maker.deliveries();
  const facet = tables().cLists.toVat(maker.vatID, admin) as string;
  maker.does(send(facet, 'none', [], 'p+90'), [
    'send',
    vref(facet),
    { methargs: { body: '#["createVat",["code",{"name":"made"}]]', slots: [] }, result: null },
  ]);
  const made = tables().vats.list().at(-1) as VatID;
  expect(tables().vats.options(made)).toMatchObject({
    name: 'made',
    memoryLimit: DEFAULTS.memoryLimit,
  });
});
