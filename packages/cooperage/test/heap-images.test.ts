/** Images of heaps in a store on disk: what is damaged costs time, and nothing else. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeKernelStore } from '@cooperage/store';
import { openLmdbBackend } from '@cooperage/store-lmdb';
import type { SnapshotRow, VatID } from '@cooperage/types';
import { checkTables } from '@cooperage/kernel';
import { expect, it } from 'vitest';
import { importKernel } from '../src/index.js';
import { checkStore, makeRepairReport } from '@cooperage/tools';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const config = {
  engine: 'quickjs',
  vats: { ann: { source: fixture('forked-vat.js') } },
} as const;
const ANN = 'v1' as VatID;

/** Text that does not get smaller, so that images are files of their own. */
const noise = (characters: number): string => {
  let text = '';
  for (let i = 0; text.length < characters; i += 1) {
    text += createHash('sha256').update(`${i}`).digest('base64');
  }
  return text;
};

interface Life {
  readonly directory: string;
  readonly older: SnapshotRow;
  readonly newer: SnapshotRow;
  /** Deliveries to the vat, all in all. */
  readonly acked: number;
  /** What the vat holds. */
  readonly heap: unknown;
}

/** A kernel that was closed: two images of the vat, and deliveries after each. */
const live = async (): Promise<Life> => {
  const directory = temporaryDirectory();
  // Threads of its own: those of another kernel know the images that they have read.
  const kernel = await openForTest({ config, directory, threads: 2 });
  await kernel.send('ann', 'add', [noise(250_000)]);
  await kernel.snapshot('ann');
  for (let i = 0; i < 3; i += 1) await kernel.send('ann', 'add', [i]);
  await kernel.snapshot('ann');
  for (let i = 0; i < 2; i += 1) await kernel.send('ann', 'add', [i]);
  const heap = await kernel.send('ann', 'heap');
  await kernel.run();
  const [older, newer] = [...kernel.store.snapshots.list(ANN)] as [SnapshotRow, SnapshotRow];
  const acked = kernel.store.transcripts.newest(ANN);
  await kernel.close();
  return { directory, older, newer, acked, heap };
};

const fileOf = ({ directory }: Life, { hash }: SnapshotRow): string =>
  join(directory, 'blobs', hash);

/** Opens a kernel in which something was spoilt, and asks the vat. */
const comeBack = async ({ directory, heap }: Life) => {
  const refused: { n: number; reason: string }[] = [];
  const replays: number[] = [];
  const kernel = await openForTest({
    threads: 2,
    config,
    directory,
    on: {
      'image-refused': ({ n, reason }) => refused.push({ n, reason }),
      'worker-started': ({ toReplay }) => replays.push(toReplay),
    },
  });
  expect(await kernel.send('ann', 'heap')).toEqual(heap);
  await kernel.run();
  expect(checkTables(kernel.store.tables)).toEqual([]);
  return { kernel, refused, replays };
};

const flip = (at: (bytes: Buffer) => number) => (file: string) => {
  const bytes = readFileSync(file);
  const index = at(bytes);
  bytes[index] = (bytes[index] as number) ^ 0x40;
  writeFileSync(file, bytes);
};

const HEADER = 12;
const damages: Readonly<Record<string, (file: string) => void>> = {
  'changed in its first byte': flip(() => 0),
  'changed in the length of its header': flip(() => 8),
  'changed in its header': flip(() => HEADER + 5),
  'changed in its pages': flip((bytes) => bytes.length >> 1),
  'changed in its checksum': flip((bytes) => bytes.length - 1),
  'cut off in the middle': (file) => truncateSync(file, readFileSync(file).length >> 1),
  'cut off by one byte': (file) => truncateSync(file, readFileSync(file).length - 1),
  empty: (file) => truncateSync(file, 0),
  missing: (file) => rmSync(file),
};

