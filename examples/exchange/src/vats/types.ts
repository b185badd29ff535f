// The objects of this example as their clients know them. What one vat holds of another's is always a
// far reference: methods are called with `E(x)` and answer with a promise.

/** The identity of a kind of money or good. Two amounts can be added only if they share it. */
export interface Brand {
  getName(): string;
}

/** Pure data: how much of what. `value` is in the smallest unit there is: cents, single shares. */
export interface Amount {
  readonly brand: Brand;
  readonly value: bigint;
}

/** A sealed envelope with an amount in it. The holder of a live one can have it deposited, once. */
export interface Payment {
  getAllegedBrand(): Brand;
}

export interface Purse {
  getCurrentAmount(): Amount;
  /** Empties the payment into the purse; refused unless it holds exactly `expected`, if that is given. */
  deposit(payment: Payment, expected?: Amount): Amount;
  withdraw(amount: Amount): Payment;
}

/** May be shown to everyone: it tells a live payment from any other object and makes empty purses. */
export interface Issuer {
  getBrand(): Brand;
  getAmountOf(payment: Payment): Amount;
  makeEmptyPurse(): Purse;
}

/** The power to make new money. */
export interface Mint {
  mintPayment(amount: Amount): Payment;
}

export interface Totals {
  readonly minted: bigint;
  readonly inPurses: bigint;
  readonly inPayments: bigint;
}

/** The power to see the sums, and nothing else. */
export interface Auditor {
  getTotals(): Totals;
}

export interface IssuerKit {
  readonly brand: Brand;
  readonly issuer: Issuer;
  readonly mint: Mint;
  readonly auditor: Auditor;
}

export interface Bank {
  makeIssuerKit(name: string): IssuerKit;
}

/** The part of an issuer kit that needs no trust to be given away. */
export interface Currency {
  readonly brand: Brand;
  readonly issuer: Issuer;
}

/** One lot of shares against cash, or the other way round: all of it or nothing. */
export interface Proposal {
  readonly give: Amount;
  readonly want: Amount;
}

/** What comes back for an offer: what was wanted (and change), or all that was given. */
export interface Payout {
  readonly swapped: boolean;
  readonly cash?: Payment;
  readonly shares?: Payment;
}

/** The answer to an offer: its goods are in escrow now, and the payout follows when the auction closes. */
export interface Receipt {
  readonly payout: Promise<Payout>;
}

/** A member's own door to a market. Holding it is being that member. */
export interface Desk {
  offer(proposal: Proposal, payment: Payment): Promise<Receipt>;
}

/** One month of one company: `price` is that of one share, in cents. */
export interface Quote {
  readonly round: number;
  readonly date: string;
  readonly price: bigint;
}

/** What a market asks of its members. */
export interface Member {
  /** Settles when the member has made all its offers for this auction, or wants to make none. */
  auction(quote: Quote, desk: Desk): Promise<void>;
}

/** Opens one auction and settles when it is closed and all its payouts are on their way. */
export interface Ticker {
  announce(quote: Quote): Promise<void>;
}

export interface Admission {
  admit(name: string, member: Member): void;
}

export interface MarketSummary {
  readonly rounds: number;
  readonly offers: number;
  readonly trades: number;
  readonly refunds: number;
  readonly shares: bigint;
  readonly turnover: bigint;
  readonly lastPrice: bigint;
  /** Of every trade in order: two runs with the same one made the same trades. */
  readonly fingerprint: string;
  readonly escrowedCash: bigint;
  readonly escrowedShares: bigint;
}

export interface Records {
  getSummary(): Promise<MarketSummary>;
}

/** A market comes as three facets, for the feed, for the office that admits members, and for the accountant. */
export interface MarketKit {
  readonly ticker: Ticker;
  readonly admission: Admission;
  readonly records: Records;
}

export interface MarketTerms {
  readonly cash: Currency;
  readonly shares: Currency;
  /** How many shares one offer is about. */
  readonly lot: bigint;
}

export interface Exchange {
  makeMarket(terms: MarketTerms): Promise<MarketKit>;
}

export interface AccountTerms extends MarketTerms {
  readonly cashPurse: Purse;
  readonly sharesPurse: Purse;
}

export interface Holdings {
  readonly cash: bigint;
  readonly shares: bigint;
}

export interface Trader extends Member {
  openAccount(terms: AccountTerms): Promise<void>;
  /** What the trader's own books say, once every payout that is under way has come in. */
  getHoldings(): Promise<Holdings>;
}

export interface Progress {
  report(done: number, total: number): void;
}

export interface Feed {
  replay(tickers: Readonly<Record<string, Ticker>>, progress: Progress): Promise<void>;
}
