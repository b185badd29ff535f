/** Suspension: a crank that uses up what the vat may use is undone, and the vat goes on when there is more. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { CapData, KObject, KPromise, KRef, VatID } from '@cooperage/types';
import { checkTables } from '../../src/check/check.js';
import { makeTestKernel, outputsOf, type TestKernel, vref } from './a-kernel.js';

let kernel: TestKernel;
let meter: KObject;
let first: VatID;
let second: VatID;

const tables = () => kernel.core.kernel.tables;
const settleAll = (): void => {
  for (const number of outputsOf(kernel)) kernel.input((host) => host.settleOutput(number));
};
const send = (target: KRef, body: unknown, ...slots: KRef[]): KPromise =>
  kernel.input((host) => host.send(target, { body: `#${JSON.stringify(body)}`, slots }));
const answer = (kp: KPromise): [string, CapData<KRef>] => [
  tables().promises.get(kp).state,
  tables().promises.getData(kp),
];
const vatAdmin = (): KObject => kernel.input((host) => host.provideVatAdmin());
const rootOf = (vatID: VatID): KObject =>
  tables().cLists.toKernel(vatID, vref('o+0'))?.kref as KObject;
const go = (vatID: VatID, method = 'go'): KPromise => send(rootOf(vatID), [method, []]);

const run = (
  vatID: VatID,
  computrons: number,
  syscalls: readonly unknown[] = [],
  status: readonly string[] = ['ok'],
) => {
  const n = tables().windows.acked(vatID) + 1;
  const said = syscalls.map((syscall) => [syscall]);
  return kernel
    .speakFor(vatID, rootOf(vatID))
    .says(JSON.stringify({ n, status, syscalls: said, usage: { computrons } }));
};
/** The worker's own limit cuts the crank off. */
const cutOff = (vatID: VatID, computrons: number) =>
  run(vatID, computrons, [], ['exhausted', 'crank used more than 100 computrons']);

