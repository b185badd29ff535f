import './helpers/lockdown.js';
import { E } from '@endo/eventual-send';
import { Far } from '@endo/pass-style';
import { makeLiveSlots as published } from '@agoric/swingset-liveslots';
import type { VatDeliveryObject } from '@cooperage/types';
import { describe, expect, test } from 'vitest';
import { cap, message, notify } from './helpers/fake-kernel.js';
import { normalise } from './helpers/normalise.js';
import { makeVat, type BuildRoot } from './helpers/vat.js';

/** Runs the same deliveries on ours and on the published package, and compares what they did. */
const compare = async (
  build: () => BuildRoot,
  deliveries: readonly VatDeliveryObject[],
): Promise<void> => {
  const ours = await makeVat(build(), { start: true });
  const theirs = await makeVat(build(), { make: published as never });
  for (const delivery of deliveries) {
    const a = normalise(await ours.deliver(delivery), ours.store);
    const b = normalise(await theirs.deliver(delivery), theirs.store);
    expect({ delivery, log: a }).toEqual({ delivery, log: b });
  }
};

const bob = '["$0.Alleged: bob"]';

describe('syscalls are those of the published liveslots', () => {
  const build = (): BuildRoot => () => {
    let settle: (value: unknown) => void = () => {};
    let kept: any;
    return Far('root', {
      echo: (...args: unknown[]) => Object.freeze(args),
      give: () => Far('thing', {}),
      fail() {
        throw RangeError('oops');
      },
      relay: (x: any) => E(E(x).one(1)).two(kept),
      keep: (x: any) => (kept = x),
      promise: () => new Promise((resolve) => (settle = resolve)),
      settle: (x: unknown) => settle(x),
      async slow(x: any) {
        const a = await E(x).a();
        const b = await E(x).b(a);
        return Object.freeze([a, b]);
      },
      many(x: any) {
        const rejected = Promise.reject(Error('n'));
        rejected.catch(() => {});
        const p = Promise.resolve(Object.freeze([Promise.resolve(1), rejected]));
        void E(x).take(p, Object.freeze({ z: p, a: x }));
        return p;
      },
      thenable: () => ({ then: (f: (x: unknown) => void) => f('assimilated') }),
      late: (x: any) => {
        void E(x).before();
        return 'sync';
      },
    });
  };

  test('for calls, sends, promises and errors', async () => {
    await compare(build, [
      message('o+0', 'echo', '[1,"!#a",{"b":"#undefined","a":[null]},"%@@iterator"]', [], 'p-1'),
      message('o+0', 'echo', '[{"#tag":"copySet","payload":[1]},{"10":1,"9":2,"a":3}]', [], 'p-2'),
      message('o+0', 'give', '[]', [], 'p-3'),
      message('o+0', 'fail', '[]', [], 'p-4'),
      message('o+0', 'nothere', '[]', [], 'p-5'),
      message('o+0', 'keep', '["&0"]', ['p-6'], 'p-7'),
      message('o+0', 'relay', bob, ['o-1'], 'p-8'),
      message('o+0', 'promise', '[]', [], 'p-9'),
      message('o+0', 'settle', '[["$0","&1"]]', ['o-1', 'p-10'], 'p-11'),
      notify(['p-6', true, '#"rejected"'], ['p-10', false, '#["&0"]', ['p-6']]),
      message('o+0', 'slow', bob, ['o-1'], 'p-12'),
      notify(['p+7', false, '#{"x":1}']),
      notify(['p+8', false, '#"&0"', ['p-20']]),
      notify(['p-20', false, '#"$0.Alleged: n"', ['o-9']]),
      message('o+0', 'many', bob, ['o-1'], 'p-13'),
      message('o+0', 'thenable', '[]', [], 'p-14'),
      message('o+0', 'late', bob, ['o-1'], 'p-15'),
      message('p-99', 'hello', '[]', [], 'p-16'),
      message('o+10', 'x', '[]', [], 'p-17'),
      ['dropExports', ['o+10'] as never],
      ['retireExports', ['o+10'] as never],
      ['retireImports', ['o-9'] as never],
      ['bringOutYourDead'],
    ]);
  });

  test('but for a message to another vat that wants no answer, which the published one loses', async () => {
    const tell = (): BuildRoot => () =>
      Far('root', { tell: (bob: any) => E.sendOnly(bob).hello('x') });
    const sent = async (make?: unknown): Promise<unknown> => {
      const vat = await makeVat(tell(), make === undefined ? {} : { make: make as never });
      const log = await vat.send(message('o+0', 'tell', bob, ['o-1'], 'p-1'));
      return log.filter(([tag]) => tag === 'send');
    };
    expect(await sent(published)).toEqual([]);
    expect(await sent()).toEqual([
      ['send', 'o-1', { methargs: cap('#["hello",["x"]]'), result: null }],
    ]);
  });

  test('for messages of a vat to itself', async () => {
    const self = (): BuildRoot => () => {
      let p: any;
      return Far('root', {
        start(me: any) {
          p = E(me).ask();
          void E(p).more();
          return p;
        },
        ask: () => Far('answer', { more: () => 'more' }),
        again: (me: any) => E(me).take(p),
        take: (x: unknown) => x,
      });
    };
    await compare(self, [
      message('o+0', 'start', '["$0.Alleged: me"]', ['o-1'], 'p-1'),
      message('o+0', 'ask', '[]', [], 'p+5'),
      notify(['p+5', false, '#"$0.Alleged: answer"', ['o+10']]),
      message('o+10', 'more', '[]', [], 'p+6'),
      message('o+0', 'again', '["$0.Alleged: me"]', ['o-1'], 'p-2'),
    ]);
  });
});
