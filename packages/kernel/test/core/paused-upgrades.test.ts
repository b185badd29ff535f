/** An upgrade of a paused vat needs no heap of the old incarnation: neither its dead nor its goodbye. */
import type { Divergence, KPromise, NumberedDelivery, VatID } from '@cooperage/types';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  call,
  data,
  fulfil,
  makeTestKernel,
  outputsOf,
  send,
  type TestKernel,
  type TestVat,
  vref,
} from './a-kernel.js';

const NEW_BUNDLE = `b1-${'1'.repeat(128)}` as never;
const DIVERGENCE = { n: 1, index: 0, expected: 'a', actual: 'b' } as unknown as Divergence;

describe.each(['arrival', 'issue', 'sequential'] as const)('in %s order', (order) => {
  let kernel: TestKernel;
  let bob: TestVat;
  let alice: TestVat;

  beforeEach(() => {
    kernel = makeTestKernel(order);
    bob = kernel.vat('bob', 4);
    alice = kernel.vat('alice', 4, bob.root);
  });

  const tables = () => kernel.core.kernel.tables;
  const go = (method: string, ...slots: string[]): KPromise =>
    kernel.input((host) => host.send(bob.root, call(method, ...(slots as never[]))));
  const upgrade = (...parameters: string[]): KPromise =>
    kernel.input((host) =>
      host.upgradeVat(bob.vatID, {
        bundleID: NEW_BUNDLE,
        vatParameters: data(...(parameters as never[])),
        upgradeMessage: 'better now',
      }),
    );
  const quarantine = (vatID: VatID = bob.vatID): void => {
    // What its worker said does not count.
    kernel.core.workerLost(vatID);
    kernel.input((host) => host.quarantine(vatID, DIVERGENCE));
  };
  const answer = (kp: KPromise) => {
    const { state } = tables().promises.get(kp);
    return [state, state === 'unresolved' ? undefined : tables().promises.getData(kp).body];
  };
  /** Methods, or tags of what is no message. */
  const out = (): string[] =>
    tables()
      .windows.list(bob.vatID)
      .map(({ text }) => {
        const { delivery } = JSON.parse(text) as NumberedDelivery;
        if (delivery[0] !== 'message') return delivery[0];
        return (JSON.parse(delivery[2].methargs.body.slice(1)) as [string])[0];
      });
  const settleAll = (): void => {
    for (const number of outputsOf(kernel)) kernel.input((host) => host.settleOutput(number));
  };
  const isQuarantined = (): boolean => tables().quarantines.has(bob.vatID);
  const uncollected = (deliveries: number): string =>
    `#{"incarnationNumber":1,"uncollected":{"deliveries":${deliveries},"references":0}}`;

  test('what was out and what waits goes to the new incarnation, in its order', () => {
    const results = ['one', 'two', 'three', 'four', 'five'].map((method) => go(method));
    quarantine();
    results.push(go('six'));
    const upgraded = upgrade();
    expect([isQuarantined(), out()]).toEqual([false, ['startVat']]);
    bob.does(['vatstoreSet', 'key', 'new']);
    // `startVat`, and what was out: one delivery where they go one by one.
    expect(answer(upgraded)).toEqual(['fulfilled', uncollected(order === 'sequential' ? 2 : 5)]);
    expect(tables().vats.options(bob.vatID).bundleID).toBe(NEW_BUNDLE);
    for (const method of ['one', 'two', 'three', 'four', 'five', 'six']) {
      expect(out()[0]).toBe(method);
      bob.deliveries();
      const [{ text } = { text: '' }] = tables().windows.list(bob.vatID);
      const { delivery } = JSON.parse(text) as NumberedDelivery;
      bob.does(fulfil(delivery[0] === 'message' ? (delivery[2].result as string) : ''));
    }
    expect(results.map((kp) => answer(kp)[0])).toEqual(Array(6).fill('fulfilled'));
    settleAll();
    kernel.insistSound();
  });

  test('an upgrade that waited before the vat was paused begins then, before what waited before it', () => {
    go('one');
    const upgraded = upgrade();
    const later = go('two');
    expect(out()).toEqual(['one']);
    quarantine();
    expect(out()).toEqual(['startVat']);
    bob.does();
    expect(answer(upgraded)[0]).toBe('fulfilled');
    expect(out()[0]).toBe('one');
    expect(answer(later)[0]).toBe('unresolved');
    kernel.insistSound();
  });

  test.each(['bringOutYourDead', 'stopVat'])(
    'one that was under way goes on without the heap: %s',
    (step) => {
      const upgraded = upgrade();
      if (step === 'stopVat') bob.does(['vatstoreSet', 'by old', 'yes']);
      expect(out()).toEqual([step]);
      quarantine();
      expect([isQuarantined(), out()]).toEqual([false, ['startVat']]);
      bob.does();
      expect(answer(upgraded)).toEqual(['fulfilled', uncollected(step === 'stopVat' ? 0 : 1)]);
      expect(tables().rows.has(`${bob.vatID}.vs.by old`)).toBe(step === 'stopVat');
      kernel.insistSound();
    },
  );

  test('one that fails leaves the vat in quarantine, with all that it had', () => {
    const first = go('one');
    go('two');
    quarantine();
    const before = [out(), tables().inboxes.length(bob.vatID), tables().windows.acked(bob.vatID)];
    const upgraded = upgrade();
    bob.says('{"n":5}');
    const [state, reason] = answer(upgraded);
    expect([state, reason]).toEqual(['rejected', expect.stringContaining('was not upgraded')]);
    expect(tables().quarantines.find(bob.vatID)).toEqual(DIVERGENCE);
    const after = [out(), tables().inboxes.length(bob.vatID), tables().windows.acked(bob.vatID)];
    expect(after).toEqual(before);
    kernel.insistSound();
    // The reason may be gone.
    kernel.input((host) => host.release(bob.vatID));
    expect(out()[0]).toBe('one');
    const [{ text } = { text: '' }] = tables().windows.list(bob.vatID);
    const { delivery } = JSON.parse(text) as NumberedDelivery;
    bob.deliveries();
    bob.does(fulfil(delivery[0] === 'message' ? (delivery[2].result as string) : ''));
    expect(answer(first)[0]).toBe('fulfilled');
    expect(tables().vats.options(bob.vatID).bundleID).not.toBe(NEW_BUNDLE);
    settleAll();
    kernel.insistSound();
  });

  test('the second of two is made as any other, or takes the place of one that failed', () => {
    quarantine();
    const [one, two, three] = [upgrade(), upgrade(), upgrade()];
    bob.says('{"n":2}');
    expect([answer(one)[0], out()]).toEqual(['rejected', ['startVat']]);
    bob.does();
    expect([answer(two)[0], out()]).toEqual(['fulfilled', ['bringOutYourDead']]);
    for (const _ of ['bringOutYourDead', 'stopVat', 'startVat']) bob.does();
    expect(answer(three)).toEqual(['fulfilled', '#{"incarnationNumber":2}']);
    settleAll();
    kernel.insistSound();
  });

  test('a new incarnation whose worker says that it differs has not started', () => {
    quarantine();
    const upgraded = upgrade();
    quarantine();
    expect([answer(upgraded)[0], isQuarantined()]).toEqual(['rejected', true]);
    kernel.insistSound();
  });

  test('a vat that ends meanwhile rejects what was out, what waits, and the upgrade', () => {
    const results = [go('one'), go('two')];
    quarantine();
    const upgraded = upgrade();
    kernel.input((host) =>
      host.terminateVat(bob.vatID, true, { body: '#"given up"', slots: [] }, 'given up'),
    );
    for (const kp of [...results, upgraded]) {
      expect(answer(kp)).toEqual(['rejected', expect.stringContaining('given up')]);
    }
    settleAll();
    kernel.insistSound();
  });

  test('a message to what does not survive is rejected, and news keeps its name', () => {
    // Bob exports an object and waits for a promise of alice.
    kernel.input((host) => host.send(alice.root, call('go')));
    alice.deliveries();
    alice.does(send('o-1', 'take', ['p+9'], 'p+10'), ['subscribe', vref('p+10')]);
    bob.deliveries();
    bob.does(['subscribe', vref('p-1')], fulfil('p-2', { body: '#"$0"', slots: [vref('o+7')] }));
    alice.deliveries();
    alice.does(send('o-2', 'gone', [], 'p+11'), ['subscribe', vref('p+11')], fulfil('p+9'));
    const told = tables().cLists.toKernel(bob.vatID, vref('p-1'))?.kref as KPromise;
    quarantine();
    const upgraded = upgrade();
    bob.does();
    expect(answer(upgraded)[0]).toBe('fulfilled');
    kernel.insistSound();
    const [{ text } = { text: '' }] = tables().windows.list(bob.vatID);
    expect((JSON.parse(text) as NumberedDelivery).delivery).toMatchObject([
      'notify',
      [['p-1', false, {}]],
    ]);
    bob.does();
    expect(tables().cLists.toVat(bob.vatID, told)).toBeUndefined();
    // What alice waits for.
    expect(JSON.stringify(alice.deliveries().map(({ delivery }) => delivery))).toContain('p+11');
    kernel.insistSound();
  });

  test('an answer that the vat awaits of itself keeps its name, by which the rejection is told', () => {
    kernel.input(() =>
      tables().vats.setOptions(bob.vatID, {
        ...tables().vats.options(bob.vatID),
        enablePipelining: true,
      }),
    );
    go('one');
    bob.deliveries();
    bob.does(send('p-1', 'more', [], 'p+5'), ['subscribe', vref('p+5')]);
    // The message to bob's own promise is out, so that bob decides its answer.
    expect(out()).toEqual(['more']);
    quarantine();
    const upgraded = upgrade();
    bob.does();
    expect(answer(upgraded)[0]).toBe('fulfilled');
    kernel.insistSound();
    const [{ text } = { text: '' }] = tables().windows.list(bob.vatID);
    expect((JSON.parse(text) as NumberedDelivery).delivery).toMatchObject([
      'notify',
      [['p+5', true, {}]],
    ]);
  });
});
