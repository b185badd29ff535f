/** Globals of browsers and Node that a vat's code finds, each in vats of both engines. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openForTest, temporaryDirectory } from '../helpers.js';

const tell = (use: string): string =>
  `(() => { try { return ${use}; } catch (error) { return \`\${error.name}: \${error.message}\`; } })()`;

const GLOBALS: readonly (readonly [fact: string, use: string, value: unknown])[] = [
  ['URL', 'new URL("../b?x=1", "https://a.org/c/d").href', 'https://a.org/b?x=1'],
  ['URLSearchParams', 'new URLSearchParams({ a: "1 2" }).toString()', 'a=1+2'],
  ['structuredClone', 'structuredClone({ a: [1, new Set([2])] }).a[1].has(2)', true],
  [
    'AbortController and AbortSignal',
    '(() => { const c = new AbortController(); let heard = 0; c.signal.addEventListener("abort", () => { heard += 1; });' +
      ' c.abort(); c.abort(); return [c.signal.aborted, c.signal.reason.name, heard, c.signal instanceof AbortSignal]; })()',
    [true, 'AbortError', 1, true],
  ],
  [
    'EventTarget, Event and CustomEvent',
    '(() => { const t = new EventTarget(); const seen = []; t.addEventListener("x", (e) => seen.push(e.detail), { once: true });' +
      ' t.dispatchEvent(new CustomEvent("x", { detail: 3 })); t.dispatchEvent(new Event("x")); return seen; })()',
    [3],
  ],
  ['Buffer', 'Buffer.from("hi").toString("hex")', '6869'],
  ['process', '[process.env.NODE_ENV, process.cwd(), process.browser]', ['production', '/', true]],
  ['Intl numbers', 'new Intl.NumberFormat("de").format(1234567.891)', '1,234,567.891'],
  [
    'Intl money',
    'new Intl.NumberFormat("en", { style: "currency", currency: "EUR" }).format(-3.5)',
    '-€3.50',
  ],
  [
    'Intl dates',
    'new Intl.DateTimeFormat("en", { dateStyle: "long", timeZone: "+02:00" }).format(new Date(82800000))',
    'January 2, 1970',
  ],
  ['the zone of Intl', 'Intl.DateTimeFormat().resolvedOptions().timeZone', 'UTC'],
  ['Intl words', 'new Intl.ListFormat().format(["a", "b", "c"])', 'a, b, and c'],
  ['the order of Intl', '["b", "a", "B", "ä"].sort(new Intl.Collator().compare).join("")', 'aäbB'],
  [
    'a zone that Intl does not know',
    'Intl.DateTimeFormat("en", { timeZone: "Asia/Tokyo" })',
    /RangeError.*UTC/,
  ],
  ['performance without a clock', 'performance.now()', /TypeError.*ambient/],
  [
    'setTimeout',
    'setTimeout(() => {}, 3)',
    /TypeError: vats have no setTimeout\(\).*timer service/,
  ],
  ['fetch', 'fetch("https://a.org")', /TypeError: vats have no fetch\(\)/],
  [
    'Blob and File',
    '[new Blob(["é", new Uint8Array(2)]).size, new File(["x"], "a").name]',
    [4, 'a'],
  ],
  ['WebSocket', 'new WebSocket("wss://a.org")', /TypeError: vats have no WebSocket/],
  [
    'timers that do not wait',
    'new Promise((resolve) => { const seen = []; clearTimeout(setTimeout(() => seen.push("no")));' +
      ' setImmediate((x) => seen.push(x), 1); setTimeout(() => resolve(seen), 0); })',
    [1],
  ],
  [
    'MessageChannel',
    'new Promise((resolve) => { const { port1, port2 } = new MessageChannel();' +
      ' port2.onmessage = ({ data }) => resolve(data); port1.postMessage({ a: 1 }); })',
    { a: 1 },
  ],
  ['the characters of a text', '[...new Intl.Segmenter().segment("ae\u0301👨‍👩‍👧🇩🇪")].length', 4],
  ['names of languages', 'new Intl.Locale("EN-latn-us").minimize().toString()', 'en'],
  [
    'the global object’s URL',
    'globalThis.URL === URL && typeof globalThis.AbortSignal',
    'function',
  ],
  [
    'a name in vain',
    'typeof window + typeof document + typeof XMLHttpRequest',
    'undefinedundefinedundefined',
  ],
];

const writeVat = (): string => {
  const uses = GLOBALS.map(([, use]) => tell(use)).join(',\n');
  const source = join(temporaryDirectory(), 'vat.js');
  writeFileSync(
    source,
    `export const buildRootObject = () => Far('root', { all: async () => harden(await Promise.all([${uses}])) });`,
  );
  return source;
};

test.each(['v8', 'quickjs'] as const)(
  'on %s, vats find the globals that packages use, or read what to do without',
  async (engine) => {
    const kernel = await openForTest({ config: { vats: { vat: { source: writeVat(), engine } } } });
    const all = (await kernel.send('vat', 'all')) as readonly unknown[];
    for (const [i, [fact, , value]] of GLOBALS.entries()) {
      if (value instanceof RegExp) expect(all[i], fact).toMatch(value);
      else expect(all[i], fact).toEqual(value);
    }
  },
);
