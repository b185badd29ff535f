/** What the page shows of random worlds, compared with the kernel's own tables after every crank. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  familyOf,
  makeMetrics,
  makePast,
  objectViewOf,
  openSource,
  vatDataOf,
  vatViewOf,
} from '@cooperage/inspect';
import { readRecording, type ReadOptions } from '@cooperage/recording';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { OrderArbitrary } from '../../src/exploring/order-arbitrary.js';
import { closePool, E } from '../../src/index.js';
import { openDrivenWorld } from '../../src/world.js';

type Tables = Parameters<NonNullable<ReadOptions['onCrank']>>[1];

const folder = mkdtempSync(join(tmpdir(), 'cooperage-views-'));
afterAll(async () => {
  await closePool();
  rmSync(folder, { recursive: true, force: true });
});

const vat = (name: string): string => join(import.meta.dirname, 'vats', `${name}.js`);
const config = {
  bootstrap: 'ann',
  vats: { ann: vat('hoarder'), bob: vat('hoarder'), eve: vat('hoarder') },
  bundles: { child: { source: vat('child') } },
};

const who = fc.constantFrom('ann', 'bob', 'eve');
const step = fc.oneof(
  fc.record({ who, act: fc.constant('make'), args: fc.tuple(fc.nat(99)) }),
  fc.record({ who, act: fc.constant('pass'), to: who }),
  fc.record({
    who,
    act: fc.constant('write'),
    args: fc.tuple(fc.constantFrom('x', 'y', 'z'), fc.nat(99)),
  }),
  fc.record({
    who,
    act: fc.constantFrom('keep', 'erase'),
    args: fc.tuple(fc.constantFrom('x', 'y', 'z')),
  }),
  fc.record({ who, act: fc.constantFrom('drop', 'wait') }),
  fc.record({ who: fc.constant('ann'), act: fc.constant('spawn'), args: fc.tuple(fc.boolean()) }),
  fc.record({ who: fc.constant('ann'), act: fc.constant('fork') }),
);
const plans = fc.array(step, { minLength: 10, maxLength: 30 });

/** What the tables say that the views say, too. */
const lookAt = (tables: Tables) => {
  const keys = (from: string, to: string) => [...tables.rows.keys(from, to)];
  const vats = tables.vats.list();
  const objects = keys('ko', 'kp').filter((key) => /^ko\d+$/.test(key));
  const promises = keys('kp', 'kq').filter((key) => /^kp\d+$/.test(key));
  const dataOf = (vatID: string) => keys(`${vatID}.vs.`, `${vatID}.vs/`);
  return {
    counts: {
      vats: vats.length,
      objects: objects.length,
      promises: promises.filter((kp) => tables.promises.find(kp as never)?.state === 'unresolved')
        .length,
      waiting: vats.reduce((sum, vatID) => sum + tables.inboxes.length(vatID), 0),
    },
    family: vats.map((vatID) => {
      const { name, zygote = false, ancestor } = tables.vats.options(vatID);
      return { vatID, name, isZygote: zygote, isFork: ancestor !== undefined };
    }),
    data: vats.map((vatID) => ({
      vatID,
      keys: dataOf(vatID).map((key) => key.slice(vatID.length + 4)),
      inbox: tables.inboxes.length(vatID),
    })),
    holders: objects.map((ko) => ({
      ko,
      vats: vats.filter((vatID) => tables.cLists.toVat(vatID, ko as never) !== undefined),
    })),
    deciders: promises.map((kp) => {
      const { state, decider, subscribers } = tables.promises.get(kp as never);
      return { kp, state, decider, subscribers: subscribers.length };
    }),
  };
};

const randomWorld = async (seed: number): Promise<string> => {
  const shape = { choices: 60, steps: 60, crashes: false, upgrades: 0, evicted: 0 };
  const [order] = fc.sample(new OrderArbitrary(shape), { seed, numRuns: 1 });
  const [plan = []] = fc.sample(plans, { seed, numRuns: 1 });
  const world = await openDrivenWorld(config, { seed, ...(order !== undefined && { order }) });
  const { roots } = world;
  await world.quiescent();
  const answers = plan.map(({ who: name, act, ...rest }) => {
    const args = 'args' in rest ? rest.args : 'to' in rest ? [roots[rest.to]] : [];
    return E(roots[name as 'ann'])[act](...args);
  });
  await Promise.allSettled(answers);
  await world.quiescent();
  const file = join(folder, `world-${seed}.cooperage`);
  await world.save(file);
  await world.close();
  return file;
};

test.each([1, 2, 3, 4, 5, 6])('random world %i is shown as it was', async (seed) => {
  const store = await openSource(await randomWorld(seed));
  const seen = new Map<number, ReturnType<typeof lookAt>>();
  const recording = readRecording(store, {
    onCrank: ({ number }, tables) => seen.set(number, lookAt(tables)),
  });
  expect(recording.cut).toBeUndefined();
  const past = makePast(recording);
  const metrics = makeMetrics(recording, past);
  for (const [crank, expected] of seen) {
    expect(metrics.at(crank)).toMatchObject(expected.counts);
    expect(metrics.at(crank).rows).toBe(past.rowsAt(crank).size);
    const family = familyOf(recording, past, crank);
    expect(
      family
        .filter(({ endedIn }) => endedIn === undefined)
        .map(({ vatID, name, isZygote, origin }) => ({
          vatID,
          name,
          isZygote,
          isFork: origin === 'forked',
        })),
    ).toEqual(expected.family);
  }
  // The others read all rows for each crank.
  const cranks = fc.sample(fc.integer({ min: 1, max: recording.cranks.length }), {
    seed,
    numRuns: 6,
  });
  for (const crank of cranks) {
    const expected = seen.get(crank);
    for (const { vatID, keys, inbox } of expected?.data ?? []) {
      expect(vatViewOf(recording, past, vatID, crank)?.inbox).toBe(inbox);
      const data = vatDataOf(past, vatID, crank);
      expect(data?.rows ?? 0).toBe(keys.length);
      const book = data?.collections.find(({ label }) => label === 'book');
      const entries = book?.entries.map(({ key }) => `vc.${book.id}.${key}`) ?? [];
      expect(entries).toEqual(keys.filter((key) => key.startsWith(`vc.${book?.id}.s`)));
      const coins = data?.kinds.find(({ tag }) => tag === 'coin');
      const states = coins?.objects.map(({ vref }) => `vom.${vref}`) ?? [];
      expect(states).toEqual(keys.filter((key) => /^vom\.o\+d\d+\/\d+$/.test(key)));
    }
    for (const { ko, vats } of expected?.holders ?? []) {
      const view = objectViewOf(recording, past, ko, crank);
      expect(view?.holders.map(({ vatID }) => vatID)).toEqual(vats);
    }
    for (const { kp, state, decider, subscribers } of expected?.deciders ?? []) {
      const view = objectViewOf(recording, past, kp, crank);
      expect(view?.promise?.state).toBe(state);
      expect(view?.promise?.subscribers).toHaveLength(state === 'unresolved' ? subscribers : 0);
      const name = decider === undefined ? undefined : recording.nameOf(decider);
      expect(view?.promise?.decider).toBe(state === 'unresolved' ? name : undefined);
    }
  }
  await store.close();
});
