/**
 * As much of vitest as the tests of liveslots use, to run inside of an engine: it collects cases,
 * which run when the host asks for them.
 */

type Body = (...args: never[]) => unknown;

interface Case {
  readonly name: string;
  readonly run: () => unknown;
}

const groups: string[] = [];
const cases: Case[] = [];

const titleOf = (name: string, row: readonly unknown[]): string => {
  let next = 0;
  return name.replace(/%[sdj]/g, () => String(row[next++]));
};

/** Calls `define` with each row of a table, as `each` of vitest does. */
const eachOf =
  (define: (name: string, body: () => unknown) => void) =>
  (rows: readonly unknown[]) =>
  (name: string, body: Body): void => {
    for (const each of rows) {
      const row: readonly unknown[] = Array.isArray(each) ? each : [each];
      define(titleOf(name, row), () => body(...(row as never[])));
    }
  };

const defineGroup = (name: string, body: () => unknown): void => {
  groups.push(name);
  body();
  groups.pop();
};

const defineCase = (name: string, run: () => unknown): void => {
  cases.push({ name: [...groups, name].join(' '), run });
};

export const describe = Object.assign(defineGroup, { each: eachOf(defineGroup) });
export const it = Object.assign(defineCase, { each: eachOf(defineCase) });
export const test = it;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** @param isPart keys of `actual` that `expected` has not do not matter */
const matches = (actual: unknown, expected: unknown, isPart: boolean): boolean => {
  if (Object.is(actual, expected)) return true;
  if (!isRecord(actual) || !isRecord(expected)) return false;
  for (const kind of [Map, Set]) {
    if (!(expected instanceof kind)) continue;
    return actual instanceof kind && matches([...actual], [...expected], isPart);
  }
  if (Array.isArray(actual) !== Array.isArray(expected)) return false;
  if (Array.isArray(actual) && actual.length !== (expected as unknown as unknown[]).length) {
    return false;
  }
  const keys = new Set([...Object.keys(expected), ...(isPart ? [] : Object.keys(actual))]);
  return [...keys].every((key) => matches(actual[key], expected[key], isPart));
};

const messageFits = (message: string, wanted: unknown): boolean => {
  if (wanted === undefined) return true;
  if (wanted instanceof RegExp) return wanted.test(message);
  if (typeof wanted !== 'string') throw Error('errors are compared by their messages');
  return message.includes(wanted);
};

const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);

const show = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? `${each}n` : each)) ??
  String(value);

const matchersOf = (actual: unknown, negated: boolean) => {
  const insist = (holds: boolean, what: string, expected?: unknown): void => {
    if (holds !== negated) return;
    throw Error(`${show(actual)}\nis ${negated ? '' : 'not '}${what} ${show(expected)}`);
  };
  return {
    toBe: (expected: unknown) => insist(Object.is(actual, expected), 'the same as', expected),
    toEqual: (expected: unknown) => insist(matches(actual, expected, false), 'equal to', expected),
    toMatchObject: (expected: unknown) =>
      insist(matches(actual, expected, true), 'at least', expected),
    toBeGreaterThan: (least: number) => insist((actual as number) > least, 'greater than', least),
    toBeLessThan: (most: number) => insist((actual as number) < most, 'less than', most),
    toBeInstanceOf: (kind: new (...args: never[]) => unknown) =>
      insist(actual instanceof kind, 'a', kind.name),
    toContain: (part: unknown) =>
      insist((actual as readonly unknown[]).includes(part), 'something with', part),
    toMatch: (pattern: RegExp) => insist(pattern.test(actual as string), 'like', pattern.source),
    toThrow: (wanted?: unknown) => {
      let message: string | undefined;
      try {
        (actual as () => void)();
      } catch (thrown) {
        message = messageOf(thrown);
      }
      const holds = message !== undefined && messageFits(message, wanted);
      insist(holds, `throwing (it throws ${message})`, String(wanted));
    },
  };
};

export const expect = (actual: unknown) => ({
  ...matchersOf(actual, false),
  not: matchersOf(actual, true),
  rejects: {
    toThrow: async (wanted?: unknown) => {
      let message: string | undefined;
      await (actual as Promise<unknown>).catch((thrown: unknown) => {
        message = messageOf(thrown);
      });
      if (message !== undefined && messageFits(message, wanted)) return;
      throw Error(`it is not rejected with ${String(wanted)} but with ${message}`);
    },
  },
});

/** For `serve`: the names of all cases, and the run of the one with that name. */
export const caseOperations = {
  names: async (): Promise<string[]> => cases.map(({ name }) => name),
  run: async (name: string): Promise<void> => {
    const found = cases.find((each) => each.name === name);
    if (found === undefined) throw Error(`there is no case ${name}`);
    await found.run();
  },
};
