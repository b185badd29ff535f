// The law of the escrow. The framework keeps it in the contract's vat, where a contract that breaks it gets an error at
// once; the host keeps it again, and so trusts no vat that a contract runs in.

/** How much of what, by keyword. A keyword that is not there is nothing. */
export type Amounts = Readonly<Record<string, bigint>>;

export interface Proposal {
  readonly give: Amounts;
  readonly want: Amounts;
}

/** One seat before and after. */
export interface Change {
  readonly proposal: Proposal;
  readonly before: Amounts;
  readonly after: Amounts;
}

const KEYWORD = /^[A-Z][A-Za-z0-9]{0,30}$/;

export const valueOf = (amounts: Amounts, keyword: string): bigint =>
  Object.hasOwn(amounts, keyword) ? amounts[keyword]! : 0n;

export const insistKeyword = (keyword: string): void => {
  if (!KEYWORD.test(keyword)) {
    throw Error(`a keyword begins with a capital letter and has letters and digits: ${keyword}`);
  }
};

/** Amounts come from anyone: nothing about them is taken on trust. */
export const insistAmounts = (amounts: Amounts, keywords: Iterable<string>): void => {
  const known = new Set(keywords);
  for (const [keyword, value] of Object.entries(amounts)) {
    if (!known.has(keyword)) {
      throw Error(`there is no ${keyword} here, but ${[...known].join(', ') || 'nothing at all'}`);
    }
    if (typeof value !== 'bigint' || value < 0n) {
      throw Error(`${keyword} must be a bigint from 0: ${String(value)}`);
    }
  }
};

export const add = (a: Amounts, b: Amounts): Amounts =>
  harden(
    Object.fromEntries(
      [...new Set([...Object.keys(a), ...Object.keys(b)])].map((keyword) => [
        keyword,
        valueOf(a, keyword) + valueOf(b, keyword),
      ]),
    ),
  );

export const total = (all: readonly Amounts[]): Amounts => all.reduce(add, harden({}));

const covers = (a: Amounts, b: Amounts): boolean =>
  Object.keys(b).every((keyword) => valueOf(a, keyword) >= valueOf(b, keyword));

export const subtract = (a: Amounts, b: Amounts): Amounts => {
  if (!covers(a, b)) {
    const short = Object.keys(b).find((keyword) => valueOf(a, keyword) < valueOf(b, keyword))!;
    throw Error(`a seat has ${valueOf(a, short)} ${short}, not ${valueOf(b, short)}`);
  }
  return add(a, Object.fromEntries(Object.entries(b).map(([keyword, value]) => [keyword, -value])));
};

/** Offer safety: all that is wanted, or all that was given. */
export const isSafe = ({ give, want }: Proposal, has: Amounts): boolean =>
  covers(has, want) || covers(has, give);

/** Nothing is taken, made or lost. */
export const insistLawful = (changes: readonly Change[]): void => {
  if (!changes.every(({ proposal, after }) => isSafe(proposal, after))) {
    throw Error('a seat would have neither what it wants nor what it gave');
  }
  const before = total(changes.map((change) => change.before));
  const after = total(changes.map((change) => change.after));
  if (!covers(before, after) || !covers(after, before)) {
    throw Error('the seats would not have in sum what they had');
  }
};
