/** What docs/determinism.md calls neither fixed nor recorded belongs to the engine, as the page says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CooperageKernel, openKernel } from '../src/index.js';
import { probe } from './fixtures/engine-probe-vat.js';
import { fixture } from './helpers.js';

type Seen = ReturnType<typeof probe>;

const page = readFileSync(join(import.meta.dirname, '../../../docs/determinism.md'), 'utf8');
const neither = page.slice(page.indexOf('## Neither'));
const source = fixture('engine-probe-vat.js');

let kernel: CooperageKernel;
let onV8: Seen;
let onQuickJS: Seen;

beforeAll(async () => {
  kernel = await openKernel({
    config: {
      crankTimeLimit: 60_000,
      vats: { v8: { source }, quickjs: { source, engine: 'quickjs' } },
    },
    log: () => undefined,
    on: { console: () => undefined },
  });
  onV8 = (await kernel.send('v8', 'probe')) as Seen;
  onQuickJS = (await kernel.send('quickjs', 'probe')) as Seen;
});

afterAll(() => kernel.close());

test('texts of errors that the engine makes are those of the V8 of the host, and others on QuickJS', () => {
  expect(neither).toContain('| messages of errors that the engine throws');
  expect(onV8.texts).toEqual(probe().texts);
  for (const [i, text] of onQuickJS.texts.entries()) expect(text).not.toBe(onV8.texts[i]);
});

test('last digits of functions of Math are those of the V8 of the host, and others on QuickJS', () => {
  expect(neither).toContain('| last digits of `Math.sin`, `Math.exp`');
  expect(onV8.digits).toEqual(probe().digits);
  expect(onQuickJS.digits).not.toEqual(onV8.digits);
  for (const [i, values] of onQuickJS.digits.entries()) {
    for (const [j, value] of values.entries()) {
      expect(value / (onV8.digits[i]?.[j] as number)).toBeCloseTo(1, 12);
    }
  }
});

test('tables of characters are those of the V8 of the host', () => {
  expect(neither).toContain('| tables of characters');
  expect(onV8.characters).toEqual(probe().characters);
});

test('the depth at which the stack overflows is another one on each engine, and the vat goes on', async () => {
  expect(neither).toContain('| depth at which the stack overflows');
  const [deep, shallow] = [await kernel.send('v8', 'depth'), await kernel.send('quickjs', 'depth')];
  expect([typeof deep, typeof shallow]).toEqual(['number', 'number']);
  expect(deep).not.toBe(shallow);
  expect(await kernel.send('quickjs', 'probe')).toEqual(onQuickJS);
});

test('the page has no other row that is neither', () => {
  const rows = neither
    .split('\n')
    .filter((line) => /^\| [a-z]/.test(line) && !line.includes('what to do'));
  expect(rows).toHaveLength(4);
});
