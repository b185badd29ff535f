/** The JSON Schema and the check agree on every config that JSON can write. */
import { LIMITS, type ValueRule } from '@cooperage/types';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkConfig } from '../../src/config/check-config.js';
import { configSchema } from '../../src/config/config-schema.js';
import { CONFIG_TABLE } from '../../src/config/settings.js';

const accepts = new Ajv({ strict: true, strictRequired: false }).compile(configSchema());

const mistakeOf = (config: unknown): Error | undefined => {
  try {
    checkConfig(config);
    return undefined;
  } catch (error) {
    return error as Error;
  }
};

const agree = (config: unknown): void => {
  const mistake = mistakeOf(config);
  const bySchema = accepts(config);
  const said = mistake?.message ?? 'nothing';
  expect({ said, accepted: bySchema, config }).toEqual({
    said,
    accepted: mistake === undefined,
    config,
  });
};

type Table = Readonly<Record<string, { readonly value: ValueRule; readonly required?: unknown }>>;

/** Names that entries have, and by which others refer to them, so that no reference leads nowhere. */
const NAME = 'a';

const oddText = fc.oneof(
  fc.constantFrom('', ' ', '\ufeff', '\u2028', 'a\0b', '\0', '\n', NAME, ' a', 'a/b', '__proto__'),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc
    .tuple(
      fc.constantFrom('x', '😀', '\ud800'),
      fc.integer({ min: -1, max: 1 }),
      fc.constantFrom(100, LIMITS.reasonLength),
    )
    .map(([letter, more, length]) => letter.repeat(length + more)),
);
const junk: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom(null, true, false, [], {}, [[]], 0, -0, 1, 1.5, -1, 2 ** 53, 1e300, 5e-324),
);

/** Mostly right, so that what is wrong is wrong alone. */
const mostly = <Right, Odd>(right: fc.Arbitrary<Right>, odd: fc.Arbitrary<Odd>, weight = 40) =>
  fc.oneof({ weight, arbitrary: right }, { weight: 1, arbitrary: odd });

const valueBy = (rule: ValueRule): fc.Arbitrary<unknown> => {
  switch (rule.kind) {
    case 'whole number':
      return mostly(
        fc.integer({ min: rule.least, max: rule.most }),
        fc.constantFrom(rule.least - 1, rule.most + 1, rule.least + 0.5, rule.most - 0.5),
      );
    case 'flag':
      return fc.boolean();
    case 'choice':
      return mostly(fc.constantFrom(...rule.of), fc.constant(rule.of[0]?.toUpperCase()));
    case 'amount':
      return mostly(
        fc.constantFrom(0, 5, '7', '0'.repeat(30)),
        fc.constantFrom('1'.repeat(31), '-1', '1\n', -1, 0.5, ''),
      );
    case 'text':
      return mostly(
        rule.pattern === undefined ? fc.constant(NAME) : fc.stringMatching(rule.pattern),
        oddText,
      );
    case 'list':
      return fc.array(valueBy(rule.of), { maxLength: 2 });
    case 'options':
      return optionsBy(rule.table);
    case 'record':
      return fc
        .tuple(
          mostly(fc.constantFrom(NAME, 'é1', '1 2', '٣'), oddText, 9),
          valueBy(rule.of),
          valueBy(rule.of),
          fc.integer({ min: 0, max: 40 }),
        )
        .map(([name, first, second, size]) =>
          size === 0
            ? {}
            : Object.fromEntries([[NAME, first], ...(size < 10 ? [[name, second]] : [])]),
        );
    default:
      // Parameters: an object, where the vat lists services.
      return mostly(fc.constant({ greeting: 'hello' }), fc.jsonValue(), 9);
  }
};

const optionsBy = (table: Table): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .tuple(
      fc.record(
        Object.fromEntries(
          Object.entries(table).map(([name, { value }]) => [
            name,
            mostly(valueBy(value), junk, 99),
          ]),
        ),
      ),
      fc.subarray(Object.keys(table)),
      mostly(fc.constant({}), fc.dictionary(oddText, junk, { maxKeys: 1 })),
    )
    .map(([all, some, more]) => {
      const kept = Object.entries(all).filter(
        ([name]) => table[name]?.required !== undefined || some.includes(name),
      );
      return { ...Object.fromEntries(kept), ...more };
    });

/** The check alone follows names from one entry to another, and compares two options of a vat. */
const isTold = (config: unknown): boolean =>
  !/has no such entry|that the vat itself may use/.test(mistakeOf(config)?.message ?? '');

test('the schema accepts and refuses what the check does', () => {
  const config = optionsBy(CONFIG_TABLE);
  let accepted = 0;
  fc.assert(
    fc.property(config, (each) => {
      const parsed: unknown = JSON.parse(JSON.stringify(each));
      fc.pre(isTold(parsed));
      agree(parsed);
      if (accepts(parsed)) accepted += 1;
    }),
    { numRuns: 9_000 },
  );
  // Not all of it is refused at once.
  expect(accepted).toBeGreaterThan(100);
});

const of = (vat: object): object => ({ vats: { a: { source: './a.js', ...vat } } });

test.each([
  ['any value', 7],
  ['an empty config', {}],
  ['no vats', { vats: {} }],
  ['neither source nor bundle', { vats: { a: {} } }],
  ['both of them', { vats: { a: { source: 'a', bundle: 'a' } }, bundles: { a: { source: 'a' } } }],
  ['a name that is none', { vats: { '-a': { source: 'a' } } }],
  ['a name of a hundred letters', { vats: { ['é'.repeat(100)]: { source: 'a' } } }],
  ['one letter more', { vats: { ['é'.repeat(101)]: { source: 'a' } } }],
  ['letters beyond 16 bits', { vats: { ['𝒂'.repeat(100)]: { source: 'a' } } }],
  ['a source of blanks', of({ source: ' \u2003\ufeff' })],
  ['a source with a zero', of({ source: 'a\0' })],
  ['the longest text', of({ source: '😀'.repeat(LIMITS.reasonLength) })],
  ['a longer text', of({ source: '😀'.repeat(LIMITS.reasonLength + 1) })],
  ['a part of ambient', of({ ambient: { time: true } })],
  ['another member of ambient', of({ ambient: { place: true } })],
  ['a number in exponents', of({ window: 1e2 })],
  ['an own __proto__', JSON.parse('{"vats":{"a":{"source":"a","__proto__":{}}}}')],
])('they agree on %s', (_, config) => agree(config));

test.each([
  ['a bootstrap vat that is not there', { bootstrap: 'b', ...of({}) }],
  ['a bundle that is not there', { vats: { a: { bundle: 'b' } } }],
  ['a meter that is not there', of({ meter: 'b' })],
  ['an exposed vat that is not there', { gateway: { expose: { lobby: 'b' } }, ...of({}) }],
  ['a quota that is less than a limit', of({ memoryLimit: 2, memoryQuota: 1 })],
])('only the check refuses %s', (_, config) => {
  expect(accepts(config)).toBe(true);
  expect(mistakeOf(config)).toBeDefined();
});
