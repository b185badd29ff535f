/** Images of heaps: when they are made, what they are kept with, and what becomes of bad ones. */
import { type CapData, type KernelStore, type KObject, type VatID } from '@cooperage/types';
import {
  hashState,
  makeKernelStore,
  makeMemoryBackend,
  type MemoryBackend,
} from '@cooperage/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkTables } from '@cooperage/kernel';
import { makeRunner } from '../src/runner/runner.js';
import type { Runner } from '../src/runner/runner-contract.js';
import { BASE, makeListEngine } from './list-engine.js';

const NOTHING: CapData<never> = { body: '#"#undefined"', slots: [] };
const CALL: CapData<never> = { body: '#["go",[]]', slots: [] };
let backend: MemoryBackend;
let store: KernelStore;
let engine: ReturnType<typeof makeListEngine>;
let runner: Runner;
let refused: string[];
let vatID: VatID;
let root: KObject;

const open = (snapshotInterval = 5): void => {
  store = makeKernelStore(backend);
  runner = makeRunner({
    store,
    workers: engine.host,
    order: 'arrival',
    onOutput: (number) => {
      queueMicrotask(() => runner.settleOutput(number));
      return 'foreground';
    },
    snapshotInterval,
    events: { imageRefused: (_, n, reason) => refused.push(`${n}: ${reason}`) },
  });
};

const settle = async (): Promise<void> => {
  await runner.run();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await runner.flush();
};

const send = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i += 1) {
    runner.input((host) => host.send(root, CALL));
    await runner.run();
  }
  await settle();
};

const rows = (): number[] => [...store.snapshots.list(vatID)].map(({ n }) => n);
const blobs = (): string[] => [...backend.blobs.list()];

/** The process ends, and another one begins. */
const restart = async (): Promise<void> => {
  await runner.close();
  backend = backend.reopen();
  open();
};

beforeEach(async () => {
  backend = makeMemoryBackend();
  engine = makeListEngine();
  engine.setBase(await makeMemoryBackend().blobs.put(BASE));
  refused = [];
  open();
  ({ vatID, root } = runner.input((host) => {
    const made = host.createVat(
      {
        name: 'bob',
        bundleID: `b1-${'0'.repeat(128)}` as never,
        window: 3,
        ownThread: false,
        crankTimeLimit: 1_000,
        liveslots: 'cooperage',
        engine: 'quickjs',
      },
      NOTHING,
    );
    host.pin(made.root);
    return made;
  }));
  await runner.run();
});

afterEach(() => runner.close());

test('one is made every so many deliveries; the newest two are kept, and their base', async () => {
  await send(20);
  expect(rows()).toHaveLength(2);
  const [older, newer] = rows() as [number, number];
  expect(newer - older).toBeGreaterThanOrEqual(5);
  expect(newer).toBeGreaterThan(15);
  expect(blobs()).toHaveLength(3);
  expect([...store.snapshots.images()]).toHaveLength(3);
  expect(store.transcripts.newest(vatID)).toBe(21);
  expect([...store.transcripts.read(vatID, 1, 21)]).toHaveLength(21);
});

test('15: on request it has everything in it that was retired', async () => {
  await send(2);
  await runner.snapshot(vatID);
  expect(rows()).toEqual([3]);
  // Nothing has happened since: there is nothing to do.
  await runner.snapshot(vatID);
  expect(rows()).toEqual([3]);
});

test('15: a vat comes back from the newest one and what it did since', async () => {
  await send(3);
  await runner.snapshot(vatID);
  await send(2);
  await restart();
  await send(1);
  expect(engine.starts.at(-1)).toEqual({ vatID, name: 'bob', from: 4, replayed: 2 });
});

test.each([
  [
    'is of another engine',
    () => {
      engine.refuse();
      return Promise.resolve([] as void[]);
    },
  ],
  ['is missing', () => Promise.all(blobs().map((hash) => backend.blobs.delete(hash)))],
])('where it %s the vat comes back from what it did, and is told of', async (_, spoil) => {
  await send(3);
  await runner.snapshot(vatID);
  await send(1);
  await runner.snapshot(vatID);
  expect(rows()).toEqual([4, 5]);
  await spoil();
  await restart();
  await send(1);
  expect(refused.map((each) => Number(each.split(':')[0]))).toEqual([5, 4]);
  expect(engine.starts.at(-1)).toEqual({ vatID, name: 'bob', from: 0, replayed: 5 });
  expect(runner.core.kernel.tables.vats.isAlive(vatID)).toBe(true);
});

test('where the newest is lost the one before it serves', async () => {
  await send(3);
  await runner.snapshot(vatID);
  await send(1);
  await runner.snapshot(vatID);
  const newest = store.snapshots.newest(vatID);
  await backend.blobs.delete(newest?.hash ?? '');
  await restart();
  await send(1);
  expect(refused).toHaveLength(1);
  expect(engine.starts.at(-1)).toEqual({ vatID, name: 'bob', from: 4, replayed: 1 });
});

test('15: a vat that rests has its heap on disk, and comes back when there is something for it', async () => {
  await send(2);
  const fork = () => runner.core.kernel.effects.add({ type: 'rest', vatID });
  runner.input(fork);
  await settle();
  expect(runner.stats().online).toBe(0);
  expect(rows()).toEqual([3]);
  await send(1);
  expect(engine.starts.at(-1)).toEqual({ vatID, name: 'bob', from: 3, replayed: 0 });
});

test('images say nothing of what the kernel is, and go with the last vat that needs them', async () => {
  await send(3);
  const before = hashState(store.tables);
  await runner.snapshot(vatID);
  expect(hashState(store.tables)).toBe(before);
  // A fork has the rows of its parent, and the image outlives the parent.
  const { forks, tables } = runner.core.kernel;
  runner.input(() =>
    forks.ask(vatID, {
      objects: [],
      options: { name: 'ben' },
      quotas: {},
      from: 'host',
      result: tables.promises.add('kernel'),
    }),
  );
  const child = tables.vats.list().at(-1) as VatID;
  expect(child).not.toBe(vatID);
  await settle();
  runner.input((host) => host.terminateVat(vatID, false, NOTHING, 'the end'));
  await settle();
  expect(blobs()).toHaveLength(2);
  expect(checkTables(store.tables)).toEqual([]);
  expect([...store.snapshots.list(child)]).toHaveLength(1);
  runner.input((host) => host.terminateVat(child, false, NOTHING, 'the end'));
  await settle();
  await settle();
  expect(blobs()).toEqual([]);
  expect([...store.snapshots.images()]).toEqual([]);
});
