/** Options of a running vat change at one point of its history: between what was delivered before and what after. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  call,
  makeTestKernel,
  NOTHING,
  outputsOf,
  type TestKernel,
  type TestVat,
} from './a-kernel.js';

describe.each([1, 3])('with a window of %i', (window) => {
  let kernel: TestKernel;
  let bob: TestVat;

  beforeEach(() => {
    kernel = makeTestKernel('issue');
    bob = kernel.vat('bob', window);
    kernel.effects();
  });

  const tables = () => kernel.core.kernel.tables;
  const options = () => tables().vats.options(bob.vatID);
  const tell = (count: number): void => {
    for (let i = 0; i < count; i += 1) kernel.input((host) => host.send(bob.root, call('go')));
  };
  const settleAll = (): void => {
    for (const output of outputsOf(kernel)) kernel.input((host) => host.settleOutput(output));
  };

  test('what is handed out after it is under the new window, what is before under the old one', () => {
    tell(5);
    const changed = kernel.input((host) => host.changeOptions(bob.vatID, { window: 2 }));
    tell(4);
    expect(bob.deliveries()).toHaveLength(window);
    for (let left = 5; left > 0; left -= 1) {
      expect(options().window).toBe(window);
      expect(tables().promises.get(changed).state).toBe('unresolved');
      bob.does();
    }
    expect(options().window).toBe(2);
    expect(tables().promises.get(changed).state).toBe('fulfilled');
    expect(tables().windows.size(bob.vatID)).toBe(2);
    for (let i = 0; i < 4; i += 1) bob.does();
    settleAll();
    expect(kernel.core.isIdle()).toBe(true);
    // It takes no delivery: the vat is told nothing.
    expect(tables().windows.acked(bob.vatID)).toBe(10);
  });

  test('at a vat that is at rest it takes effect at once', () => {
    kernel.input((host) => host.changeOptions(bob.vatID, { reapInterval: 2 }));
    expect(options().reapInterval).toBe(2);
    tell(4);
    const tags: string[] = [];
    while (!kernel.core.isIdle() && tags.length < 9) {
      tags.push(...bob.deliveries().map(({ delivery }) => delivery[0]));
      if (tables().windows.size(bob.vatID) > 0) bob.does();
      else settleAll();
    }
    expect(tags.filter((tag) => tag === 'bringOutYourDead').length).toBeGreaterThan(1);
  });

  test.each([
    [{ crankTimeLimit: 500 }, true],
    [{ ownThread: true }, true],
    [{ ownThread: false, window: 9, reapReferences: 4 }, false],
  ])('%j: the vat gets another worker: %s', (changes, isStale) => {
    kernel.input((host) => host.changeOptions(bob.vatID, changes));
    expect(options()).toMatchObject(changes);
    const stale = { type: 'worker-stale', vatID: bob.vatID };
    if (isStale) expect(kernel.effects()).toContainEqual(stale);
    else expect(kernel.effects()).not.toContainEqual(stale);
  });

  test('a vat that ends first says so to who asked, and who asks later is told at once', () => {
    tell(1);
    const changed = kernel.input((host) => host.changeOptions(bob.vatID, { window: 2 }));
    kernel.input((host) => host.terminateVat(bob.vatID, true, NOTHING, 'ended by the host'));
    expect(tables().promises.get(changed).state).toBe('rejected');
    expect(() => kernel.input((host) => host.changeOptions(bob.vatID, { window: 2 }))).toThrow(
      /bob has terminated: ended by the host/,
    );
    settleAll();
    kernel.insistSound();
  });

  test('by the admin facet, which checks what it is given', () => {
    const admin = kernel.input((host) => {
      const made = host.provideVatAdmin();
      host.pin(made);
      host.setName('bundle', 'code', `b1-${'0'.repeat(128)}`);
      return made;
    });
    const made = kernel.input((host) =>
      host.send(admin, {
        body: '#["createVat",["code",{"reapInterval":7,"window":2}]]',
        slots: [],
      }),
    );
    const carol = tables().vats.list().at(-1)!;
    expect(tables().vats.options(carol)).toMatchObject({ reapInterval: 7, window: 2 });
    kernel.core.arrived(carol, '{"n":1,"status":["ok"],"syscalls":[],"usage":null}');
    kernel.core.retireNext();
    const facet = tables()
      .promises.getData(made)
      .slots.find((each) => kernel.owner(each) === 'kernel')!;
    const ask = (body: string) => kernel.input((host) => host.send(facet, { body, slots: [] }));
    const outcome = (kp: ReturnType<typeof ask>) => [
      tables().promises.get(kp).state,
      tables().promises.getData(kp).body,
    ];
    expect(outcome(ask('#["changeOptions",[{"window":5,"ownThread":true}]]'))[0]).toBe('fulfilled');
    expect(tables().vats.options(carol)).toMatchObject({
      reapInterval: 7,
      window: 5,
      ownThread: true,
    });
    for (const [body, reason] of [
      ['#["changeOptions",[{"window":0}]]', /window must be a whole number from 1 to 1024/],
      ['#["changeOptions",[{"ownThread":1}]]', /ownThread must be true or false, not 1/],
      ['#["changeOptions",[{"name":"x"}]]', /changeOptions has no option \\"name\\"; did you mean/],
      ['#["changeOptions",["x"]]', /must be a record/],
      [
        '#["changeoptions",[{}]]',
        /it has done, terminateWithFailure, upgrade, changeOptions, fork and takeOffline/,
      ],
    ] as const) {
      const [state, data] = outcome(ask(body));
      expect(state).toBe('rejected');
      expect(data).toMatch(reason);
    }
    expect(tables().vats.options(carol).window).toBe(5);
    kernel.insistSound();
  });
});
