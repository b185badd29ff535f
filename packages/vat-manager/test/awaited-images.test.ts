/** Images that somebody waits for: of zygotes, for their forks. */
import {
  type CapData,
  type KernelStore,
  type KObject,
  type VatID,
  type VatOptions,
} from '@cooperage/types';
import { makeKernelStore, makeMemoryBackend, type MemoryBackend } from '@cooperage/store';
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

const settle = async (): Promise<void> => {
  await runner.run();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await runner.flush();
};

const open = (most?: number, order: 'arrival' | 'issue' = 'arrival'): void => {
  store = makeKernelStore(backend);
  runner = makeRunner({
    store,
    workers: engine.host,
    order,
    onOutput: (number) => {
      queueMicrotask(() => runner.settleOutput(number));
      return 'foreground';
    },
    ...(most !== undefined && { residency: { vats: most } }),
  });
};

beforeEach(async () => {
  backend = makeMemoryBackend();
  engine = makeListEngine();
  engine.setBase(await makeMemoryBackend().blobs.put(BASE));
  open();
});

afterEach(() => runner.close());

const create = (options: Partial<VatOptions> = {}): { vatID: VatID; root: KObject } =>
  runner.input((host) => {
    const made = host.createVat(
      {
        name: 'zoe',
        bundleID: `b1-${'0'.repeat(128)}` as never,
        window: 3,
        ownThread: false,
        crankTimeLimit: 1_000,
        liveslots: 'cooperage',
        engine: 'quickjs',
        zygote: true,
        ...options,
      },
      NOTHING,
    );
    host.pin(made.root);
    return made;
  });

/** @returns the fork, which has been told something */
const fork = async (vatID: VatID): Promise<VatID> => {
  const { forks, objects, tables, vats } = {
    ...runner.core.kernel,
    ...runner.core.kernel.tables,
  };
  const known = vats.list().length;
  runner.input(() =>
    forks.ask(vatID, {
      objects: [],
      options: { name: `fork ${known}` },
      quotas: {},
      from: 'host',
      result: tables.promises.add('kernel'),
    }),
  );
  await Promise.resolve();
  expect(vats.list().length).toBe(known + 1);
  const child = vats.list().at(-1) as VatID;
  const entry = tables.cLists.toKernel(child, 'o+0' as never);
  expect(objects.get(entry?.kref as KObject).owner).toBe(child);
  runner.input((host) => host.send(entry?.kref as KObject, CALL));
  return child;
};

const startsOf = (name: string) => engine.starts.filter((start) => start.name === name);
/** Deliveries, its start included, which it has in common with its parent. */
const answered = (vatID: VatID): number => runner.core.kernel.tables.windows.acked(vatID);
const imagesOf = (vatID: VatID): number[] => [...store.snapshots.list(vatID)].map(({ n }) => n);

test('a zygote that has done what it was asked has an image, before anybody forks it', async () => {
  const { vatID } = create();
  const other = create({ name: 'ann', zygote: false });
  await settle();
  expect(imagesOf(vatID)).toEqual([1]);
  expect(imagesOf(other.vatID)).toEqual([]);
  const child = await fork(vatID);
  await settle();
  expect(startsOf('fork 2')).toMatchObject([{ from: 1, replayed: 0 }]);
  expect(imagesOf(child)).toEqual([1]);
});

test('a fork that comes while the image is being made waits for it, and starts from it', async () => {
  engine.hold();
  const { vatID } = create();
  await settle();
  expect(engine.held).toBe(1);
  const child = await fork(vatID);
  const second = await fork(vatID);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(engine.starts).toHaveLength(1);
  engine.release();
  await settle();
  expect([...startsOf('fork 1'), ...startsOf('fork 2')]).toMatchObject([
    { from: 1, replayed: 0 },
    { from: 1, replayed: 0 },
  ]);
  for (const each of [child, second]) {
    expect(imagesOf(each)).toEqual([1]);
    expect(answered(each)).toBeGreaterThan(1);
  }
  expect(checkTables(store.tables)).toEqual([]);
  // The image is theirs as well: it outlives the zygote, and goes with the last of them.
  for (const each of [vatID, child]) {
    runner.input((host) => host.terminateVat(each, false, NOTHING, 'the end'));
    await settle();
    expect([...backend.blobs.list()]).toHaveLength(2);
  }
  runner.input((host) => host.terminateVat(second, false, NOTHING, 'the end'));
  await settle();
  await settle();
  expect([...backend.blobs.list()]).toEqual([]);
});

