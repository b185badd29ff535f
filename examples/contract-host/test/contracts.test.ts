// Each contract alone, with the framework and the host in one heap.
import { beforeEach, describe, expect, it } from 'vitest';
import { makeWorld, type World } from './one-heap.js';

let world: World;
let expire!: () => void;
let deadline: Promise<void>;

beforeEach(async () => {
  world = await makeWorld();
  deadline = new Promise((resolve) => {
    expire = resolve;
  });
  await world.market.open.faucet('coins', 'coin', 100n, 1_000n);
  await world.market.open.faucet('shares', 'share', 10n, 20n);
  for (const user of ['alice', 'bob', 'carol']) await world.market.draw(user, 'coins');
  await world.market.draw('alice', 'shares');
});

const balancesOf = async (user: string) =>
  (await world.market.balances()).find((one) => one.user === user)!.balances;
const statusOf = (instance: string) =>
  world.hostRoot.list().find(({ name }) => name === instance)!.status;

describe('a faucet', () => {
  it('gives until there is no more', async () => {
    const { market } = world;
    expect(statusOf('shares')).toBe('10 of 20 left');
    expect(await market.draw('bob', 'shares')).toBe('bob draws 10 share');
    await expect(market.draw('bob', 'shares')).rejects.toThrow('the faucet is empty');
    expect(await balancesOf('bob')).toEqual({ coin: 100n, share: 10n });
    expect(statusOf('shares')).toBe('empty');
  });

  it('does not start without anything to give', async () => {
    await expect(world.market.open.faucet('none', 'none', 1n, 0n)).rejects.toThrow(
      'limit must be positive: 0',
    );
  });

  it('makes no units where it was not given the right to', async () => {
    const { market } = world;
    await market.start(
      { contract: 'faucet', name: 'false coins', terms: { portion: 5n, limit: 5n } },
      { Token: 'coin' },
    );
    await expect(market.draw('bob', 'false coins')).rejects.toThrow('there is no Token here');
    expect(world.hostRoot.audit()[0]).toMatchObject({ minted: 300n, conserved: true });
  });
});

describe('an auction', () => {
  const lot = { token: 'share', value: 10n };
  const openAt = (reserve: bigint) =>
    world.market.open.auction('sale', 'alice', lot, { token: 'coin', value: reserve }, deadline);

  it('is no faucet to draw from: that would be a bid that waits for the end', async () => {
    await openAt(30n);
    await expect(world.market.draw('bob', 'sale')).rejects.toThrow(
      'sale runs the contract auction, not faucet',
    );
    await expect(world.market.bid('bob', 'shares', 1n)).rejects.toThrow(
      'shares runs the contract faucet, not auction',
    );
  });

  it('gives the lot to the highest bid at the price of the second', async () => {
    const { market } = world;
    const { result, paid } = await openAt(30n);
    const low = await market.bid('bob', 'sale', 40n);
    const high = await market.bid('carol', 'sale', 75n);
    expect([low.place, high.place]).toEqual([1, 2]);
    expect(statusOf('sale')).toBe('open: 2 sealed bids');
    expect(await balancesOf('carol')).toMatchObject({ coin: 25n });
    await market.close('sale');
    expect(await result).toEqual({ winner: 2, price: 40n });
    await Promise.all([paid, low.paid, high.paid]);
    expect(await balancesOf('alice')).toEqual({ coin: 140n, share: 0n });
    expect(await balancesOf('bob')).toMatchObject({ coin: 100n });
    expect(await balancesOf('carol')).toEqual({ coin: 60n, share: 10n });
  });

  it('ends with its deadline, and of two equal bids the first wins', async () => {
    const { market } = world;
    const { result } = await openAt(30n);
    await market.bid('bob', 'sale', 50n);
    await market.bid('carol', 'sale', 50n);
    expire();
    expect(await result).toEqual({ winner: 1, price: 50n });
    await expect(market.bid('carol', 'sale', 60n)).rejects.toThrow('the auction is not open');
    await market.close('sale');
    expect(statusOf('sale')).toBe('closed: number 1 of 2 won and paid 50');
  });

  it('takes the reserve where there is no second bid, and gives all back below it', async () => {
    const { market } = world;
    const first = await openAt(30n);
    const { paid } = await market.bid('bob', 'sale', 75n);
    await market.close('sale');
    expect((await first.result).price).toBe(30n);
    await paid;
    expect(await balancesOf('bob')).toEqual({ coin: 70n, share: 10n });
    const second = await market.open.auction(
      'sale 2',
      'bob',
      lot,
      { token: 'coin', value: 80n },
      deadline,
    );
    const bid = await market.bid('carol', 'sale 2', 75n);
    await market.close('sale 2');
    expect(await second.result).toEqual({ winner: undefined, price: 0n });
    await Promise.all([bid.paid, second.paid]);
    expect(await balancesOf('carol')).toMatchObject({ coin: 100n });
    expect(await balancesOf('bob')).toEqual({ coin: 70n, share: 10n });
  });

  it('pays everyone back when it is ended from outside', async () => {
    const { market } = world;
    const { paid } = await openAt(30n);
    const bid = await market.bid('bob', 'sale', 75n);
    await market.stop('sale', 'enough');
    await Promise.all([paid, bid.paid]);
    expect(await balancesOf('alice')).toEqual({ coin: 100n, share: 10n });
    expect(await balancesOf('bob')).toMatchObject({ coin: 100n });
    await expect(market.bid('carol', 'sale', 60n)).rejects.toThrow('the instance sale has ended');
    expect(await balancesOf('carol')).toMatchObject({ coin: 100n });
  });
});

