/** What is pure of Node's `crypto` in vats of both engines: each use must give what it gives in Node. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { openForTest, temporaryDirectory } from '../helpers.js';

const IMPORTS = `
import crypto, { createHash, createHmac, timingSafeEqual } from 'node:crypto';
const outcome = (run) => { try { return run(); } catch (error) { return [error.name, error.code]; } };
const told = (run) => new Promise((resolve) => { run((error, value) => resolve([error, value.toString('hex')])); });
const hex = (buffer) => [...new Uint8Array(buffer)];
`;

const HASHES =
  'md5 SHA1 sha224 SHA-256 sha384 RSA-SHA512 sha512-256 sha3-256 shake128 ripemd160 blake2b512 blake2s256';

const USES: readonly string[] = [
  ...HASHES.split(' ').map((name) => `createHash('${name}').update('é').digest('hex')`),
  "createHash('sha256').update('aGk', 'base64').update(new Uint16Array([1, 2])).digest('base64url')",
  "(() => { const h = createHash('sha256').update('a'); const c = h.copy().update('b'); return [h.digest(), c.digest('hex')]; })()",
  "createHash('shake256', { outputLength: 5 }).update('x').digest()",
  "outcome(() => { const h = createHash('md5'); h.digest(); h.update('x'); })",
  "outcome(() => createHash('md5').update(3))",
  "createHmac('sha512', 'key').update('text').digest('base64')",
  "(() => { const h = createHmac('sha1', crypto.createSecretKey(Buffer.from('k'))); return [h.digest('hex'), h.digest('hex')]; })()",
  "(() => { const h = createHash('sha1'); h.write('a'); h.end('b'); return h.read().toString('hex'); })()",
  '[timingSafeEqual(Buffer.from("ab"), new Uint8Array([97, 98])), timingSafeEqual(new Uint8Array(2), new Uint8Array([0, 1]))]',
  'outcome(() => timingSafeEqual(new Uint8Array(2), new Uint8Array(3)))',
  "crypto.pbkdf2Sync('password', 'salt', 20, 24, 'sha512').toString('hex')",
  "told((done) => crypto.pbkdf2('password', 'salt', 2, 8, 'sha1', done))",
  "crypto.scryptSync('password', 'salt', 16, { N: 64, r: 2, p: 1 }).toString('hex')",
  "hex(crypto.hkdfSync('sha256', 'key', 'salt', 'info', 10))",
  "crypto.webcrypto.subtle.digest('SHA-256', new Uint8Array([1])).then(hex)",
  "crypto.createSecretKey('abc', 'utf8').export({ format: 'jwk' })",
];

const ALL = `[${USES.map((use) => `async () => (${use})`).join(',\n')}]`;
const copy = 'async (run) => JSON.parse(JSON.stringify(await run()))';

const DRAW = `
  draw: () => harden([
    crypto.randomBytes(70_000).length, crypto.randomUUID().length, crypto.randomInt(5, 6), crypto.randomInt(1),
    crypto.randomBytes(16).toString('hex') === crypto.randomBytes(16).toString('hex'),
    crypto.randomFillSync(new Uint16Array(4), 1, 2)[0],
  ]),
  sign: () => crypto.createSign('RSA-SHA256'),
`;

const openWith = async (engine: 'v8' | 'quickjs') => {
  const folder = temporaryDirectory();
  const source = join(folder, 'vat.js');
  writeFileSync(
    source,
    `${IMPORTS}export const buildRootObject = () => Far('root', {\n${DRAW}` +
      `all: async () => harden(await Promise.all(${ALL}.map(${copy}))) });`,
  );
  const own = join(folder, 'own.mjs');
  writeFileSync(own, `${IMPORTS}export const all = () => Promise.all(${ALL}.map(${copy}));`);
  const kernel = await openForTest({
    config: {
      vats: { plain: { source, engine }, random: { source, engine, ambient: { random: true } } },
    },
  });
  return { kernel, own };
};

test.each(['v8', 'quickjs'] as const)(
  'on %s, hashes of node:crypto are those of Node, and random bytes need a grant',
  async (engine) => {
    const { kernel, own } = await openWith(engine);
    const { all } = (await import(pathToFileURL(own).href)) as { all: () => Promise<unknown[]> };
    const expected = await all();
    const found = (await kernel.send('plain', 'all')) as readonly unknown[];
    for (const [i, use] of USES.entries()) expect(found[i], use).toEqual(expected[i]);
    await expect(kernel.send('plain', 'draw')).rejects.toThrow(/"ambient: { random: true }"/);
    expect(await kernel.send('random', 'draw')).toEqual([70_000, 36, 5, 0, false, 0]);
    await expect(kernel.send('plain', 'sign')).rejects.toThrow(
      /vats have no crypto\.createSign\(\).*@noble\/curves/,
    );
  },
);
