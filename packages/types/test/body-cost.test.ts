import { describe, expect, it } from 'vitest';
import { AT_ONCE, costOfBody, finishWork, insistModestAtOnce, LIMITS } from '../src/index.js';

const costOf = (body: string) => finishWork(costOfBody(body, AT_ONCE));
const insist = (...bodies: string[]): void =>
  insistModestAtOnce(bodies.map((body) => ({ body, slots: [] })));
const nested = (depth: number): string => `#${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('what a body costs', () => {
  it('is counted without parsing it', () => {
    expect(costOf('#"#undefined"')).toEqual({ depth: 0, values: 1, digits: 0 });
    expect(costOf('#[1,[{"a":"[[["},2]]')).toMatchObject({ depth: 3, values: 6 });
    expect(costOf('#["\\"[","\\\\",[]]')).toMatchObject({ depth: 2 });
    expect(costOf(`#"+${'9'.repeat(20_000)}"`)).toMatchObject({ digits: 20_000 });
  });

  it('is bounded in depth', () => {
    insist(nested(LIMITS.capdataDepth));
    expect(() => insist(nested(LIMITS.capdataDepth + 1))).toThrow('nested 251 deep');
    expect(() => insist(nested(900_000))).toThrow('nested 900000 deep');
  });

  it.each([
    ['positive', '+'],
    ['negative', '-'],
    ['escaped', '\\u002b'],
  ])('is bounded in the digits of bigints: %s', (_, sign) => {
    const digits = '9'.repeat(LIMITS.bigintDigits);
    insist(`#["${sign.slice(0, 1) === '\\' ? '+' : sign}${digits}"]`);
    expect(() => insist(`#["${sign}${digits}9"]`)).toThrow('pass it as a string');
  });

  it.each(['\n', '"', '\\', '\t', '\u0001', '\r\n'])(
    'may be a long text that begins with %j',
    (start) => {
      insist(`#${JSON.stringify(start + 'x'.repeat(LIMITS.bigintDigits + 1))}`);
      insist(`#${JSON.stringify(start + '9'.repeat(LIMITS.bigintDigits + 1))}`);
    },
  );

  it('is bounded in the digits of bigints in whatever encoding', () => {
    expect(() =>
      insist(`{"@qclass":"bigint","digits":"${'9'.repeat(LIMITS.bigintDigits + 1)}"}`),
    ).toThrow('pass it as a string');
  });

  it('lets long strings pass', () => {
    insist(`#"${'9'.repeat(100_000)}"`, `#"!+${'9'.repeat(100_000)}"`, `#"${'x'.repeat(100_000)}"`);
  });
});
