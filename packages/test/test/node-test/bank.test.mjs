/** For `node --test`, which `runs.test.ts` starts. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  assertBroken,
  assertHoldsNoReferenceTo,
  assertSent,
  closePool,
  E,
  explore,
  openWorld,
} from '@cooperage/test';

const keeper = { bootstrap: 'keeper', vats: { keeper: '../vats/keeper.js' } };
const YEAR = 365 * 24 * 3600 * 1000;

after(closePool);

test('an order that fails is reported', async () => {
  const vats = { bank: '../vats/bank.ts', ann: '../vats/teller.ts', bob: '../vats/teller.ts' };
  await assert.rejects(
    explore(
      { vats },
      async ({ roots: { bank, ann, bob } }) => {
        await Promise.all([E(ann).take(bank, 10), E(bob).take(bank, 20)]);
        assert.equal(await E(bank).balance(), 70);
      },
      { runs: 6, recording: false },
    ),
    { code: 'ORDER_FAILS', message: /^\d of 6 orders fails?; shortest: \d+ messages/ },
  );
});

test('a year passes, and messages, broken promises and references can be asserted', async () => {
  const world = await openWorld({
    ...keeper,
    services: { mailer: { send: () => 'sent' } },
  });
  const root = world.roots.keeper;
  await world.quiescent();
  const began = world.now();
  assert.equal(await E(root).wait(YEAR), began + YEAR);
  const thing = await E(root).make();
  await E(root).keep(thing);
  assertSent(world, { from: 'host', to: 'keeper', method: 'keep', args: [thing] });
  assert.throws(() => assertSent(world, { method: 'nothing' }), /what was delivered/);
  assertHoldsNoReferenceTo(world, 'keeper', thing);
  const never = E(root).never();
  never.catch(() => undefined);
  await world.upgrade('keeper');
  await assertBroken(never);
  await world.close();
});
