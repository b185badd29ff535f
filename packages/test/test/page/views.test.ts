/** What the page shows of random worlds, compared with the kernel's own tables after every crank. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cyclesAt,
  crankViewOf,
  familyOf,
  type Filter,
  makeMetrics,
  makePast,
  makeTerms,
  objectViewOf,
  openSource,
  overviewOf,
  timelineOf,
  tryMessage,
  vatDataOf,
  vatViewOf,
} from '@cooperage/inspect';
import { type Crank, readRecording, type ReadOptions, type Recording } from '@cooperage/recording';
import { findGarbage } from '@cooperage/tools';
import { makeVatWorkers } from 'cooperage/testing';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { OrderArbitrary } from '../../src/exploring/order-arbitrary.js';
import { closePool, E } from '../../src/index.js';
import { openDrivenWorld } from '../../src/world.js';

type Tables = Parameters<NonNullable<ReadOptions['onCrank']>>[1];

const folder = mkdtempSync(join(tmpdir(), 'cooperage-views-'));
const workers = makeVatWorkers({ threads: 1, heapLimitMB: 512 });
afterAll(async () => {
  await workers.stop();
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
  fc.record({ who: fc.constant('ann'), act: fc.constant('fork'), args: fc.tuple(fc.nat(9)) }),
  fc.record({ who, act: fc.constant('knot'), to: who }),
);
const plans = fc.array(step, { minLength: 10, maxLength: 30 });

type WindowText = {
  readonly n: number;
  readonly delivery: readonly [
    tag: string,
    target: string | readonly (readonly [vpid: string])[],
    message?: {
      readonly methargs: { readonly body: string; readonly slots: readonly string[] };
    } & {
      readonly result?: string | null;
    },
  ];
};

/** What is out to vats, as the tables have it: by vat and number, in krefs. */
const lookAtWindows = (tables: Tables, seen: Map<string, Out>): void => {
  for (const vatID of tables.vats.list()) {
    for (const { text } of tables.windows.list(vatID)) {
      const krefOf = (vref: string) =>
        tables.cLists.toKernel(vatID, vref as never)?.kref as string | undefined;
      const { n, delivery } = JSON.parse(text) as WindowText;
      const [tag, target, message] = delivery;
      const key = `${vatID} ${n}`;
      if (seen.has(key)) continue;
      if (tag === 'notify' && typeof target !== 'string') {
        seen.set(key, { answers: target.map(([vpid]) => krefOf(vpid)), refs: [] });
      }
      if (tag !== 'message' || message === undefined) continue;
      const { methargs, result } = message;
      seen.set(key, {
        method: (JSON.parse(methargs.body.slice(1)) as [string])[0],
        result: typeof result === 'string' ? krefOf(result) : undefined,
        refs: [target as string, ...methargs.slots].map(krefOf),
        answers: [],
      });
    }
  }
};

interface Out {
  readonly method?: string;
  readonly result?: string | undefined;
  readonly refs: readonly (string | undefined)[];
  readonly answers: readonly (string | undefined)[];
}

