import './globals.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeEscrow, refund, type Stake } from '../src/vats/escrow.js';
import { makeIssuerKit } from '../src/vats/issuer-kit.js';
import { makeMarket } from '../src/vats/market.js';
import type { Desk, Payment, Payout, Proposal, Quote } from '../src/vats/types.js';

const makeTerms = () => {
  const cash = makeIssuerKit('cash');
  const shares = makeIssuerKit('shares');
  const terms = { cash, shares, lot: 10n };
  const mint = (kit: typeof cash, value: bigint) =>
    kit.mint.mintPayment({ brand: kit.brand, value });
  const stake = (of: Partial<Stake>): Stake => ({ cash: 0n, shares: 0n, ...of });
  const worth = async (payout: Promise<Payout>) => {
    const { swapped, ...paid } = await payout;
    return {
      swapped,
      cash: paid.cash ? cash.issuer.getAmountOf(paid.cash).value : 0n,
      shares: paid.shares ? shares.issuer.getAmountOf(paid.shares).value : 0n,
    };
  };
  return { cash, shares, terms, mint, stake, worth };
};

const quote: Quote = { round: 0, date: 'Jan 1 2000', price: 10n };

describe('an escrow', () => {
  const setUp = async () => {
    const world = makeTerms();
    const { cash, shares, mint, stake } = world;
    const escrow = await makeEscrow(world.terms);
    const buyer = await escrow.seat(
      mint(cash, 100n),
      stake({ cash: 100n }),
      stake({ shares: 10n }),
    );
    const seller = await escrow.seat(
      mint(shares, 10n),
      stake({ shares: 10n }),
      stake({ cash: 90n }),
    );
    return { ...world, escrow, buyer, seller };
  };

  it('swaps, with the change', async () => {
    const { escrow, buyer, seller, stake, worth } = await setUp();
    await escrow.settle([
      { seat: buyer, ...stake({ cash: 5n, shares: 10n }) },
      { seat: seller, ...stake({ cash: 95n }) },
    ]);
    expect(await worth(buyer.payout)).toEqual({ swapped: true, cash: 5n, shares: 10n });
    expect(await worth(seller.payout)).toEqual({ swapped: true, cash: 95n, shares: 0n });
    expect(await escrow.getHeld()).toEqual(stake({}));
  });

  it('gives back all of it', async () => {
    const { escrow, buyer, seller, stake, worth } = await setUp();
    await escrow.settle([refund(buyer), refund(seller)]);
    expect(await worth(buyer.payout)).toEqual({ swapped: false, cash: 100n, shares: 0n });
    expect(await worth(seller.payout)).toEqual({ swapped: false, cash: 0n, shares: 10n });
    expect(await escrow.getHeld()).toEqual(stake({}));
  });

  it('touches nothing if someone would get neither the one nor the other', async () => {
    const { escrow, buyer, seller, stake } = await setUp();
    const wrong = escrow.settle([
      { seat: buyer, ...stake({ cash: 15n, shares: 10n }) },
      { seat: seller, ...stake({ cash: 85n }) },
    ]);
    await expect(wrong).rejects.toThrow('neither what it wants nor what it gave');
    expect(await escrow.getHeld()).toEqual(stake({ cash: 100n, shares: 10n }));
    await escrow.settle([refund(buyer), refund(seller)]);
  });

  it.each([
    ['makes money', 6n],
    ['loses money', 4n],
  ])('touches nothing if the settlement %s', async (_, change) => {
    const { escrow, buyer, seller, stake } = await setUp();
    const wrong = escrow.settle([
      { seat: buyer, ...stake({ cash: change, shares: 10n }) },
      { seat: seller, ...stake({ cash: 95n }) },
    ]);
    await expect(wrong).rejects.toThrow('would not add up');
    expect(await escrow.getHeld()).toEqual(stake({ cash: 100n, shares: 10n }));
  });

  it('settles a seat once', async () => {
    const { escrow, buyer, stake } = await setUp();
    await expect(escrow.settle([refund(buyer), refund(buyer)])).rejects.toThrow('listed twice');
    expect(await escrow.getHeld()).toEqual(stake({ cash: 100n, shares: 10n }));
    await escrow.settle([refund(buyer)]);
    await expect(escrow.settle([refund(buyer)])).rejects.toThrow('settled before');
    expect(await escrow.getHeld()).toEqual(stake({ shares: 10n }));
  });

  it('seats nobody for a payment that is not what it is said to be', async () => {
    const { escrow, cash, shares, mint, stake } = await setUp();
    const tenShares = stake({ shares: 10n });
    const short = mint(cash, 99n);
    await expect(escrow.seat(short, stake({ cash: 100n }), tenShares)).rejects.toThrow('holds 99');
    await expect(escrow.seat(mint(shares, 100n), stake({ cash: 100n }), tenShares)).rejects.toThrow(
      'not a live payment',
    );
    expect(cash.issuer.getAmountOf(short).value).toBe(99n);
    expect(await escrow.getHeld()).toEqual(stake({ cash: 100n, shares: 10n }));
  });
});

