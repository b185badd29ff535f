/** What re-implementers get wrong, where it is liveslots' to get right: each fact by its number in `docs/testing.md`. */
import './helpers/lockdown.js';
import { Far } from '@endo/pass-style';
import { expect, test } from 'vitest';
import { garbage, message } from './helpers/fake-kernel.js';
import { makeVat } from './helpers/vat.js';

const makeHolder = () =>
  makeVat(({ VatData }) => {
    const store = VatData.makeScalarBigMapStore('s');
    const makeThing = VatData.defineKind('thing', () => ({}), { hello: () => 'hello' });
    let held: unknown;
    return Far('root', {
      store: (x: unknown) => store.init('x', x),
      forget: () => store.delete('x'),
      hold: (x: unknown) => {
        held = x;
      },
      letGo: () => {
        held = undefined;
      },
      held: () => held,
      make: () => makeThing(),
    });
  });

test('13: a reference drops only when memory and virtual data have both let go of it', async () => {
  const vat = await makeHolder();
  const give = (method: string) => vat.send(message('o+0', method, '["$0.Alleged: x"]', ['o-5']));
  const kill = () => vat.gc.kill(vat.testHooks.slotToVal.get('o-5').deref());
  await give('store');
  kill();
  expect(await vat.send(['bringOutYourDead'])).toEqual([]);
  // In memory again, and out of the data.
  await give('hold');
  await vat.send(message('o+0', 'forget', '[]', []));
  expect(await vat.send(['bringOutYourDead'])).toEqual([]);
  await vat.send(message('o+0', 'letGo', '[]', []));
  kill();
  expect(await vat.send(['bringOutYourDead'])).toEqual([
    ['dropImports', ['o-5']],
    ['retireImports', ['o-5']],
  ]);
});

test('13: a virtual object goes only when it is not exported any more, either', async () => {
  const vat = await makeHolder();
  const [answer] = await vat.send(message('o+0', 'make', '[]', [], 'p-7'));
  const [, [[, , { slots }]]] = answer as unknown as [
    'resolve',
    [[string, boolean, { slots: string[] }]],
  ];
  const vref = slots[0] as string;
  const value = vat.testHooks.slotToVal.get(vref)?.deref();
  if (value !== undefined) vat.gc.kill(value);
  expect(await vat.send(['bringOutYourDead'])).toEqual([]);
  await vat.send(garbage('dropExports', vref));
  expect(await vat.send(['bringOutYourDead'])).toEqual([['retireExports', [vref]]]);
});

test('13: a reference may come back between its finalizer and the report', async () => {
  const vat = await makeHolder();
  const give = () => vat.send(message('o+0', 'hold', '["$0.Alleged: x"]', ['o-5']));
  await give();
  await vat.send(message('o+0', 'letGo', '[]', []));
  vat.gc.kill(vat.testHooks.slotToVal.get('o-5').deref());
  await vat.gc.gcTools.gcAndFinalize();
  await give();
  expect(await vat.send(['bringOutYourDead'])).toEqual([]);
});
