/** Data as large as a guest can make them, wherever the kernel looks into them: none of it stops the kernel. */
import { type CapData, LIMITS, type VRef } from '@cooperage/types';
import { describe, expect, test } from 'vitest';
import { call, fulfil, makeTestKernel, promisesOf, send, vref } from './a-kernel.js';

const MOST = LIMITS.capdataLength - 1_000;

/** A vat with a message out, and another one. */
const setUp = () => {
  const kernel = makeTestKernel();
  const friend = kernel.vat('friend', 4);
  const evil = kernel.vat('evil', 4, friend.root);
  const answer = kernel.input((host) => host.send(evil.root, call('go')));
  evil.deliveries();
  return { kernel, friend, evil, answer };
};

describe('what a promise is resolved to', () => {
  test('messages follow to a lone object with a name as long as may be', () => {
    const { kernel, evil, answer } = setUp();
    const body = `#"$0.${'a'.repeat(MOST)}"`;
    evil.does(fulfil('p-1', { body, slots: [vref('o+1')] }));
    kernel.input((host) => host.send(answer, call('foo')));
    expect(evil.next().slice(0, 2)).toEqual(['message', 'o+1']);
  });

  test('messages are rejected where it only looks like an object', () => {
    const { kernel, evil, answer } = setUp();
    const body = `#"$0.${'\\'.repeat(1_000)}`;
    evil.does(fulfil('p-1', { body, slots: [vref('o+1')] }));
    const sent = kernel.input((host) => host.send(answer, call('foo')));
    expect(kernel.core.kernel.tables.promises.get(sent).state).toBe('rejected');
    expect(evil.isAlive).toBe(true);
  });

  test('it follows a promise that has white space around it', () => {
    const { kernel, evil } = setUp();
    const blank = ' '.repeat(1_000);
    evil.does(fulfil('p-1', { body: `#${blank}"&0"${blank}`, slots: [vref('p+5')] }));
    const { promises } = kernel.core.kernel.tables;
    expect(promisesOf(kernel).map((kp) => promises.get(kp).follows)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^kp/)]),
    );
  });
});

describe('what is said of a vat that ended', () => {
  const long = 'e'.repeat(100_000);
  test.each([
    ['its error', { status: ['error', long], syscalls: [] }],
    [
      'the reason of its exit',
      {
        status: ['ok'],
        syscalls: [[['exit', true, { body: `#"${long}"`, slots: [] }]]],
      },
    ],
  ])('%s is cut before it is the answer to all who wait', (_, said) => {
    const { kernel, evil } = setUp();
    const waiting = kernel.input((host) => host.send(evil.root, call('go')));
    evil.says(JSON.stringify({ n: 2, usage: null, ...said }));
    expect(evil.isAlive).toBe(false);
    const { promises, ends } = kernel.core.kernel.tables;
    const { body } = promises.getData(waiting);
    expect(body).toMatch(/vat evil terminated: .*eee/);
    expect(body.length).toBeLessThan(LIMITS.reasonLength + 200);
    expect(ends.find(evil.vatID)?.reason.length).toBeLessThanOrEqual(LIMITS.reasonLength);
  });
});

