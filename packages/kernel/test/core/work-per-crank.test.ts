/**
 * How much work a crank makes, without a clock. The figures are a ratchet: a change that makes one smaller writes the
 * smaller one here, and a change that makes one greater says why it is worth that.
 */
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import type { CrankTables, LateRows, StoreBackend, VatID, VRef } from '@cooperage/types';
import { expect, test } from 'vitest';
import { makeCore } from '../../src/core/core.js';
import { BUNDLE_ID, call, NOTHING } from './a-kernel.js';

const PEERS = 8;
const MESSAGES = 2;
const ROUNDS = 40;

/** Since the counts were last set to nothing. */
interface Work {
  /** Reads that went through to the backend. */
  backendReads: number;
  /** Rows written and deleted at the end of cranks. */
  crankWrites: number;
  /** Rows that became text when a group was closed. */
  rowsFormatted: number;
  /** Rows of groups, deleted ones included. */
  rowsCommitted: number;
  /** Characters of deliveries and of records. */
  charactersPosted: number;
}

const nothing = (): Work => ({
  backendReads: 0,
  crankWrites: 0,
  rowsFormatted: 0,
  rowsCommitted: 0,
  charactersPosted: 0,
});

const watchBackend = (backend: StoreBackend, work: Work): StoreBackend => ({
  ...backend,
  get: (key) => {
    work.backendReads += 1;
    return backend.get(key);
  },
  has: (key) => {
    work.backendReads += 1;
    return backend.has(key);
  },
  commit: (group) => {
    work.rowsCommitted += group.writes.size;
    return backend.commit(group);
  },
});

const watchLate = (late: LateRows, work: Work): LateRows => ({
  get size() {
    return late.size;
  },
  find: (key) => late.find(key),
  changed: () => late.changed(),
  take: (write) =>
    late.take((key, row) => {
      if (row !== null) work.rowsFormatted += 1;
      write(key, row);
    }),
});

const watchTables = (tables: CrankTables, work: Work): CrankTables => ({
  ...tables,
  set: (key, row) => {
    work.crankWrites += 1;
    tables.set(key, row);
  },
  delete: (key) => {
    work.crankWrites += 1;
    tables.delete(key);
  },
  attach: (late) => (tables.attach as NonNullable<CrankTables['attach']>)(watchLate(late, work)),
});

/** A driver that sends to eight peers when it is told to, and peers that answer. */
const makeFanOut = () => {
  const work = nothing();
  const store = makeKernelStore(watchBackend(makeMemoryBackend(), work));
  const tables = watchTables(store.tables, work);
  const core = makeCore({ tables, transcripts: store.transcripts, order: 'arrival' });
  const waiting: [VatID, string][] = [];
  let newest = 0;
  let cranks = 0;

  const perform = (): void => {
    for (const effect of core.takeEffects()) {
      if (effect.type !== 'deliver') continue;
      work.charactersPosted += effect.text.length;
      waiting.push([effect.vatID, effect.text]);
    }
  };
  const makeVat = (name: string) => {
    const options = { name, bundleID: BUNDLE_ID, window: 8, ownThread: false };
    return core.input((host) => {
      const made = host.createVat({ ...options, crankTimeLimit: 1, liveslots: 'x' }, NOTHING);
      host.pin(made.root);
      return made;
    });
  };
  const driver = makeVat('driver');
  const peers = Array.from({ length: PEERS }, (_, i) => makeVat(`peer${i}`));
  let known: VRef[] = [];

  const sends = (): unknown[] =>
    Array.from({ length: MESSAGES * known.length }, (_, i) => {
      newest += 1;
      const message = { methargs: { body: '#["ping",[]]', slots: [] }, result: `p+${newest}` };
      return [[['send', known[i % known.length], message]], [['subscribe', `p+${newest}`]]];
    }).flat();
  /** What the vat does in the crank of this delivery. */
  const syscallsOf = (
    vatID: VatID,
    [tag, , message]: [string, unknown, MessageText],
  ): unknown[] => {
    if (tag !== 'message') return [];
    const answer = [[['resolve', [[message.result, false, NOTHING]]]]];
    if (vatID !== driver.vatID) return answer;
    if (message.methargs.slots.length > 0) known = message.methargs.slots;
    return [...answer, ...sends()];
  };
  const drain = (): void => {
    perform();
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [vatID, text] = next;
      const { n, delivery } = JSON.parse(text) as {
        n: number;
        delivery: [string, unknown, MessageText];
      };
      const syscalls = syscallsOf(vatID, delivery);
      const record = JSON.stringify({ n, status: ['ok'], syscalls, usage: null });
      work.charactersPosted += record.length;
      core.arrived(vatID, record);
      expect(core.retireNext()?.refused).toBeUndefined();
      cranks += 1;
      perform();
    }
  };
  return {
    work,
    store,
    get cranks() {
      return cranks;
    },
    meet: () => {
      core.input((host) => host.send(driver.root, call('meet', ...peers.map(({ root }) => root))));
      drain();
    },
    round: () => {
      core.input((host) => host.send(driver.root, call('go')));
      drain();
    },
  };
};

interface MessageText {
  readonly methargs: { readonly slots: VRef[] };
  readonly result: string;
}

test('a crank of a fan-out makes so much work', async () => {
  const world = makeFanOut();
  world.meet();
  world.round();
  await world.store.flush();
  Object.assign(world.work, nothing());
  const before = world.cranks;
  for (let i = 0; i < ROUNDS; i += 1) {
    world.round();
    await world.store.flush();
  }
  const cranks = world.cranks - before;
  const perCrank = Object.entries(world.work).map(([name, count]) => [
    name,
    Math.round((count / cranks) * 100) / 100,
  ]);
  expect(Object.fromEntries(perCrank)).toEqual({
    backendReads: 5.11,
    crankWrites: 0.03,
    rowsFormatted: 5.72,
    rowsCommitted: 3.39,
    charactersPosted: 245.18,
  });
});