describe('a covered call', () => {
  const write = () =>
    world.market.open.coveredCall(
      'call',
      'alice',
      { token: 'share', value: 10n },
      { token: 'coin', value: 50n },
      deadline,
    );

  it('swaps the strike price for the underlying, once, for whoever claimed the option last', async () => {
    const { market } = world;
    const { paid } = await write();
    const alices = await market.give('alice', 'call', 'bob');
    await market.give('bob', 'call', 'carol');
    await expect(market.exercise('bob', 'call')).rejects.toThrow('bob holds no option of call');
    await expect(market.exercise('carol', 'call', alices)).rejects.toThrow('invitation is void');
    await market.exercise('carol', 'call');
    await paid;
    expect(await balancesOf('carol')).toEqual({ coin: 50n, share: 10n });
    expect(await balancesOf('alice')).toEqual({ coin: 150n, share: 0n });
    expect(statusOf('call')).toBe('exercised');
    expect(market.options()).toEqual([]);
  });

  it('gives the underlying back when it expires, and takes no strike price any more', async () => {
    const { market } = world;
    const { paid } = await write();
    const option = await market.give('alice', 'call', 'bob');
    expire();
    await paid;
    expect(await balancesOf('alice')).toEqual({ coin: 100n, share: 10n });
    await expect(
      market.offer('bob', 'call', option, { give: { Strike: 50n }, want: {} }),
    ).resolves.toBeDefined();
    expect(statusOf('call')).toBe('expired');
    expect(await balancesOf('bob')).toMatchObject({ coin: 100n });
  });

  it('refuses less than the strike price, and the option stays good', async () => {
    const { market } = world;
    await write();
    const { instance } = market.options()[0]!;
    const before = await market.give('alice', 'call', 'bob');
    await expect(market.exercise('bob', 'call', before)).rejects.toThrow('void');
    const { result, paid } = await market.offer('bob', instance, market.optionOf('bob', 'call'), {
      give: { Strike: 49n },
      want: { Underlying: 10n },
    });
    await expect(result).rejects.toThrow('a seat has 49 Strike, not 50');
    await paid;
    expect(await balancesOf('bob')).toMatchObject({ coin: 100n });
    await market.exercise('bob', 'call');
    expect(await balancesOf('bob')).toEqual({ coin: 50n, share: 10n });
  });
});

describe('the desk', () => {
  it('takes payments only that are live, and just what is given; and leaves them alone otherwise', async () => {
    const { hostRoot } = world;
    const { creator, desk, issuers } = (await hostRoot.start({
      contract: 'faucet',
      name: 'gold',
      terms: { portion: 5n, limit: 50n },
      mints: { Token: 'gold' },
    })) as any;
    expect(creator).toBeUndefined();
    const other = (await hostRoot.start({
      contract: 'thief',
      name: 'trap',
      issuers: { Coin: issuers.Token },
    })) as any;
    const gold = hostRoot.list().find(({ name }) => name === 'gold');
    expect(gold).toMatchObject({ state: 'running', escrow: {} });
    const purse = issuers.Token.makeEmptyPurse();
    const nothing = purse.withdraw(0n);
    const invitation = other.public.makeInvitation();
    const offer = (give: object, payments: object) =>
      other.desk.offer(invitation, { give, want: {} }, payments);
    expect(() => offer({ Coin: 1n }, { Coin: nothing })).toThrow('has 0, and not 1');
    expect(() => offer({ Coin: 0n }, { Coin: {} })).toThrow('not a live payment of gold');
    expect(() => offer({ Coin: 1n }, {})).toThrow('there is no payment of Coin');
    expect(() => offer({}, { Coin: nothing })).toThrow(
      'each keyword that is given has one payment',
    );
    expect(() => offer({ Gold: 1n }, {})).toThrow('there is no Gold here, but Coin');
    expect(() => offer({ Coin: -1n }, {})).toThrow('Coin must be a bigint from 0: -1');
    expect(issuers.Token.getValue(nothing)).toBe(0n);
    // Another instance's invitation is none here, and what was given comes back.
    const { payouts, result } = desk.offer(invitation, { give: {}, want: {} }, {});
    await expect(result).rejects.toThrow('not of this instance');
    expect(await payouts).toEqual({});
  });
});