test('an image of a crank that nobody asked for is none, and nobody waits for it', async () => {
  engine.lie();
  engine.hold();
  const { vatID } = create();
  await settle();
  const child = await fork(vatID);
  const told = expect(runner.snapshot(vatID)).rejects.toThrow(/could not be copied/);
  engine.release();
  await told;
  await settle();
  expect(startsOf('fork 1')).toMatchObject([{ from: 0, replayed: 1 }]);
  expect(answered(child)).toBeGreaterThan(1);
  expect(imagesOf(vatID)).toEqual([]);
});

test('where the worker is lost before the image comes, the fork does without', async () => {
  engine.hold();
  const { vatID } = create();
  await settle();
  await fork(vatID);
  engine.crash();
  await settle();
  expect(startsOf('fork 1')).toMatchObject([{ from: 0, replayed: 1 }]);
});

test('where the zygote ends before the image comes, the fork does without', async () => {
  engine.hold();
  const { vatID } = create();
  await settle();
  const child = await fork(vatID);
  runner.input((host) => host.terminateVat(vatID, false, NOTHING, 'the end'));
  await settle();
  expect(startsOf('fork 1')).toMatchObject([{ from: 0, replayed: 1 }]);
  expect(answered(child)).toBeGreaterThan(1);
});

test('a fork that is ended while it waits is not brought up', async () => {
  engine.hold();
  const { vatID } = create();
  await settle();
  const child = await fork(vatID);
  runner.input((host) => host.terminateVat(child, false, NOTHING, 'the end'));
  engine.release();
  await settle();
  expect(engine.starts).toHaveLength(1);
  expect([...backend.blobs.list()]).toHaveLength(2);
  expect(checkTables(store.tables)).toEqual([]);
});

test('with one place in memory the zygote leaves when its image is there, and the fork comes', async () => {
  await runner.close();
  backend = backend.reopen();
  open(1);
  engine.hold();
  const { vatID } = create();
  await settle();
  const child = await fork(vatID);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(engine.starts).toHaveLength(1);
  engine.release();
  await settle();
  expect(startsOf('fork 1')).toMatchObject([{ from: 1, replayed: 0 }]);
  expect(answered(child)).toBeGreaterThan(1);
  expect(runner.stats().online).toBe(1);
});

test('a kernel that is closed meanwhile brings the fork up from what it has on disk', async () => {
  engine.hold();
  const { vatID } = create();
  await settle();
  const child = await fork(vatID);
  await runner.flush();
  await runner.close();
  engine.release();
  backend = backend.reopen();
  open();
  await settle();
  expect(startsOf('fork 1')).toMatchObject([{ from: 0, replayed: 1 }]);
  expect(answered(child)).toBeGreaterThan(1);
});

test('who waits for an image of a vat that has to leave memory before it comes is told', async () => {
  await runner.close();
  backend = backend.reopen();
  open(1, 'issue');
  const other = create({ name: 'ann', zygote: false });
  const { vatID, root } = create({ zygote: false });
  await settle();
  engine.hold();
  const waiting = runner.snapshot(vatID);
  const told = expect(waiting).rejects.toThrow(/v2 left memory before its heap was copied/);
  // What it answers has to wait for the other one, which has to wait for its place.
  runner.input((host) => {
    host.send(other.root, CALL);
    host.send(root, CALL);
  });
  await told;
  engine.release();
  await settle();
  expect([answered(other.vatID), answered(vatID)]).toEqual([2, 2]);
});