describe('what is asked of the vat administration', () => {
  const ask = (body: string): CapData => {
    const kernel = makeTestKernel();
    const admin = kernel.input((host) => host.provideVatAdmin());
    const evil = kernel.vat('evil', 4, admin);
    kernel.input((host) => host.send(evil.root, call('go')));
    evil.deliveries();
    evil.does(
      ['send', vref('o-1'), { methargs: { body, slots: [] }, result: vref('p+5') }],
      ['subscribe', vref('p+5')],
    );
    expect(evil.isAlive).toBe(true);
    const [notify] = evil.deliveries();
    if (notify?.delivery[0] !== 'notify') return expect.fail();
    const [[, isReject, data]] = notify.delivery[1] as [(typeof notify.delivery)[1][0]];
    expect(isReject).toBe(true);
    return data;
  };
  const long = 'x'.repeat(100_000);
  const key = 'x'.repeat(LIMITS.tableKeyLength);

  test.each([
    ['a bundle whose name no key has room for', `["createVat",["${key}"]]`, /no bundle is named/],
    ['a bundle with a huge name', `["createVat",["${long}"]]`, /no bundle is named/],
    ['a huge method', `["${long}",[]]`, /has no method/],
    ['a huge option', `["createVat",["b1-${'0'.repeat(128)}",{"${long}":1}]]`, /has no option/],
    ['a huge value', `["createVat",["b1-${'0'.repeat(128)}",{"engine":"${long}"}]]`, /engine must/],
    ['a huge name', `["createVat",["b1-${'0'.repeat(128)}",{"name":"${long}"}]]`, /name must be/],
    ['a huge reference', `["createVat",["b1-${'0'.repeat(128)}",{"meter":"$0.${long}"}]]`, /meter/],
  ])('%s is refused in a few words', (_, call_, words) => {
    const { body } = ask(`#${call_}`);
    expect(body).toMatch(words);
    expect(body.length).toBeLessThan(LIMITS.reasonLength + 200);
  });
});

describe('what nobody could read in good time', () => {
  test.each([
    ['nesting', `#${'['.repeat(9e5)}${']'.repeat(9e5)}`, 'nested'],
    ['digits', `#"+${'9'.repeat(1e6)}"`, 'digits'],
  ])('%s: the record is refused', (_, body, words) => {
    const { evil } = setUp();
    const { refused } = evil.does(fulfil('p-1', { body, slots: [] }));
    expect(refused).toMatchObject({
      code: 'ILLEGAL_SYSCALL',
      message: expect.stringContaining(words) as string,
    });
  });
});

describe('promises whose data are too much for one delivery', () => {
  const SIZE = 1_500_000;
  const large = (...slots: string[]): CapData<VRef> => ({
    body: `#["${'z'.repeat(SIZE)}",[${slots.map((_, i) => `"&${i}"`).join()}]]`,
    slots: slots.map(vref),
  });
  /** The vat resolves p+11, p+12 and p+13 in turn; the first, once it has forgotten it, is `back` to it. */
  const tell = (...links: readonly (readonly string[])[]) => {
    const { kernel, evil, friend } = setUp();
    evil.does(send('o-1', 'take', ['p+11', 'p+12', 'p+13', 'o+0']));
    const taken = friend.next();
    if (taken[0] !== 'message') return expect.fail();
    const [first, , , root] = taken[2].methargs.slots as [VRef, VRef, VRef, VRef];
    let back = '';
    for (const [i, named] of links.entries()) {
      if (i > 0) kernel.input((host) => host.send(evil.root, call('go')));
      evil.deliveries();
      const slots = named.map((each) => (each === 'back' ? back : each));
      if (i > 0) evil.does(fulfil(`p+${11 + i}`, large(...slots)));
      else {
        kernel.input((host) => host.send(evil.root, call('go')));
        evil.deliveries();
        evil.does(fulfil('p+11', large(...slots)));
        friend.does(send(root, 'back', [first]));
        const given = evil.next();
        if (given[0] !== 'message') return expect.fail();
        [back = expect.fail()] = given[2].methargs.slots;
        evil.does();
      }
    }
    kernel.input((host) => host.send(friend.root, call('go')));
    friend.deliveries();
    friend.does(['subscribe', first]);
    const notify = friend.next();
    expect(friend.deliveries()).toEqual([]);
    return notify[0] === 'notify' ? notify[1] : expect.fail();
  };

  test('are told one after the other, as the vat asks for them', () => {
    const told = tell(['p+12'], ['p+13'], []);
    expect(told.map(([, isReject]) => isReject)).toEqual([false]);
  });

  test('are told together as far as they are a cycle', () => {
    const told = tell(['p+12'], ['back', 'p+13'], []);
    expect(told.map(([, isReject]) => isReject)).toEqual([false, false]);
  });

  test('are rejected where the cycle itself is too large', () => {
    const told = tell(['p+12'], ['p+13'], ['back']);
    expect(told.map(([, isReject]) => isReject)).toEqual([true]);
    expect(told[0]?.[2].body).toContain('cycle');
  });
});
