/** Clients that speak capnweb, over WebSocket and HTTP batch. */
import { newHttpBatchRpcSession, RpcTarget } from 'capnweb';
import { E } from 'cooperage';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CooperageKernel } from 'cooperage';
import type { Gateway } from '../src/index.js';
import { type Any, type Bank, gatewayOn, openForTest, rawClient } from './helpers.js';

let kernel: CooperageKernel;
let gateway: Gateway;
let url: string;

beforeEach(async () => {
  kernel = await openForTest();
  gateway = await gatewayOn(kernel);
  ({ url } = await gateway.issue(kernel.root<Bank>('bank'), { label: 'the bank' }));
});

describe('over a WebSocket', () => {
  it('a URL gives its object, with pipelining', async () => {
    const { main } = await rawClient(gateway);
    const bank = main.redeem(url);
    const purse = bank.open('ann');
    expect(await purse.deposit(5)).toBe(5);
    expect(await purse.balance()).toBe(5);
    expect(await bank.adder()(2, 3)).toBe(5);
    const { purse: late } = await bank.later();
    expect(await late.balance()).toBe(0);
  });

  it('data comes back as it was', async () => {
    const { main } = await rawClient(gateway);
    const bank = main.redeem(url);
    const value = { a: [1, 'x', true, null, undefined, -7n, NaN], b: { c: 'ä' } };
    expect(await bank.echo(value)).toEqual(value);
  });

  it('a reference that comes back is the same object to the vat', async () => {
    const { main } = await rawClient(gateway);
    const bank = await main.redeem(url);
    const purse = await bank.open('bob');
    expect(await bank.isPurse(purse)).toBe(true);
    expect(await bank.isPurse(bank.open('pipelined'))).toBe(true);
    expect(await bank.isPurse(bank)).toBe(false);
    const again = await bank.echo(purse);
    expect(await bank.isPurse(again)).toBe(true);
  });

  it('a vat calls the objects and functions of a client', async () => {
    class Listener extends RpcTarget {
      heard: unknown[] = [];
      deposited(...args: unknown[]): number {
        return this.heard.push(args);
      }
    }
    const { main } = await rawClient(gateway);
    const bank = main.redeem(url);
    const listener = new Listener();
    await bank.listen(listener);
    const purse = await bank.open('ann');
    for (const amount of [1, 2, 3]) await purse.deposit(amount);
    await expect.poll(() => listener.heard).toEqual([1, 2, 3].map((n) => ['ann', n]));
    expect(await bank.apply((a: number) => a * 2, 21)).toBe(42);
  });

  it('an error of a vat keeps its name, message and codes', async () => {
    const { main } = await rawClient(gateway);
    const bank = main.redeem(url);
    await expect(bank.fail('too much')).rejects.toMatchObject({
      name: 'RangeError',
      message: 'too much',
      code: 'VAT_REJECTED',
    });
    await expect(bank.nothing()).rejects.toMatchObject({ allegedCode: 'METHOD_NOT_FOUND' });
  });

  it('what a client was is broken when it has left', async () => {
    const { main, socket, closed } = await rawClient(gateway);
    const bank = kernel.root<Bank>('bank');
    await main.redeem(url).listen(() => 'here');
    socket.close();
    await closed;
    await expect.poll(() => gateway.stats().connections).toBe(0);
    const { main: other } = await rawClient(gateway);
    expect(await other.redeem(url).open('ann').deposit(1)).toBe(1);
    await E(bank).forgetListeners();
  });
});

describe('over HTTP', () => {
  it('a batch redeems, calls and pipelines in one request', async () => {
    const main = newHttpBatchRpcSession<Any>(gateway.url) as Any;
    const bank = main.redeem(url);
    const purse = bank.open('ann');
    const [deposited, balance, isPurse] = await Promise.all([
      purse.deposit(7),
      purse.balance(),
      bank.isPurse(purse),
    ]);
    expect([deposited, balance, isPurse]).toEqual([7, 7, true]);
  });

  it('a secret that is none is refused with a code', async () => {
    const main = newHttpBatchRpcSession<Any>(gateway.url) as Any;
    await expect(main.redeem(`${gateway.url}#${'A'.repeat(43)}`)).rejects.toMatchObject({
      code: 'GATEWAY_REFUSED',
    });
  });
});

describe('between two kernels', () => {
  it('what one has issued, the other imports and passes to its vats', async () => {
    const other = await openForTest();
    const second = await gatewayOn(other);
    const bank = (await second.import(url)) as Any;
    const far = await E(bank).open('far');
    expect(await E(far).deposit(3)).toBe(3);
    expect(await other.send('bank', 'call', [far, 'balance'])).toBe(3);
    await expect(second.import(`${gateway.url}#${'A'.repeat(43)}`)).rejects.toMatchObject({
      code: 'GATEWAY_REFUSED',
    });
  });
});
