/** The pure modules of Node in vats of both engines: each use must give what it gives in Node. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { openForTest, temporaryDirectory } from '../helpers.js';

const IMPORTS = `
import assert, { AssertionError, deepEqual, rejects, throws } from 'node:assert';
import strictAssert from 'node:assert/strict';
import { Buffer, constants } from 'node:buffer';
import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import querystring from 'node:querystring';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import url from 'node:url';
import util from 'node:util';

const outcome = async (run) => {
  try {
    return ['gives', await run()];
  } catch (error) {
    return [error instanceof AssertionError ? error.code : error.name];
  }
};
const heard = async () => {
  const emitter = new EventEmitter();
  const seen = [];
  emitter.on('a', (value) => seen.push(value)).prependOnceListener('a', () => seen.push('first'));
  emitter.emit('a', 1);
  emitter.emit('a', 2);
  const later = once(emitter, 'b');
  emitter.emit('b', 3);
  return [seen, await later, emitter.listenerCount('a'), emitter.eventNames()];
};
const streamed = async () => {
  const seen = [];
  const upper = new Transform({ transform: (part, _, done) => done(null, String(part).toUpperCase()) });
  await pipeline(Readable.from(['a', 'b']), upper, async (parts) => {
    for await (const part of parts) seen.push(String(part));
  });
  return seen;
};
`;

const USES: readonly string[] = [
  'Buffer.from("aGk_-w", "base64url").toString("hex")',
  'Buffer.from([251, 255, 1]).toString("base64url")',
  '[Buffer.isEncoding("base64url"), Buffer.byteLength("aGk_", "base64url"), constants.MAX_STRING_LENGTH > 0]',
  'Buffer.concat([Buffer.from("é"), Buffer.alloc(2, 7)]).toString("hex")',
  '(() => { const b = Buffer.alloc(16); b.writeDoubleLE(1.5, 0); b.writeBigInt64BE(-3n, 8); return b.toJSON(); })()',
  'util.format("%s %d %j", "a", 1, { b: 2 })',
  'util.inspect({ a: [1, { b: "x" }] })',
  'new Promise((resolve) => { util.callbackify(async () => 4)((error, value) => resolve([error, value])); })',
  'util.promisify((a, done) => done(null, a + 1))(2)',
  '[util.stripVTControlCharacters("\\u001b[1mx\\u001b[22m"), util.toUSVString("a\\ud800")]',
  '[util.isDeepStrictEqual({ a: [1] }, { a: [1] }), util.types.isDate(new Date(0))]',
  'heard()',
  'streamed()',
  'Promise.all([() => assert(0), () => deepEqual({ a: 1 }, { a: "1" }), () => strictAssert.equal(1, "1"), () => throws(() => { throw TypeError("x"); }, TypeError), () => rejects(Promise.reject(Error("y")), /y/), () => assert.match("abc", /z/)].map(outcome))',
  '[path.join("a", "..", "b"), path.relative("/a/b", "/a/c"), path.resolve("/x", "../y"), path.parse("/a/b.tar.gz")]',
  '[querystring.parse("a=1&a=2&b=%20"), querystring.stringify({ a: [1, 2], b: "x y" }), querystring.escape("é&"), querystring.unescape("%41%zz")]',
  '(() => { const d = new StringDecoder("utf8"); return [d.write(new Uint8Array([0xe2, 0x82])), d.write(Buffer.from([0xac])), d.end()]; })()',
  '(() => { const d = new StringDecoder("hex"); return [d.write(new Uint8Array([1, 255])), d.end()]; })()',
  '[new url.URL("../b?x=1#h", "http://ex.com/a/c").href, String(new url.URLSearchParams({ a: "1 2" })), url.parse("http://a.com/p?q=1", true).query.q]',
  '[url.fileURLToPath("file:///a/b%20c"), url.pathToFileURL("/a b/%").href, url.format(new url.URL("http://u:p@x.y/z?q#h"), { auth: false, fragment: false })]',
  '[url.resolve("/one/two", "three"), url.format({ protocol: "http", host: "x.y", pathname: "/z" })]',
  '(({ hostname, path, auth }) => [hostname, path, auth])(url.urlToHttpOptions(new url.URL("http://u:p%20@x.y/z?q=1")))',
];

const ALL = `[${USES.map((use) => `async () => (${use})`).join(',\n')}]`;
const copy = 'async (run) => JSON.parse(JSON.stringify(await run()))';

const write = (): { readonly vat: string; readonly own: string } => {
  const folder = temporaryDirectory();
  const vat = join(folder, 'vat.js');
  const own = join(folder, 'own.mjs');
  writeFileSync(
    vat,
    `${IMPORTS}export const buildRootObject = () => Far('root', {\n` +
      `all: async () => harden(await Promise.all(${ALL}.map(${copy}))) });`,
  );
  writeFileSync(own, `${IMPORTS}export const all = () => Promise.all(${ALL}.map(${copy}));`);
  return { vat, own };
};

test.each(['v8', 'quickjs'] as const)(
  'on %s, the pure modules of Node give what they give in Node',
  async (engine) => {
    const { vat, own } = write();
    const { all } = (await import(pathToFileURL(own).href)) as { all: () => Promise<unknown[]> };
    const expected = await all();
    const kernel = await openForTest({ config: { vats: { vat: { source: vat, engine } } } });
    const found = (await kernel.send('vat', 'all')) as readonly unknown[];
    for (const [i, use] of USES.entries()) expect(found[i], use).toEqual(expected[i]);
  },
);
