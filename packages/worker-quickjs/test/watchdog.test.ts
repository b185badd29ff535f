import type { ThreadFault } from '@cooperage/worker-kit';
import { makeQuickJSWorkerHost } from '@cooperage/worker-quickjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeWatchdog, type WatchedThread } from '../src/host/watchdog.js';
import { bundleOf, openVat, openWithLimit } from './helpers/vat.js';

/** `stuck` spends minutes in one built-in before the engine would ask anybody. */
const bundle = bundleOf(
  `{
    ping: () => 'pong',
    stuck: () => { const text = 'a'.repeat(4000000); for (;;) text.indexOf('a'.repeat(2000) + 'b'); },
  }`,
);

const plainHost = () => {
  const host = makeQuickJSWorkerHost({ threads: 1, unmetered: 'plain' });
  onTestFinished(() => host.stop());
  return host;
};

describe('a crank that nobody inside of the thread can break off', () => {
  it('is the fault of its vat, and of none that shares the thread', async () => {
    const host = plainHost();
    const { vat, crankTimeLimit } = await openWithLimit(host, { bundle, name: 'harmful' });
    const neighbours = [1, 2, 3].map(() => openVat(host, { bundle }));
    for (const each of neighbours) expect(await each.value('ping')).toBe('pong');
    const n = vat.post('stuck');
    expect(await vat.exit).toEqual({
      kind: 'time-limit',
      n,
      message: `crank ${n} of harmful took more than ${crankTimeLimit} ms and could not be interrupted`,
    });
    for (const each of neighbours) expect(await each.exit).toMatchObject({ kind: 'collateral' });
    // They come up again from what they were told before, in a new thread.
    const [one] = neighbours;
    const again = openVat(host, { bundle });
    expect(await again.value('ping')).toBe('pong');
    expect(again.texts).toEqual(one?.texts);
  });

  it('ends nothing else where the vat has a thread of its own', async () => {
    const host = makeQuickJSWorkerHost({ threads: 1 });
    onTestFinished(() => host.stop());
    const neighbour = openVat(host, { bundle });
    await neighbour.value('ping');
    const { vat } = await openWithLimit(host, { bundle, ownThread: true });
    const n = vat.post('stuck');
    expect(await vat.exit).toMatchObject({ kind: 'time-limit', n });
    expect(await neighbour.value('ping')).toBe('pong');
  });

  it('does not keep a vat from being stopped', async () => {
    const host = plainHost();
    const { vat } = await openWithLimit(host, { bundle });
    vat.post('stuck');
    await vat.stop();
    expect(vat.texts).toHaveLength(2);
    const next = openVat(host, { bundle });
    expect(await next.value('ping')).toBe('pong');
  });
});

describe('the watchdog', () => {
  const watchOne = (limit: number) => {
    let time = 0;
    const faults: ThreadFault[] = [];
    const signs = { running: 1 as number | undefined, serial: 1, n: 7 };
    const vats = new Map([[1, { spec: { name: 'watched', crankTimeLimit: limit } }]]);
    const thread: WatchedThread = {
      get sign() {
        return { ...signs };
      },
      busy: true,
      heard: 0,
      vats: vats as unknown as WatchedThread['vats'],
      condemn: (fault) => {
        faults.push(fault);
      },
    };
    let isDebugged = false;
    const watchdog = makeWatchdog({
      threads: () => [thread],
      now: () => time,
      mayBePaused: () => isDebugged,
    });
    const debug = (): void => {
      isDebugged = true;
    };
    const pass = (milliseconds: number): void => {
      time += milliseconds;
      watchdog.look();
    };
    return { pass, signs, faults, debug };
  };

  it('blames no crank while a debugger may have stopped it', () => {
    const { pass, faults, debug } = watchOne(500);
    debug();
    for (let i = 0; i < 1_000; i += 1) pass(100);
    expect(faults).toEqual([]);
  });

  it('blames a crank that stays, and names it', () => {
    const { pass, faults } = watchOne(500);
    for (let i = 0; i < 24; i += 1) pass(100);
    expect(faults).toEqual([]);
    for (let i = 0; i < 3; i += 1) pass(100);
    expect(faults[0]).toMatchObject({ culprit: 1, kind: 'time-limit', n: 7 });
  });

  it('blames nobody for the cranks of others, nor for what passed while the host was busy', () => {
    const { pass, signs, faults } = watchOne(500);
    for (let i = 0; i < 100; i += 1) {
      signs.serial += 1;
      pass(100);
    }
    pass(60_000);
    pass(60_000);
    signs.running = undefined;
    pass(100);
    expect(faults).toEqual([]);
  });
});
