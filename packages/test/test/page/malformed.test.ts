/** A recording that was changed is refused, or shows what it showed before: never something else. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAnswers, openSource } from '@cooperage/inspect';
import fc from 'fast-check';
import { isCooperageError } from '@cooperage/types';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closePool, E, openWorld } from '../../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'cooperage-malformed-'));
const recording = join(folder, 'world.cooperage');
let original: Buffer;
let shown: string;

const show = async (bytes: Buffer): Promise<string> => {
  const file = join(folder, 'changed.cooperage');
  writeFileSync(file, bytes);
  const store = await openSource(file);
  try {
    const answers = makeAnswers(store, 'a recording');
    const query = new URLSearchParams();
    const all = ['overview', 'timeline', 'metrics', 'family', 'data/v1', 'crank/12', 'vat/v1'];
    return JSON.stringify(all.map((path) => answers(path, query)));
  } finally {
    await store.close();
  }
};

beforeAll(async () => {
  const vat = (name: string): string => join(import.meta.dirname, 'vats', `${name}.js`);
  const world = await openWorld({ vats: { ann: vat('hoarder'), bob: vat('hoarder') } });
  const { ann, bob } = world.roots;
  await E(ann).make(1);
  await E(ann).pass(bob);
  await E(bob).write('x', 5);
  await world.save(recording);
  await world.close();
  original = readFileSync(recording);
  shown = await show(original);
});

afterAll(async () => {
  await closePool();
  rmSync(folder, { recursive: true, force: true });
});

const place = fc.nat().map((n) => n % original.length);
const changes = fc.oneof(
  fc.tuple(place, fc.nat(255)).map(([at, byte]) => {
    const bytes = Buffer.from(original);
    bytes[at] = byte;
    return bytes;
  }),
  place.map((at) => original.subarray(0, at)),
  fc
    .tuple(place, fc.uint8Array({ minLength: 1, maxLength: 9 }))
    .map(([at, more]) => Buffer.concat([original.subarray(0, at), more, original.subarray(at)])),
);

test('a recording with changed, missing or additional bytes shows nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(changes, async (bytes) => {
      let seen: string;
      try {
        seen = await show(bytes);
      } catch (thrown) {
        expect(isCooperageError(thrown) ? thrown.code : thrown).toMatch(
          /^(?:BAD_EXPORT|BAD_RECORDING|NO_HISTORY)$/,
        );
        return;
      }
      expect(seen).toBe(shown);
    }),
    { numRuns: 60, seed: 17 },
  );
});
