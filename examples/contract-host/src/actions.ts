/** What a page asks for, as arguments of methods of the vat `main`: JSON has no bigints, and a page may send anything. */
type Body = Readonly<Record<string, unknown>>;

const text = (body: Body, key: string): string => {
  const value = body[key];
  if (typeof value === 'string' && value.length > 0 && value.length <= 40) return value;
  throw Error(`${key} must be a text of 1 to 40 characters`);
};

const amount = (body: Body, key: string, least = 1): bigint => {
  const value = body[key];
  const string = typeof value === 'number' ? String(value) : value;
  if (typeof string === 'string' && /^\d{1,15}$/.test(string) && Number(string) >= least) {
    return BigInt(string);
  }
  throw Error(`${key} must be a whole number from ${least}`);
};

/** By the names of the methods. */
export const actions: Readonly<Record<string, (body: Body) => readonly (string | bigint)[]>> = {
  faucet: (body) => [
    text(body, 'name'),
    text(body, 'token'),
    amount(body, 'portion'),
    amount(body, 'limit'),
  ],
  draw: (body) => [text(body, 'user'), text(body, 'faucet')],
  auction: (body) => [
    text(body, 'name'),
    text(body, 'seller'),
    text(body, 'lot'),
    text(body, 'currency'),
    amount(body, 'reserve'),
    amount(body, 'seconds', 0),
  ],
  bid: (body) => [text(body, 'user'), text(body, 'auction'), amount(body, 'value')],
  close: (body) => [text(body, 'auction')],
  call: (body) => [
    text(body, 'name'),
    text(body, 'writer'),
    text(body, 'underlying'),
    amount(body, 'amount'),
    text(body, 'currency'),
    amount(body, 'strike'),
    amount(body, 'seconds', 0),
  ],
  give: (body) => [text(body, 'from'), text(body, 'option'), text(body, 'to')],
  exercise: (body) => [text(body, 'user'), text(body, 'option')],
  stop: (body) => [text(body, 'name'), text(body, 'reason')],
};

/** Bigints as numbers: amounts here are far below the largest that JSON has exactly. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? Number(each) : each));
