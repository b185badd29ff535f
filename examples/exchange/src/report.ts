import type { Outcome } from './outcome.js';
import { formatTable } from './table.js';

const grouped = (digits: string) => digits.replace(/\B(?=(\d{3})+$)/g, ',');
const count = (value: number | string) => grouped(String(value));

/** '123456' cents as '1,234.56': digits are moved, nothing is calculated. */
const dollars = (cents: string): string => {
  const digits = cents.padStart(3, '0');
  return `${grouped(digits.slice(0, -2))}.${digits.slice(-2)}`;
};

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** What stands in the bank's books for each brand. The same text on every run. */
export const formatSettlement = ({ markets, traders, brands }: Outcome['settlement']): string => {
  const marketRows = markets.map((market) => [
    market.symbol,
    count(market.rounds),
    count(market.offers),
    count(market.trades),
    count(market.refunds),
    count(market.shares),
    dollars(market.turnover),
    dollars(market.lastPrice),
    market.fingerprint,
  ]);
  const traderRows = traders.map(({ name, cash, shares, worth }) => [
    name,
    dollars(cash),
    count(shares),
    dollars(worth),
  ]);
  const brandRows = brands.map((brand) => {
    const amount = brand.name === 'cash' ? dollars : count;
    return [
      brand.name,
      amount(brand.minted),
      amount(brand.inPurses),
      amount(brand.inPayments),
      amount(brand.inEscrow),
      amount(brand.withTraders),
      brand.conserved ? 'held' : 'BROKEN',
    ];
  });
  return [
    'Markets',
    formatTable([
      ['', 'months', 'offers', 'trades', 'refunds', 'shares', 'turnover', 'last', 'fingerprint'],
      ...marketRows,
    ]),
    'Traders',
    formatTable([['', 'cash', 'shares', 'worth'], ...traderRows]),
    'Conservation, to the last unit',
    formatTable([
      ['', 'minted', 'in purses', 'in payments', 'in escrow', 'with traders', ''],
      ...brandRows,
    ]),
  ].join('\n');
};

const formatFigures = ({ settlement, figures }: Outcome): string => {
  const { cranks, seconds, continued } = figures;
  const atOnce = (mean: number, most: number): string => `${mean.toFixed(1)} (at most ${most})`;
  return formatTable([
    ['trades', count(total(settlement.markets.map(({ trades }) => trades)))],
    [continued ? 'cranks since it was continued' : 'cranks', count(cranks)],
    ['seconds', seconds.toFixed(1)],
    ['cranks/s', count(Math.round(cranks / seconds))],
    ['cranks at the same time', atOnce(figures.meanCranksAtOnce, figures.mostCranksAtOnce)],
    ['vats with work at the same time', atOnce(figures.meanVatsAtOnce, figures.mostVatsAtOnce)],
    ['conservation', settlement.conserved ? 'held' : 'BROKEN'],
  ]);
};

export const formatOutcome = (outcome: Outcome): string =>
  [formatSettlement(outcome.settlement), 'This run', formatFigures(outcome)].join('\n');
