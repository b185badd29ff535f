import { lockdownForVats } from '../../src/lockdown/lockdown.js';
lockdownForVats();
const { describe, expect, test } = await import('vitest');
const { makeAmbient } = await import('../../src/vat-globals/ambient.js');
const { makeAmbientGlobals } = await import('../../src/vat-globals/ambient-globals.js');

const seed = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';

interface Crypto {
  getRandomValues<T>(array: T): T;
  randomUUID(): string;
}

const makeVat = () => {
  const ambient = makeAmbient();
  const { Date, Math, crypto } = makeAmbientGlobals(ambient);
  return { ambient, Date, Math, crypto: crypto as Crypto };
};

describe('a vat that is told the time', () => {
  test('finds that of its crank in Date, whose instances are dates like any others', () => {
    const { ambient, Date } = makeVat();
    ambient.begin({ time: 86_400_000 });
    expect([Date.now(), new Date().toISOString(), Date()]).toEqual([
      86_400_000,
      '1970-01-02T00:00:00.000Z',
      'Fri Jan 02 1970 00:00:00 GMT+0000',
    ]);
    ambient.begin({ time: 86_400_001 });
    expect(Date.now()).toBe(86_400_001);
    const date = new Date(2020, 1, 29);
    expect([date instanceof Date, date.constructor === Date, date.toISOString()]).toEqual([
      true,
      true,
      '2020-02-29T00:00:00.000Z',
    ]);
    class Later extends Date {}
    expect([new Later() instanceof Later, new Later().getTime()]).toEqual([true, 86_400_001]);
  });

  test('is told how, where it is not', () => {
    const { ambient, Date } = makeVat();
    ambient.begin({});
    for (const ask of [() => Date.now(), () => new Date(), () => Date()]) {
      expect(ask).toThrow(/"ambient: { time: true }"/);
    }
    expect(new Date(0).getTime()).toBe(0);
  });
});

describe('a vat that is given randomness', () => {
  const draw = (given: string): unknown[] => {
    const { ambient, Math, crypto } = makeVat();
    ambient.begin({ seed: given });
    const many = Array.from({ length: 300 }, () => Math.random());
    const bytes = crypto.getRandomValues(new Uint8Array(3_000));
    return [...many, bytes.join(), crypto.randomUUID()];
  };

  test('has the same of the same seed, and other of another one', () => {
    expect(draw(seed)).toEqual(draw(seed));
    const other = draw(seed.replace('00', 'ff'));
    expect(draw(seed).filter((value) => other.includes(value))).toEqual([]);
  });

  test('begins anew with each crank', () => {
    const { ambient, Math } = makeVat();
    ambient.begin({ seed });
    const first = Math.random();
    Math.random();
    ambient.begin({ seed });
    expect(Math.random()).toBe(first);
  });

  test('has what the cipher ChaCha20 makes of the seed', () => {
    const { ambient, crypto } = makeVat();
    ambient.begin({ seed: '0'.repeat(64) });
    // RFC 8439, A.1, test vector 1.
    const bytes = crypto.getRandomValues(new Uint8Array(8));
    expect([...bytes]).toEqual([0x76, 0xb8, 0xe0, 0xad, 0xa0, 0xf1, 0x3d, 0x90]);
  });

  test('has numbers from 0 to 1, and UUIDs of version 4', () => {
    const { ambient, Math, crypto } = makeVat();
    ambient.begin({ seed });
    const all = Array.from({ length: 1_000 }, () => Math.random());
    expect(all.every((value) => value >= 0 && value < 1)).toBe(true);
    const mean = all.reduce((a, b) => a + b) / all.length;
    expect(mean).toBeGreaterThan(0.45);
    expect(mean).toBeLessThan(0.55);
    expect(crypto.randomUUID()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(() => crypto.getRandomValues(new Float64Array(1))).toThrow(/integers/);
  });

  test('is told how, where it is not', () => {
    const { ambient, Math, crypto } = makeVat();
    ambient.begin({ time: 1 });
    for (const ask of [() => Math.random(), () => crypto.randomUUID()]) {
      expect(ask).toThrow(/"ambient: { random: true }"/);
    }
    expect(Math.max(1, 2)).toBe(2);
  });
});