/** What the tables say that the views say, too. */
const lookAt = (tables: Tables) => {
  const keys = (from: string, to: string) => [...tables.rows.keys(from, to)];
  const vats = tables.vats.list();
  const objects = keys('ko', 'kp').filter((key) => /^ko\d+$/.test(key));
  const promises = keys('kp', 'kq').filter((key) => /^kp\d+$/.test(key));
  const dataOf = (vatID: string) => keys(`${vatID}.vs.`, `${vatID}.vs/`);
  return {
    newestIssue: tables.inboxes.newestIssue() as number,
    counts: {
      vats: vats.length,
      objects: objects.length,
      promises: promises.filter((kp) => tables.promises.find(kp as never)?.state === 'unresolved')
        .length,
      waiting: vats.reduce((sum, vatID) => sum + tables.inboxes.length(vatID), 0),
    },
    family: vats.map((vatID) => {
      const { name, zygote = false, ancestor, creator } = tables.vats.options(vatID);
      const [, parent = undefined] = /^fork of (.*)$/s.exec(name) ?? [];
      const maker = creator === undefined ? undefined : tables.vats.options(creator).name;
      return {
        ...{ vatID, name, isZygote: zygote, isFork: ancestor !== undefined },
        parent: parent ?? maker,
      };
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

interface RandomWorld {
  readonly file: string;
  /** The same world when half of its plan was done. */
  readonly half: string;
  /** What `state()` answered then, by vat and its root. */
  readonly states: readonly { readonly kref: string; readonly answer: string }[];
}

const randomWorld = async (seed: number): Promise<RandomWorld> => {
  const shape = { choices: 60, steps: 60, crashes: false, upgrades: 0, evicted: 0 };
  const [order] = fc.sample(new OrderArbitrary(shape), { seed, numRuns: 1 });
  const [plan = []] = fc.sample(plans, { seed, numRuns: 1 });
  const world = await openDrivenWorld(config, { seed, ...(order !== undefined && { order }) });
  const { roots } = world;
  const follow = async (part: typeof plan): Promise<void> => {
    const answers = part.map(({ who: name, act, ...rest }) => {
      const args = 'args' in rest ? rest.args : 'to' in rest ? [roots[rest.to]] : [];
      return E(roots[name as 'ann'])[act](...args);
    });
    await Promise.allSettled(answers);
    await world.quiescent();
  };
  await world.quiescent();
  await follow(plan.slice(0, plan.length / 2));
  const half = join(folder, `half-${seed}.cooperage`);
  await world.save(half);
  const states = [];
  for (const root of Object.values(roots)) {
    const state = (await E(root)['state']()) as string[];
    const answer = `[${state.map((each) => JSON.stringify(each)).join(', ')}]`;
    states.push({ kref: world.krefOf(root) ?? '', answer });
  }
  await follow(plan.slice(plan.length / 2));
  const file = join(folder, `world-${seed}.cooperage`);
  await world.save(file);
  await world.close();
  return { file, half, states };
};

/** How the cycles are ordered is no matter. */
const shownCycles = ({ cycles, suspects }: Awaited<ReturnType<typeof cyclesAt>>) => ({
  suspects,
  cycles: cycles.map(({ objects }) => objects.map(({ kref }) => kref).sort()).sort(),
});

/** The cranks that a filter finds are those whose deliveries the kernel's tables had. */
const compareFilters = (recording: Recording, out: ReadonlyMap<string, Out>): void => {
  const terms = makeTerms(recording);
  const whole = { from: 1, to: recording.cranks.length };
  const found = (filter: Filter): number[] =>
    timelineOf(recording, whole, { isWanted: terms.wanted(filter) })
      .boxes.filter(({ isOther }) => isOther === undefined)
      .map(({ crank }) => crank);
  const outOf = ({ vatID, delivery }: Crank) => out.get(`${vatID} ${delivery?.n}`);
  const expected = (test: (out: Out) => boolean): number[] =>
    recording.cranks.flatMap((crank) => {
      const own = outOf(crank);
      return own !== undefined && test(own) ? [crank.number] : [];
    });
  const methods = new Set([...out.values()].flatMap(({ method }) => method ?? []));
  expect(
    terms
      .view()
      .methods.map(({ name }) => name)
      .sort(),
  ).toEqual([...methods].sort());
  for (const method of methods) {
    const asked = new Set(
      [...out.values()].flatMap((each) => (each.method === method ? (each.result ?? []) : [])),
    );
    expect(found({ method })).toEqual(
      expected((each) => each.method === method || each.answers.some((kp) => asked.has(kp ?? ''))),
    );
    const sent = recording.deliveries.filter(({ message }) => message?.method === method).length;
    expect(terms.view().methods).toContainEqual({ name: method, messages: sent });
  }
  for (const { id } of overviewOf(recording, 'here').lanes) {
    const own = recording.cranks.filter(({ vatID = 'host' }) => vatID === id);
    expect(found({ vat: id })).toEqual(own.map(({ number }) => number));
  }
  for (const object of recording.objects.keys()) {
    const all = found({ object });
    for (const number of expected(({ refs }) => refs.includes(object))) {
      expect(all).toContain(number);
    }
    // The others made, deleted or answered with it.
    for (const number of all) {
      const crank = recording.crank(number);
      const row =
        crank && [...crank.writes].some(([key, value]) => `${key} ${value}`.includes(object));
      const answers = crank?.delivery?.promises ?? [];
      expect(
        row === true ||
          (crank !== undefined && outOf(crank)?.refs.includes(object) === true) ||
          answers.some((kp) => recording.promises.get(kp)?.resolution?.includes(object)),
      ).toBe(true);
    }
  }
  // Coins are never sent anything; what waits and what is tied is only passed on.
  for (const { name } of terms.view().interfaces) {
    for (const number of found({ interface: name })) {
      const crank = recording.crank(number) as Crank;
      const targets = outOf(crank)?.refs.slice(0, 1) ?? [];
      expect(
        crank.delivery?.promises !== undefined ||
          targets.some((ref) => recording.interfaces.get(ref ?? '') === name),
      ).toBe(true);
    }
  }
};

test.each([1, 2, 3, 4, 5, 6])('random world %i is shown as it was', async (seed) => {
  const { file, half, states } = await randomWorld(seed);
  const store = await openSource(file);
  const seen = new Map<number, ReturnType<typeof lookAt>>();
  const out = new Map<string, Out>();
  const recording = readRecording(store, {
    onCrank: ({ number }, tables) => {
      seen.set(number, lookAt(tables));
      lookAtWindows(tables, out);
    },
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
        .map(({ vatID, name, isZygote, origin, parent }) => ({
          vatID,
          name,
          isZygote,
          isFork: origin === 'forked',
          parent: family.find((each) => each.vatID === parent)?.name,
        })),
    ).toEqual(expected.family);
  }
  for (const { number } of recording.cranks) {
    const { delivery } = crankViewOf(recording, past, number) ?? {};
    const issue = recording.crank(number)?.delivery?.issue;
    if (delivery === undefined || issue === undefined) continue;
    // It got its number in the crank in which it entered the inbox, and was there when it left it.
    expect(seen.get(delivery.enteredInbox)?.newestIssue).toBeGreaterThanOrEqual(issue);
    expect(seen.get(delivery.enteredInbox - 1)?.newestIssue ?? 0).toBeLessThan(issue);
    expect(delivery.leftInbox).toBeGreaterThanOrEqual(delivery.enteredInbox);
    expect(delivery.leftInbox).toBeLessThan(number);
  }
  compareFilters(recording, out);
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
      // Who keeps it is told where it is kept, and only there.
      const reachable = past.tablesAt(crank).objects.find(ko as never)?.reachable ?? 0;
      const keepers = view?.retainers.filter(({ keeps }) => keeps) ?? [];
      expect([ko, keepers.length > 0]).toEqual([ko, reachable > 0]);
      for (const { path } of keepers) expect(path[0] ?? 'host').not.toMatch(/^v\d/);
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

  // What was saved after half of the plan has the kernel's own tables of that moment.
  const then = await openSource(half);
  const crank = readRecording(then).cranks.length;
  const cycles = shownCycles(await cyclesAt({ source: file, crank, workers }));
  expect(cycles).toEqual(shownCycles(await findGarbage(then, workers)));
  await then.close();
  // Nothing came between that moment and the first question, which the fork is asked, too.
  for (const { kref, answer } of states) {
    const methargs = { body: '#["state",[]]', slots: [] };
    const tried = await tryMessage({ source: file, crank, workers, target: kref, methargs });
    expect(tried.answer).toBe(`fulfilled ${answer}`);
  }
});