describe('a market', () => {
  const setUp = async () => {
    const world = makeTerms();
    const { cash, shares, mint } = world;
    const market = await makeMarket(world.terms);
    const proposal = (side: 'buy' | 'sell', limit: bigint, lot = 10n): Proposal => {
      const inCash = { brand: cash.brand, value: limit };
      const inShares = { brand: shares.brand, value: lot };
      return side === 'buy' ? { give: inCash, want: inShares } : { give: inShares, want: inCash };
    };
    const pay = ({ give }: Proposal): Payment =>
      mint(give.brand === cash.brand ? cash : shares, give.value);
    /** A member that does in each auction what it is told here. */
    const admit = (name: string, act: (desk: Desk) => Promise<void>) =>
      market.admission.admit(
        name,
        Far('member', { auction: async (_: Quote, desk: Desk) => act(desk) }),
      );
    /** A member that makes these offers, and what becomes of them. */
    const admitOffers = (name: string, offers: readonly Proposal[]) => {
      const payouts: Promise<Payout>[] = [];
      admit(name, async (desk) => {
        const made = offers.map((one) => desk.offer(one, pay(one)));
        payouts.push(...(await Promise.all(made)).map(({ payout }) => payout));
      });
      return payouts;
    };
    return { ...world, market, proposal, pay, admit, admitOffers };
  };

  it('swaps between its members at one price and refunds the rest', async () => {
    const { market, proposal, admitOffers, worth } = await setUp();
    const ann = admitOffers('ann', [proposal('buy', 110n), proposal('buy', 99n)]);
    const bob = admitOffers('bob', [proposal('sell', 90n), proposal('sell', 101n)]);
    await market.ticker.announce(quote);
    expect(await Promise.all(ann.map(worth))).toEqual([
      { swapped: true, cash: 10n, shares: 10n },
      { swapped: false, cash: 99n, shares: 0n },
    ]);
    expect(await Promise.all(bob.map(worth))).toEqual([
      { swapped: true, cash: 100n, shares: 0n },
      { swapped: false, cash: 0n, shares: 10n },
    ]);
    expect(await market.records.getSummary()).toMatchObject({
      rounds: 1,
      offers: 4,
      trades: 1,
      refunds: 2,
      shares: 10n,
      turnover: 100n,
      escrowedCash: 0n,
      escrowedShares: 0n,
    });
  });

  it('takes no offers between auctions', async () => {
    const { market, admit, proposal, pay, shares } = await setUp();
    let kept!: Desk;
    admit('ann', async (desk) => {
      kept = desk;
    });
    await market.ticker.announce(quote);
    const one = proposal('sell', 90n);
    const payment = pay(one);
    await expect(kept.offer(one, payment)).rejects.toThrow('the market is closed');
    expect(shares.issuer.getAmountOf(payment).value).toBe(10n);
  });

  it('refunds an offer that its member did not wait for', async () => {
    const { market, admit, admitOffers, proposal, pay, worth } = await setUp();
    void admitOffers('bob', [proposal('sell', 90n)]);
    let late!: Promise<Payout>;
    admit('ann', async (desk) => {
      const one = proposal('buy', 110n);
      late = desk.offer(one, pay(one)).then(({ payout }) => payout);
    });
    await market.ticker.announce(quote);
    const { cash, shares } = await worth(late);
    // In one heap it may just be in time: then it is swapped. Never anything else.
    expect([
      [110n, 0n],
      [10n, 10n],
    ]).toContainEqual([cash, shares]);
    expect(await market.records.getSummary()).toMatchObject({ escrowedCash: 0n });
  });

  it('refuses to let a member trade with itself', async () => {
    const { market, admit, proposal, pay } = await setUp();
    const refused: string[] = [];
    admit('ann', async (desk) => {
      await desk.offer(proposal('buy', 110n), pay(proposal('buy', 110n)));
      await desk
        .offer(proposal('sell', 90n), pay(proposal('sell', 90n)))
        .catch(({ message }: Error) => refused.push(message));
    });
    await market.ticker.announce(quote);
    expect(refused).toEqual(['this member is on the other side: it wants to buy']);
  });

  it('closes without the members that fail', async () => {
    const { market, admit, admitOffers, proposal, worth } = await setUp();
    admit('eve', async () => {
      throw Error('no mood');
    });
    const [ann, bob] = [
      admitOffers('ann', [proposal('buy', 100n)]),
      admitOffers('bob', [proposal('sell', 100n)]),
    ];
    await market.ticker.announce(quote);
    expect((await worth(ann[0]!)).swapped).toBe(true);
    expect((await worth(bob[0]!)).swapped).toBe(true);
  });

  it('holds one auction at a time, and admits each name once', async () => {
    const { market, admitOffers } = await setUp();
    void admitOffers('ann', []);
    expect(() => admitOffers('ann', [])).toThrow('called ann already');
    const first = market.ticker.announce(quote);
    await expect(market.ticker.announce(quote)).rejects.toThrow('not over yet');
    await first;
    await market.ticker.announce(quote);
  });

  it('refuses what it does not deal in', async () => {
    const { market, admit, proposal, pay, cash, shares } = await setUp();
    const reasons: string[] = [];
    const other = makeIssuerKit('cash');
    const bad: Proposal[] = [
      proposal('buy', 100n, 9n),
      proposal('sell', 0n),
      { give: { brand: cash.brand, value: 1n }, want: { brand: cash.brand, value: 1n } },
      { give: { brand: shares.brand, value: 10n }, want: { brand: other.brand, value: 1n } },
    ];
    admit('ann', async (desk) => {
      for (const one of bad) {
        await desk.offer(one, pay(one)).catch(({ message }: Error) => reasons.push(message));
      }
    });
    await market.ticker.announce(quote);
    expect(reasons).toEqual([
      'offers here are about 10 shares',
      'not a price: 0',
      'this market swaps its own shares against cash',
      'this market swaps its own shares against cash',
    ]);
  });

  it('conserves cash and shares for any offers', async () => {
    const offers = fc.array(fc.record({ member: fc.nat(4), limit: fc.bigInt(1n, 200n) }), {
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(offers, fc.bigInt(1n, 20n), async (list, price) => {
        const { market, proposal, admitOffers, cash, shares, worth } = await setUp();
        const members = [0, 1, 2, 3, 4].map((member) =>
          admitOffers(
            `member ${member}`,
            list
              .filter((one) => one.member === member)
              .map(({ limit }) => proposal(member % 2 === 0 ? 'buy' : 'sell', limit)),
          ),
        );
        await market.ticker.announce({ ...quote, price });
        const paid = await Promise.all(members.flat().map(worth));
        const sum = (of: 'cash' | 'shares') => paid.reduce((total, one) => total + one[of], 0n);
        expect(sum('cash')).toBe(cash.auditor.getTotals().minted);
        expect(sum('shares')).toBe(shares.auditor.getTotals().minted);
        expect(await market.records.getSummary()).toMatchObject({
          offers: list.length,
          escrowedCash: 0n,
          escrowedShares: 0n,
        });
      }),
    );
  });
});
