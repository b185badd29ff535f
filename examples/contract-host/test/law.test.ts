import './globals.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeEscrow } from '../src/vats/escrow.js';
import { makeIssuerKit } from '../src/vats/issuer-kit.js';
import { add, insistLawful, isSafe, subtract, type Amounts } from '../src/vats/law.js';

const plain = { noNullPrototype: true };
const amounts = fc.record({ Coin: fc.bigInt(0n, 5n), Share: fc.bigInt(0n, 5n) }, plain);
const nat = fc.nat({ max: 5 });

describe('the law', () => {
  it('is broken by whoever takes, makes or loses something', () => {
    const proposal = { give: { Coin: 5n }, want: { Share: 1n } };
    const seat = (before: Amounts, after: Amounts) => ({ proposal, before, after });
    const coins = { Coin: 5n };
    expect(() =>
      insistLawful([seat(coins, { Coin: 4n, Share: 1n }), seat({ Share: 1n, Coin: 4n }, coins)]),
    ).not.toThrow();
    expect(() => insistLawful([seat(coins, { Coin: 4n })])).toThrow('neither what it wants');
    expect(() => insistLawful([seat(coins, { Coin: 6n })])).toThrow('in sum');
    expect(() => insistLawful([seat(coins, { Coin: 5n, Share: 1n })])).toThrow('in sum');
  });

  it('takes no more from a seat than it has', () => {
    fc.assert(
      fc.property(amounts, amounts, (has, less) => {
        const enough = has.Coin >= less.Coin && has.Share >= less.Share;
        if (enough) expect(add(subtract(has, less), less)).toEqual(has);
        else expect(() => subtract(has, less)).toThrow(/a seat has \d+ (Coin|Share), not \d+/);
      }),
    );
  });
});

/** What an instance's vat may ask of the host, if it is not itself any more. */
const request = fc.oneof(
  fc.record({ ask: fc.constant('seat' as const), give: amounts, want: amounts }),
  fc.record({
    ask: fc.constant('reallocate' as const),
    changes: fc.array(fc.tuple(nat, amounts), { maxLength: 3 }),
  }),
  fc.record({ ask: fc.constant('mint' as const), seat: nat, given: amounts }),
  fc.record({ ask: fc.constant('exit' as const), seat: nat }),
);

describe('an escrow', () => {
  it('conserves every token and robs nobody, whatever the instance asks for', async () => {
    let lawful = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 25 }), async (requests) => {
        const coin = makeIssuerKit('coin');
        const share = makeIssuerKit('share');
        const goods = new Map([
          ['Coin', { kit: coin, mayMint: false }],
          ['Share', { kit: share, mayMint: true }],
        ]);
        const escrow = makeEscrow(goods, { changed: () => (lawful += 1), unlawful: () => {} });
        const seats: { proposal: { give: Amounts; want: Amounts }; payouts: Promise<any> }[] = [];
        for (const one of requests) {
          switch (one.ask) {
            case 'seat': {
              const { give, want } = one;
              const payments = { Coin: coin.mint(give.Coin), Share: share.mint(give.Share) };
              seats.push({
                proposal: { give, want },
                ...escrow.seat({ give, want }, payments),
              });
              break;
            }
            case 'reallocate':
              escrow.books.reallocate(one.changes);
              break;
            case 'mint':
              escrow.books.mint(one.seat, one.given);
              break;
            case 'exit':
              escrow.books.exit(one.seat);
          }
          expect(add(escrow.held(), {})).toEqual(add({ Coin: 0n, Share: 0n }, escrow.allocated()));
        }
        escrow.close();
        for (const { proposal, payouts } of seats) {
          const { Coin, Share } = await payouts;
          const got = {
            Coin: Coin === undefined ? 0n : coin.issuer.getValue(Coin),
            Share: Share === undefined ? 0n : share.issuer.getValue(Share),
          };
          expect(
            isSafe(proposal, got),
            JSON.stringify(requests, (_, x) => (typeof x === 'bigint' ? `${x}` : x)),
          ).toBe(true);
        }
        for (const { totals } of [coin, share]) {
          const { minted, inPurses, inPayments } = totals();
          expect(inPurses).toBe(0n);
          expect(inPayments).toBe(minted);
        }
      }),
      { numRuns: 300 },
    );
    expect(lawful).toBeGreaterThan(300);
  });
});