it('an image that is damaged anywhere is refused, and the vat comes from the one before; from none if there is none', async () => {
  const original = await live();
  const { older, newer, acked } = original;
  for (const [what, damage] of Object.entries(damages)) {
    const life = { ...original, directory: temporaryDirectory() };
    cpSync(original.directory, life.directory, { recursive: true });
    damage(fileOf(life, newer));
    const { kernel, refused, replays } = await comeBack(life);
    expect(refused, what).toHaveLength(1);
    expect(refused[0], what).toMatchObject({ n: newer.n });
    expect(refused[0]?.reason, what).toContain(newer.hash);
    expect(replays.at(-1), what).toBe(acked - older.n);
    await kernel.close();
  }

  for (const each of [older, newer]) flip((bytes) => bytes.length >> 1)(fileOf(original, each));
  const { kernel, refused, replays } = await comeBack(original);
  expect(refused.map(({ n }) => n)).toEqual([newer.n, older.n]);
  expect(replays.at(-1)).toBe(acked);
  // Bad images do not stay, and the next ones are good.
  expect([...kernel.store.snapshots.list(ANN)]).toEqual([]);
  await kernel.snapshot('ann');
  await kernel.close();
  const again = await comeBack(original);
  expect([again.refused, again.replays]).toEqual([[], [0]]);
});

/** The image as another build would have written it. */
const asWrittenBy = (engine: string, bytes: Buffer): Buffer => {
  const end = HEADER + bytes.readUInt32LE(8);
  const header = JSON.parse(bytes.subarray(HEADER, end).toString()) as object;
  const text = Buffer.from(JSON.stringify({ ...header, engine }));
  const start = Buffer.from(bytes.subarray(0, HEADER));
  start.writeUInt32LE(text.length, 8);
  const body = Buffer.concat([start, text, bytes.subarray(end, bytes.length - 32)]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
};

it('an image of another build of the engine is refused by the names of both', async () => {
  const life = await live();
  const { directory, newer, older, acked } = life;
  const store = makeKernelStore(await openLmdbBackend(directory));
  const { snapshots } = store;
  const foreign = 'quickjs-ng-0123456789abcdef-1';
  const bytes = asWrittenBy(foreign, readFileSync(fileOf(life, newer)));
  const hash = await snapshots.putImage(bytes);
  const base = [...snapshots.images()].find(([image]) => image === newer.hash)?.[1];
  store.tables.beginCrank();
  snapshots.addImage([hash, base]);
  snapshots.record(ANN, { ...newer, hash, engine: foreign });
  store.tables.acceptCrank();
  await store.flush();
  await store.close();

  const { refused, replays } = await comeBack(life);
  expect(refused).toHaveLength(1);
  expect(refused[0]?.reason).toContain(`${foreign} wrote it`);
  expect(refused[0]?.reason).toContain(`this is ${newer.engine}`);
  expect(replays.at(-1)).toBe(acked - older.n);
});

it('older images go, with their files, when newer ones are there', async () => {
  const life = await live();
  const { kernel } = await comeBack(life);
  await kernel.snapshot('ann');
  await kernel.run();
  const kept = [...kernel.store.snapshots.list(ANN)];
  expect(kept.map(({ n }) => n)).not.toContain(life.older.n);
  expect(kept).toHaveLength(2);
  await expect.poll(() => existsSync(fileOf(life, life.older))).toBe(false);
  for (const each of kept) expect(existsSync(fileOf(life, each))).toBe(true);
  await kernel.close();
  const left = readdirSync(join(life.directory, 'blobs'));
  expect(left).toEqual(expect.arrayContaining(kept.map(({ hash }) => hash)));
  expect(left).not.toContain(life.older.hash);
});

it('exports carry images: what is imported does not begin from nothing', async () => {
  const life = await live();
  const { kernel } = await comeBack(life);
  const folder = temporaryDirectory();
  await kernel.export(join(folder, 'all.cooperage'));
  await kernel.close();
  const directory = join(temporaryDirectory(), 'imported');
  await importKernel(directory, [join(folder, 'all.cooperage')]);
  const { refused, replays } = await comeBack({ ...life, directory });
  expect(refused).toEqual([]);
  expect(replays.at(-1)).toBeLessThan(life.acked - life.newer.n + 3);
});

it('an image that is damaged is found by a check, which says that it costs time and nothing else', async () => {
  const life = await live();
  const path = fileOf(life, life.newer);
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(1_000) ^ 4, 1_000);
  writeFileSync(path, bytes);
  const backend = await openLmdbBackend(life.directory);
  const store = makeKernelStore(backend);
  const check = checkStore(store);
  expect(check.problems).toEqual([
    {
      key: `image.${life.newer.hash}`,
      problem: expect.stringContaining('is damaged') as string,
    },
  ]);
  expect(makeRepairReport(store, check)[0]?.remedy).toMatch(/^nothing: the kernel restores them/);
  await store.close();
});
