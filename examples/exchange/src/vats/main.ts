import type {
  Bank,
  Currency,
  Exchange,
  Feed,
  Holdings,
  IssuerKit,
  MarketKit,
  MarketSummary,
  Progress,
  Ticker,
  Totals,
  Trader,
} from './types.js';

export interface Parameters {
  /** How many shares make a lot. */
  readonly lot: number;
  /** What each trader starts with; cash in cents. */
  readonly endowment: { readonly cash: number; readonly shares: number };
  readonly markets: readonly {
    readonly symbol: string;
    /** In the order in which they are listed: a record would come sorted by its names. */
    readonly traders: readonly { readonly name: string; readonly vat: string }[];
  }[];
}

interface Vats extends Readonly<Record<string, unknown>> {
  readonly bank: Bank;
  readonly exchange: Exchange;
  readonly feed: Feed;
}

interface Market {
  readonly symbol: string;
  readonly currency: IssuerKit;
  readonly kit: MarketKit;
  readonly traders: readonly { readonly name: string; readonly trader: Trader }[];
}

/** The books of one brand, made up from three sides that keep them apart. */
export interface BrandReport extends Totals {
  readonly name: string;
  /** According to the bank, in the exchange's purses: part of `inPurses`. */
  readonly inEscrow: bigint;
  /** According to the traders themselves. */
  readonly withTraders: bigint;
  readonly conserved: boolean;
}

export interface Settlement {
  readonly markets: readonly (MarketSummary & { readonly symbol: string })[];
  readonly traders: readonly (Holdings & {
    readonly name: string;
    readonly symbol: string;
    /** Cash, and shares at the last price. */
    readonly worth: bigint;
  })[];
  readonly brands: readonly BrandReport[];
  readonly conserved: boolean;
}

/**
 * Puts the world together and hands out the powers: the only vat that ever holds a mint. It mints once, for
 * the endowments, and forgets the mints when `bootstrap` is over.
 */
export const buildRootObject = (_powers: unknown, parameters: Parameters) => {
  const lot = BigInt(parameters.lot);
  let cash: IssuerKit | undefined;
  let markets: readonly Market[] = [];
  let finished: Promise<unknown> = Promise.reject(Error('nothing was started'));
  finished.catch(() => {});

  const fund = async ({ brand, issuer, mint }: IssuerKit, value: number) => {
    const purse = E(issuer).makeEmptyPurse();
    const payment = await E(mint).mintPayment(harden({ brand, value: BigInt(value) }));
    await E(purse).deposit(payment);
    return purse;
  };

  const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);

  const audit = async (
    name: string,
    { auditor }: IssuerKit,
    inEscrow: bigint,
    withTraders: bigint,
  ): Promise<BrandReport> => {
    const totals = await E(auditor).getTotals();
    const { minted, inPurses, inPayments } = totals;
    const conserved =
      minted === inPurses && inPayments === 0n && inEscrow === 0n && withTraders === minted;
    return { name, ...totals, inEscrow, withTraders, conserved };
  };

  /** Mints, opens the accounts and the markets, and answers with what the feed needs. */
  const setUp = async (vats: Vats): Promise<Readonly<Record<string, Ticker>>> => {
    const { bank, exchange } = vats;
    const cashKit = await E(bank).makeIssuerKit('cash');
    const cashOnly: Currency = { brand: cashKit.brand, issuer: cashKit.issuer };

    const openMarket = async ({ symbol, traders }: Parameters['markets'][number]) => {
      const currency = await E(bank).makeIssuerKit(symbol);
      const sharesOnly: Currency = { brand: currency.brand, issuer: currency.issuer };
      // The exchange and the traders see issuers and brands; neither mints nor auditors.
      const terms = { cash: cashOnly, shares: sharesOnly, lot };
      const kit = await E(exchange).makeMarket(harden(terms));
      const admitted = traders.map(async ({ name, vat }) => {
        const trader = vats[vat] as Trader;
        const [cashPurse, sharesPurse] = await Promise.all([
          fund(cashKit, parameters.endowment.cash),
          fund(currency, parameters.endowment.shares),
        ]);
        await E(trader).openAccount(harden({ ...terms, cashPurse, sharesPurse }));
        await E(kit.admission).admit(name, trader);
        return { name, trader };
      });
      return { symbol, currency, kit, traders: await Promise.all(admitted) };
    };

    markets = await Promise.all(parameters.markets.map(openMarket));
    cash = cashKit;
    return harden(Object.fromEntries(markets.map(({ symbol, kit }) => [symbol, kit.ticker])));
  };

  return Far('main', {
    bootstrap: async (vats: Vats, { progress }: { readonly progress: Progress }) => {
      const tickers = setUp(vats);
      finished = tickers.then((ready) => E(vats.feed).replay(ready, progress));
      finished.catch(() => {}); // the caller that asks for the settlement learns of it
      await tickers;
    },

    /** What became of everything, when the last auction is over and every payout is in its purse. */
    getSettlement: async (): Promise<Settlement> => {
      await finished;
      const summaries = await Promise.all(
        markets.map(async ({ symbol, kit }) => ({
          symbol,
          ...(await E(kit.records).getSummary()),
        })),
      );
      const holdings = await Promise.all(
        markets.flatMap(({ symbol, traders }, index) =>
          traders.map(async ({ name, trader }) => {
            const held = await E(trader).getHoldings();
            const worth = held.cash + held.shares * summaries[index]!.lastPrice;
            return { name, symbol, ...held, worth };
          }),
        ),
      );
      const brands = await Promise.all([
        audit(
          'cash',
          cash!,
          sum(summaries.map(({ escrowedCash }) => escrowedCash)),
          sum(holdings.map(({ cash: value }) => value)),
        ),
        ...markets.map(({ symbol, currency }, index) =>
          audit(
            symbol,
            currency,
            summaries[index]!.escrowedShares,
            sum(holdings.filter((one) => one.symbol === symbol).map(({ shares }) => shares)),
          ),
        ),
      ]);
      return harden({
        markets: summaries,
        traders: holdings,
        brands,
        conserved: brands.every(({ conserved }) => conserved),
      });
    },
  });
};
