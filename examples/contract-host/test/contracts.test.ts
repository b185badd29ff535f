import './globals.js';
import { describe, expect, it } from 'vitest';
import { buildRootObject as buildAuction } from '../src/vats/contracts/auction.js';
import { buildRootObject as buildCoveredCall } from '../src/vats/contracts/covered-call.js';
import { buildRootObject as buildFaucet } from '../src/vats/contracts/faucet.js';
import { makeToken } from '../src/vats/contracts/token.js';

describe('a token', () => {
  it('is claimed once', () => {
    const { issuer, issue } = makeToken('coin');
    const first = issue(5n);
    const second = issuer.claim(first);
    expect(issuer.getValue(second)).toBe(5n);
    expect(() => issuer.claim(first)).toThrow('not a live payment');
    expect(() => makeToken('coin').issuer.claim(second)).toThrow('not a live payment');
  });

  it('is split without loss', () => {
    const { issuer, issue } = makeToken('coin');
    const parts = issuer.split(issue(5n), 2n);
    expect(parts.map((part) => issuer.getValue(part))).toEqual([2n, 3n]);
    expect(() => issuer.split(parts[0], 3n)).toThrow('cannot take 3 out of 2 coin');
    expect(() => issuer.split(parts[0], -1n)).toThrow('cannot take -1');
    expect(issuer.getValue(parts[0])).toBe(2n);
  });
});

describe('a faucet', () => {
  it('gives until there is no more', async () => {
    const parameters = { token: 'tip', portion: 2n, limit: 5n };
    const { public: faucet } = await buildFaucet({}, parameters).start({});
    const drawn = [faucet.draw(), faucet.draw()];
    expect(drawn.map((one) => faucet.getIssuer().getValue(one))).toEqual([2n, 2n]);
    expect(() => faucet.draw()).toThrow('the tip faucet is empty');
  });

  it('does not start without anything to give', () => {
    expect(() => buildFaucet({}, { token: 'tip', portion: 1n, limit: 0n })).toThrow(
      'limit must be positive: 0',
    );
  });
});

describe('an auction', () => {
  const setUp = async (reserve: bigint) => {
    const { issuer, issue } = makeToken('coin');
    const lot = Far('painting', {});
    const { creator, public: bidders } = await buildAuction().start({
      currency: issuer,
      lot,
      reserve,
    });
    return { issuer, issue, lot, creator, bidders };
  };

  it('gives the lot to the highest bid at the price of the second', async () => {
    const { issuer, issue, lot, creator, bidders } = await setUp(30n);
    const low = await bidders.bid(issue(40n));
    const high = await bidders.bid(issue(75n));
    const { price, proceeds } = await creator.close();
    expect([price, issuer.getValue(proceeds!)]).toEqual([40n, 40n]);
    const [lost, won] = await Promise.all([low.result, high.result]);
    expect([lost.won, issuer.getValue(lost.refund)]).toEqual([false, 40n]);
    expect([won.won, issuer.getValue(won.refund), won.lot]).toEqual([true, 35n, lot]);
  });

  it('takes the reserve where there is no second bid, and gives all back below it', async () => {
    const one = await setUp(30n);
    await one.bidders.bid(one.issue(75n));
    expect((await one.creator.close()).price).toBe(30n);
    const other = await setUp(80n);
    const { result } = await other.bidders.bid(other.issue(75n));
    expect(await other.creator.close()).toEqual({ price: 0n, lot: other.lot });
    expect(other.issuer.getValue((await result).refund)).toBe(75n);
  });

  it('takes no more bids when it is closed', async () => {
    const { issuer, issue, creator, bidders } = await setUp(30n);
    await creator.close();
    const payment = issue(50n);
    await expect(bidders.bid(payment)).rejects.toThrow('closed');
    await expect(creator.close()).rejects.toThrow('closed');
    expect(issuer.getValue(payment)).toBe(50n);
  });
});

describe('a covered call', () => {
  const setUp = async () => {
    const [coin, share] = [makeToken('coin'), makeToken('share')];
    let expire!: () => void;
    const expiry = new Promise<void>((resolve) => {
      expire = resolve;
    });
    const { creator } = await buildCoveredCall().start({
      underlying: share.issuer,
      currency: coin.issuer,
      strike: 50n,
      expiry,
    });
    return { coin, share, expire, ...(await creator.write(share.issue(10n))) };
  };

  it('swaps the strike price for the underlying, once', async () => {
    const { coin, share, option, proceeds } = await setUp();
    const got = await option.exercise(coin.issue(50n));
    expect(share.issuer.getValue(got)).toBe(10n);
    const { exercised, payment } = await proceeds;
    expect([exercised, coin.issuer.getValue(payment)]).toEqual([true, 50n]);
    await expect(option.exercise(coin.issue(50n))).rejects.toThrow('exercised or expired');
  });

  it('gives the underlying back when it expires', async () => {
    const { coin, share, option, proceeds, expire } = await setUp();
    expire();
    const { exercised, payment } = await proceeds;
    expect([exercised, share.issuer.getValue(payment)]).toEqual([false, 10n]);
    await expect(option.exercise(coin.issue(50n))).rejects.toThrow('exercised or expired');
  });

  it('leaves a payment that is not the strike price alone', async () => {
    const { coin, option } = await setUp();
    const payment = coin.issue(49n);
    await expect(option.exercise(payment)).rejects.toThrow('the strike price is 50, not 49');
    expect(coin.issuer.getValue(payment)).toBe(49n);
    await option.exercise(coin.issue(50n));
  });

  it('gives the underlying back if it expires during an attempt that fails', async () => {
    const { coin, share, option, proceeds, expire } = await setUp();
    const attempt = option.exercise(coin.issue(49n));
    expire();
    await expect(attempt).rejects.toThrow('strike price');
    const { exercised, payment } = await proceeds;
    expect([exercised, share.issuer.getValue(payment)]).toEqual([false, 10n]);
  });
});