const out = (vatID: VatID): string[] =>
  tables()
    .windows.list(vatID)
    .map(({ text }) => /"go\w*|"\w+Vat"|bringOut/.exec(text)?.[0].replaceAll('"', '') ?? text);
const effectsOf = (): string[] =>
  kernel
    .effects()
    .map(({ type }) => type)
    .filter((type) => type.startsWith('vat-') || type === 'worker-stale');

const create = (options: object): { vatID: VatID; admin: KObject } => {
  const result = send(
    vatAdmin(),
    ['createVat', [`b1-${'0'.repeat(128)}`, { meter: '$0', whenExhausted: 'suspend', ...options }]],
    meter,
  );
  const vatID = tables().vats.list().at(-1) as VatID;
  kernel.input((host) => host.pin(rootOf(vatID)));
  run(vatID, 10);
  const [admin] = answer(result)[1].slots as [KObject];
  kernel.input((host) => host.pin(admin));
  settleAll();
  return { vatID, admin };
};

beforeEach(() => {
  kernel = makeTestKernel();
  const [, { slots }] = answer(send(vatAdmin(), ['createMeter', ['+1000']]));
  meter = slots[0] as KObject;
  kernel.input((host) => host.pin(meter));
  settleAll();
  first = create({ window: 2 }).vatID;
  second = create({ window: 2 }).vatID;
  kernel.effects();
});

const isSound = (): void => expect(checkTables(tables().rows)).toEqual([]);

describe('a meter that runs out', () => {
  test('undoes the crank and keeps the vat, its inbox, and what is out', () => {
    const results = [go(first, 'go1'), go(first, 'go2'), go(first, 'go3')];
    const retired = run(first, 981, [['vatstoreSet', 'key', 'value']]);
    expect(retired).toMatchObject({
      suspended: expect.stringMatching(/top up the meter/),
      syscalls: 0,
    });
    expect(retired.refused).toBeUndefined();
    expect(tables().vats.isAlive(first)).toBe(true);
    expect(tables().rows.has(`${first}.vs.key`)).toBe(false);
    expect(out(first)).toEqual(['go1', 'go2']);
    expect(tables().inboxes.length(first)).toBe(1);
    expect(effectsOf()).toEqual(['worker-stale', 'vat-suspended']);
    for (const kp of results) expect(tables().promises.get(kp).state).toBe('unresolved');
    isSound();
  });

  test('is no matter of the vats that it does not concern, and more work only waits', () => {
    go(first);
    run(first, 981);
    go(first, 'go2');
    send(meter, ['add', ['+100']]);
    go(second);
    expect(run(second, 50).suspended).toBeUndefined();
    expect(out(first)).toEqual(['go']);
    // Nothing is left to do.
    expect(kernel.core.isIdle()).toBe(true);
    isSound();
  });

  test('is topped up: the delivery is made again, and counts once', () => {
    go(first, 'go1');
    go(first, 'go2');
    run(first, 981);
    kernel.effects();
    send(meter, ['add', ['+980']]);
    expect(tables().isPaused(first)).toBe(true);
    send(meter, ['add', ['+20']]);
    expect(effectsOf()).toEqual(['vat-released']);
    expect(tables().isPaused(first)).toBe(false);
    expect(out(first)).toEqual(['go1', 'go2']);
    run(first, 981, [['vatstoreSet', 'key', 'value']]);
    expect(tables().rows.get(`${first}.vs.key`)).toBe('value');
    expect(run(first, 19).suspended).toBeUndefined();
    expect(answer(send(meter, ['get', []]))[1].body).toContain('"remaining":"+0"');
    settleAll();
    isSound();
  });

  test('bounds each crank from the beginning, and again when there is more', () => {
    const allowed = () =>
      tables()
        .windows.list(first)
        .map(({ computrons }) => computrons);
    go(first, 'go1');
    go(first, 'go2');
    expect(allowed()).toEqual([980, 980]);
    run(first, 500);
    go(first, 'go3');
    expect(allowed()).toEqual([980, 480]);
    isSound();
    // The worker breaks it off by itself.
    const { suspended } = run(first, 981, [], ['exhausted', 'more than 980 computrons']);
    expect(suspended).toBe(
      'the crank used more computrons than the meter holds: top up the meter, or set whenExhausted to "suspend"',
    );
    kernel.input((host) => host.topUp(meter, '3000'));
    expect(allowed()).toEqual([3000, 3000]);
    isSound();
  });

  test('and is topped up before the crank is broken off: it is made again', () => {
    go(first, 'go1');
    expect(tables().windows.list(first)[0]?.computrons).toBe(980);
    kernel.input((host) => host.topUp(meter, '5000'));
    kernel.effects();
    expect(run(first, 981, [], ['exhausted', 'too much']).suspended).toBe('too much');
    expect(effectsOf()).toEqual(['worker-stale', 'vat-suspended', 'vat-released']);
    expect(tables().windows.list(first)[0]?.computrons).toBe(4999);
    isSound();
  });

  test('with two that wait: each goes on when there is enough for it, in their order', () => {
    go(first);
    go(second);
    run(first, 981);
    run(second, 30);
    expect([first, second].map((each) => tables().isPaused(each))).toEqual([true, true]);
    kernel.input((host) => host.topUp(meter, '40'));
    expect([first, second].map((each) => tables().isPaused(each))).toEqual([true, false]);
    kernel.input((host) => host.topUp(meter, '1000'));
    expect(tables().isPaused(first)).toBe(false);
    isSound();
  });

  test('a vat that was ended meanwhile is not woken', () => {
    go(first);
    run(first, 981);
    kernel.input((host) =>
      host.terminateVat(first, true, { body: '#"enough"', slots: [] }, 'enough'),
    );
    send(meter, ['add', ['+5000']]);
    expect(tables().vats.isAlive(first)).toBe(false);
    settleAll();
    isSound();
  });

  test('comes last in the order of issue: others do not wait for it, nor does it for long', () => {
    go(first, 'go1');
    run(first, 981);
    for (let i = 0; i < 50; i += 1) {
      send(meter, ['add', ['+1']]);
      go(second);
      run(second, 1);
    }
    // The order has moved on, so that finding what is next takes no longer than before.
    expect(tables().counters.read('k.issue') - tables().counters.read('k.retired')).toBe(0);
    send(meter, ['add', ['+5000']]);
    expect(tables().inboxes.oldest()?.vatID).toBe(first);
    isSound();
  });
});

describe('a limit for one crank', () => {
  test('undoes it, and a higher limit lets the vat go on', () => {
    const { vatID, admin } = create({ computronLimit: 100 });
    kernel.effects();
    go(vatID);
    expect(cutOff(vatID, 101).suspended).toMatch(/more than 100/);
    // Topping up is of no use.
    send(meter, ['add', ['+5000']]);
    expect(tables().isPaused(vatID)).toBe(true);
    kernel.effects();
    const changed = send(admin, ['changeOptions', [{ computronLimit: 500 }]]);
    expect(answer(changed)[0]).toBe('fulfilled');
    expect(effectsOf()).toEqual(['worker-stale', 'vat-released']);
    expect(tables().vats.options(vatID).computronLimit).toBe(500);
    expect(run(vatID, 400).suspended).toBeUndefined();
    settleAll();
    isSound();
  });

  test('the host may have it try again', () => {
    const { vatID } = create({ computronLimit: 100 });
    go(vatID);
    cutOff(vatID, 101);
    kernel.input((host) => host.release(vatID));
    expect(tables().isPaused(vatID)).toBe(false);
    cutOff(vatID, 101);
    expect(tables().isPaused(vatID)).toBe(true);
    isSound();
  });
});

test('records that came in behind the crank that is undone are thrown away: their cranks are made again', () => {
  go(first, 'go1');
  go(first, 'go2');
  const n = tables().windows.acked(first) + 1;
  const record = (of: number, computrons: number): string =>
    JSON.stringify({
      n: of,
      status: ['ok'],
      syscalls: [[['vatstoreSet', `key${of - n}`, 'value']]],
      usage: { computrons },
    });
  kernel.core.arrived(first, record(n, 981));
  kernel.core.arrived(first, record(n + 1, 1));
  expect(kernel.core.retireNext()?.suspended).toBeDefined();
  expect(kernel.core.retireNext()).toBeUndefined();
  isSound();
  send(meter, ['add', ['+1000']]);
  // The record of the worker that is gone would be this one, if it still counted.
  expect(kernel.core.retireNext()).toBeUndefined();
  for (const [of, used] of [
    [n, 981],
    [n + 1, 1],
  ] as const) {
    kernel.core.arrived(first, record(of, used));
    expect(kernel.core.retireNext()).toMatchObject({ n: of, syscalls: 1 });
  }
  expect(['key0', 'key1'].map((key) => tables().rows.get(`${first}.vs.${key}`))).toEqual([
    'value',
    'value',
  ]);
  settleAll();
  isSound();
});

describe('what is asked of the administrator of a suspended vat', () => {
  let vatID: VatID;
  let admin: KObject;

  const state = (kp: KPromise): string => tables().promises.get(kp).state;
  const goOn = (): void => {
    send(meter, ['add', ['+100000']]);
    expect(run(vatID, 2000).suspended).toBeUndefined();
  };

  beforeEach(() => {
    ({ vatID, admin } = create({}));
    go(vatID);
    run(vatID, 2000);
    expect(tables().isPaused(vatID)).toBe(true);
  });

  test('done() tells nothing of it, and all of the end', () => {
    const done = send(admin, ['done', []]);
    expect(state(done)).toBe('unresolved');
    send(admin, ['terminateWithFailure', ['#error']]);
    expect(state(done)).toBe('rejected');
    expect(tables().vats.isAlive(vatID)).toBe(false);
    settleAll();
    isSound();
  });

  describe('an upgrade begins at once', () => {
    const bundle = `b1-${'1'.repeat(128)}`;

    test('and what was handed out is delivered to the new incarnation', () => {
      const upgraded = send(admin, ['upgrade', [bundle]]);
      expect([state(upgraded), out(vatID)]).toEqual(['unresolved', ['startVat']]);
      expect(tables().isPaused(vatID)).toBe(false);
      send(meter, ['add', ['+100']]);
      expect(run(vatID, 100).suspended).toBeUndefined();
      expect(answer(upgraded)[1].body).toBe(
        '#{"incarnationNumber":1,"uncollected":{"deliveries":2,"references":0}}',
      );
      expect([tables().vats.options(vatID).bundleID, out(vatID)]).toEqual([bundle, ['go']]);
      isSound();
    });

    test('and fails with what it needs: the vat is suspended as it was', () => {
      const before = tables().suspensions.find(vatID);
      const upgraded = send(admin, ['upgrade', [bundle]]);
      run(vatID, 100);
      expect(answer(upgraded)[1].body).toMatch(/was not upgraded: .*top up the meter/);
      expect([tables().suspensions.find(vatID), out(vatID)]).toEqual([before, ['go']]);
      isSound();
      goOn();
      expect(out(vatID)).toEqual([]);
      isSound();
    });

    test('and fails: a meter that was topped up meanwhile has the vat go on', () => {
      const upgraded = send(admin, ['upgrade', [bundle]]);
      send(meter, ['add', ['+100000']]);
      run(vatID, 10, [], ['error', 'it does not start']);
      expect([state(upgraded), tables().isPaused(vatID)]).toEqual(['rejected', false]);
      expect(out(vatID)).toEqual(['go']);
      isSound();
    });
  });

  test('a fork waits, too, and is charged to the same meter by the same rule', () => {
    const before = tables().vats.list().length;
    const forked = send(admin, ['fork', [[]]]);
    expect([state(forked), tables().vats.list()]).toEqual([
      'unresolved',
      expect.objectContaining({ length: before }),
    ]);
    goOn();
    const child = tables().vats.list().at(-1) as VatID;
    expect(tables().vats.list()).toHaveLength(before + 1);
    expect(tables().vats.options(child)).toMatchObject({ meter, whenExhausted: 'suspend' });
    expect(tables().isPaused(child)).toBe(false);
    isSound();
  });
});

test('a vat that has not started is not suspended: who asked for it is told', () => {
  const result = send(
    vatAdmin(),
    ['createVat', [`b1-${'0'.repeat(128)}`, { meter: '$0', whenExhausted: 'suspend' }]],
    meter,
  );
  const vatID = tables().vats.list().at(-1) as VatID;
  kernel.input((host) => host.pin(rootOf(vatID)));
  expect(run(vatID, 2000).refused).toMatchObject({ code: 'METER_EXHAUSTED' });
  expect(answer(result)[0]).toBe('rejected');
});

test('an option that there is not is complained about', () => {
  const result = send(vatAdmin(), [
    'createVat',
    [`b1-${'0'.repeat(128)}`, { whenExhausted: 'sleep' }],
  ]);
  expect(answer(result)[1].body).toContain(
    'whenExhausted must be \\"terminate\\" or \\"suspend\\", not \\"sleep\\"',
  );
});

describe('callers that are to wait no longer', () => {
  const newest = () => tables().inboxes.newestIssue();
  const why = { code: 'VAT_PAUSED', reasonCode: 'METER_EXHAUSTED' };
  let results: KPromise[];

  beforeEach(() => {
    results = [go(first, 'go1'), go(first, 'go2'), go(first, 'go3')];
    kernel.input((host) => host.pin(rootOf(second)));
    run(first, 981);
    expect(tables().isPaused(first)).toBe(true);
  });

  const stateOf = (kp: KPromise | undefined) => tables().promises.get(kp as KPromise).state;

  test('are rejected, whether their messages wait or are out, with the vat and the reason', () => {
    expect(kernel.input((host) => host.rejectWaiting(first, newest()))).toBe(false);
    for (const kp of results) {
      const [state, reason] = answer(kp);
      expect([state, reason]).toMatchObject(['rejected', { by: { ...why, vat: first } }]);
    }
    expect(tables().inboxes.length(first)).toBe(0);
    isSound();
    // Once is enough.
    kernel.input((host) => host.rejectWaiting(first, newest()));
    isSound();
  });

  test('leave what was handed out to the vat, which goes on and answers to no party', () => {
    kernel.input((host) => host.rejectWaiting(first, newest()));
    settleAll();
    kernel.input((host) => host.topUp(meter, '5000'));
    expect(tables().isPaused(first)).toBe(false);
    const [{ text } = { text: '' }] = tables().windows.list(first);
    const { delivery } = JSON.parse(text) as { delivery: [string, string, { result: string }] };
    const retired = run(first, 10, [
      ['resolve', [[delivery[2].result, false, { body: '#1', slots: [] }]]],
    ]);
    expect(retired.refused).toBeUndefined();
    isSound();
    expect(stateOf(go(first, 'go4'))).toBe('unresolved');
  });

  test('are those only that wait for long enough', () => {
    const upTo = newest();
    const later = go(first, 'go4');
    kernel.input((host) => host.rejectWaiting(first, upTo));
    expect(stateOf(results[2])).toBe('rejected');
    expect(stateOf(later)).toBe('unresolved');
    expect(tables().inboxes.length(first)).toBe(1);
    isSound();
  });

  test('are told some at a time, and what no caller waits for is kept', () => {
    const root = rootOf(first);
    const many = kernel.input((host) =>
      Array.from({ length: 700 }, () => host.send(root, { body: '#["go",[]]', slots: [] })),
    );
    kernel.input((host) => host.bringOutYourDead(first));
    const upTo = newest();
    expect(kernel.input((host) => host.rejectWaiting(first, upTo))).toBe(true);
    expect([stateOf(many[0]), stateOf(many[699])]).toEqual(['rejected', 'unresolved']);
    isSound();
    expect(kernel.input((host) => host.rejectWaiting(first, upTo))).toBe(false);
    expect(stateOf(many[699])).toBe('rejected');
    isSound();
  });

  test('are never those of a vat that goes on', () => {
    const result = go(second);
    expect(kernel.input((host) => host.rejectWaiting(second, newest()))).toBe(false);
    expect(stateOf(result)).toBe('unresolved');
  });
});
