/**
 * Names in the vectors stand for what an implementation calls its own: `@ask` for a promise or an object of the
 * kernel, `o-bob` and `p-ask` for references that it gave to a vat. A name keeps what it was first found to mean.
 */

type Meanings = ReadonlyMap<string, string>;

export interface Names {
  /** The real text, of a name that is known; anything else as it is. */
  real(space: string, text: string): string;
  /** All names in some data, in place. */
  realize<T>(space: string, value: T): T;
  bind(space: string, name: string, real: string): void;
  /** What `actual` has otherwise than `expected`; undefined if nothing. Names that were free are bound then. */
  match(space: string, expected: unknown, actual: unknown): string | undefined;
  knows(space: string, name: string): boolean;
}

const isName = (text: string): boolean => /^(@.+|[op]-[a-z]\w*)$/i.test(text);
const show = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

export const makeNames = (): Names => {
  let meanings: Meanings = new Map();
  let names: Meanings = new Map();

  /** Krefs are the same for all vats. */
  const keyOf = (space: string, text: string): string =>
    text.startsWith('@') ? text : `${space} ${text}`;
  const realKeyOf = (space: string, name: string, real: string): string =>
    name.startsWith('@') ? real : `${space} ${real}`;

  const bind = (space: string, name: string, real: string): void => {
    meanings = new Map(meanings).set(keyOf(space, name), real);
    names = new Map(names).set(realKeyOf(space, name, real), name);
  };

  const matchName = (space: string, name: string, actual: unknown): string | undefined => {
    if (typeof actual !== 'string') return `${name} is expected, and there is ${show(actual)}`;
    const meant = meanings.get(keyOf(space, name));
    if (meant === actual) return undefined;
    if (meant !== undefined) return `${name} is ${meant}, and there is ${actual}`;
    const other = names.get(realKeyOf(space, name, actual));
    if (other !== undefined) return `${actual} is ${other}, where ${name} is expected`;
    if (!name.startsWith('@') && !actual.startsWith(name.slice(0, 2))) {
      return `${actual} is of another kind than ${name}`;
    }
    bind(space, name, actual);
    return undefined;
  };

  /** In any order: tries until one order fits. */
  const matchSet = (
    space: string,
    expected: readonly unknown[],
    actual: readonly unknown[],
  ): string | undefined => {
    if (expected.length === 0) return undefined;
    const before = [meanings, names] as const;
    let why: string | undefined;
    for (const [place, candidate] of actual.entries()) {
      const first = match(space, expected[0], candidate);
      why ??= first;
      const rest = actual.filter((_, i) => i !== place);
      if (first === undefined && matchSet(space, expected.slice(1), rest) === undefined) {
        return undefined;
      }
      [meanings, names] = before;
    }
    return why ?? `no order of ${show(actual)} is ${show(expected)}`;
  };

  const match = (space: string, expected: unknown, actual: unknown): string | undefined => {
    if (expected === '*') return undefined;
    if (typeof expected === 'string' && isName(expected)) {
      return matchName(space, expected, actual);
    }
    if (Array.isArray(expected)) {
      if (!Array.isArray(actual) || actual.length !== expected.length) {
        return `${show(expected)} is expected, and there is ${show(actual)}`;
      }
      if (expected[0] === 'notify' && Array.isArray(expected[1])) {
        if (actual[0] !== 'notify' || (actual[1] as unknown[]).length !== expected[1].length) {
          return `${show(expected)} is expected, and there is ${show(actual)}`;
        }
        return matchSet(space, expected[1], actual[1] as unknown[]);
      }
      for (const [i, each] of expected.entries()) {
        const why = match(space, each, (actual as unknown[])[i]);
        if (why !== undefined) return why;
      }
      return undefined;
    }
    if (typeof expected === 'object' && expected !== null) {
      if (typeof actual !== 'object' || actual === null) {
        return `${show(expected)} is expected, and there is ${show(actual)}`;
      }
      for (const [key, value] of Object.entries(expected)) {
        const why = match(space, value, (actual as Record<string, unknown>)[key]);
        if (why !== undefined) return why;
      }
      return undefined;
    }
    return expected === actual
      ? undefined
      : `${show(expected)} is expected, and there is ${show(actual)}`;
  };

  const real = (space: string, text: string): string => {
    if (!isName(text)) return text;
    const known = meanings.get(keyOf(space, text));
    if (known === undefined) throw new Error(`nothing has given ${text} a meaning yet`);
    return known;
  };

  const realize = <T>(space: string, value: T): T => {
    if (typeof value === 'string') return real(space, value) as T;
    if (Array.isArray(value)) return value.map((each: unknown) => realize(space, each)) as T;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, realize(space, each as unknown)]),
    ) as T;
  };

  return {
    bind,
    match,
    real,
    realize,
    knows: (space, name) => meanings.has(keyOf(space, name)),
  };
};
