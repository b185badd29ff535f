import { describe, expect, it } from 'vitest';
import type { HostedVat, ThreadFault } from '@cooperage/worker-kit';
import { makeWatchdog } from '../src/watch/watchdog.js';

const MEGABYTE = 2 ** 20;

const makeThread = () => {
  const condemned: ThreadFault[] = [];
  const sign: { running: number | undefined; serial: number; n: number } = {
    running: undefined,
    serial: 0,
    n: 0,
  };
  let faults = 0;
  let onProcessor = 0;
  return {
    condemned,
    sign,
    busy: false,
    heard: 0,
    begin: (vat: number, n: number) => {
      Object.assign(sign, { running: vat, serial: sign.serial + 1, n });
    },
    touch: (pages: number) => {
      faults += pages;
    },
    pageFaults: () => faults,
    processorTime: () => onProcessor,
    work: (milliseconds: number) => {
      onProcessor += milliseconds;
    },
    vats: new Map([[1, { spec: { name: 'one', crankTimeLimit: 100 } } as HostedVat]]),
    condemn: (fault: ThreadFault) => condemned.push(fault),
  };
};

const watch = (...threads: ReturnType<typeof makeThread>[]) => {
  const world = { time: 0, megabytes: 100, hostFaults: 0, isDebugged: false };
  const watchdog = makeWatchdog({
    threads: () => threads,
    now: () => world.time,
    residentBytes: () => world.megabytes * MEGABYTE,
    hostPageFaults: () => world.hostFaults,
    mayBePaused: () => world.isDebugged,
    growthLimit: 50,
  });
  const lookAt = (time: number): void => {
    world.time = time;
    watchdog.look();
  };
  return { world, lookAt, paused: () => watchdog.debuggedTime };
};

describe('the watchdog', () => {
  it('condemns a crank that is seen to last too long', () => {
    const thread = makeThread();
    const { lookAt } = watch(thread);
    thread.begin(1, 7);
    for (const time of [0, 50, 99]) lookAt(time);
    expect(thread.condemned).toEqual([]);
    lookAt(100);
    expect(thread.condemned).toMatchObject([{ culprit: 1, kind: 'time-limit', n: 7 }]);
  });

  it('counts no time in which the host itself stood still', () => {
    const thread = makeThread();
    const { lookAt } = watch(thread);
    thread.vats.set(1, { spec: { name: 'one', crankTimeLimit: 1_000 } } as HostedVat);
    thread.begin(1, 7);
    for (const time of [0, 20, 60_000, 60_020]) lookAt(time);
    expect(thread.condemned).toEqual([]);
  });

  it('counts only time on the processor while a debugger may have stopped the thread', () => {
    const thread = makeThread();
    const { world, lookAt, paused } = watch(thread);
    world.isDebugged = true;
    thread.begin(1, 7);
    for (let time = 0; time < 60_000; time += 20) lookAt(time);
    expect(thread.condemned).toEqual([]);
    const stood = paused();
    expect(stood).toBeGreaterThan(59_900);
    for (let time = 60_000; thread.condemned.length === 0; time += 20) {
      thread.work(20);
      lookAt(time);
      expect(time).toBeLessThan(60_200);
    }
    expect(paused() - stood).toBeLessThanOrEqual(20);
    expect(thread.condemned).toMatchObject([{ culprit: 1, kind: 'time-limit', n: 7 }]);
  });

  it('takes no offence at many short cranks', () => {
    const thread = makeThread();
    const { lookAt } = watch(thread);
    for (let time = 0; time < 1_000; time += 20) {
      thread.begin(1, time);
      lookAt(time);
    }
    expect(thread.condemned).toEqual([]);
  });

  it('lets a thread rest between cranks', () => {
    const thread = makeThread();
    const { lookAt } = watch(thread);
    thread.begin(1, 7);
    lookAt(0);
    thread.sign.running = undefined;
    lookAt(1_000);
    thread.begin(1, 8);
    lookAt(2_000);
    expect(thread.condemned).toEqual([]);
  });

  it('condemns the crank that touched the most memory when the process grew too much', () => {
    const [greedy, slow] = [makeThread(), makeThread()];
    const { world, lookAt } = watch(slow, greedy);
    slow.begin(1, 3);
    lookAt(0);
    greedy.begin(1, 4);
    lookAt(10);
    world.megabytes = 140;
    lookAt(20);
    expect([...slow.condemned, ...greedy.condemned]).toEqual([]);
    greedy.touch(10_000);
    slow.touch(10);
    world.megabytes = 151;
    lookAt(30);
    expect(slow.condemned).toEqual([]);
    expect(greedy.condemned).toMatchObject([{ culprit: 1, kind: 'out-of-memory', n: 4 }]);
  });

  it('suspects nobody when the host itself grew', () => {
    const thread = makeThread();
    const { world, lookAt } = watch(thread);
    thread.begin(1, 3);
    lookAt(0);
    thread.touch(10);
    world.hostFaults += 10_000;
    world.megabytes = 500;
    lookAt(10);
    expect(thread.condemned).toEqual([]);
  });

  describe('where a thread owes something and runs nothing', () => {
    const LIMIT = 30_000;
    const silentFor = (milliseconds: number, thread = makeThread()) => {
      thread.busy = true;
      const { lookAt } = watch(thread);
      for (let time = 0; time <= milliseconds; time += 100) lookAt(time);
      return thread;
    };

    it('condemns it when it has said nothing for long, and blames no vat', () => {
      expect(silentFor(LIMIT - 200).condemned).toEqual([]);
      const [fault] = silentFor(LIMIT + 200).condemned;
      expect(fault).toMatchObject({ culprit: undefined, kind: 'crashed' });
    });

    it('waits longer where a crank may take longer', () => {
      const thread = makeThread();
      const spec = { name: 'slow', crankTimeLimit: 3 * LIMIT };
      thread.vats.set(2, { spec } as HostedVat);
      expect(silentFor(2 * LIMIT, thread).condemned).toEqual([]);
    });

    it('takes every word, and every crank, as a sign of life', () => {
      const thread = makeThread();
      thread.busy = true;
      const { lookAt } = watch(thread);
      for (let time = 0; time < 4 * LIMIT; time += 100) {
        if (time % LIMIT === 0) thread.heard += 1;
        lookAt(time);
      }
      expect(thread.condemned).toEqual([]);
    });

    it('blames nobody for looks that came late', () => {
      const thread = makeThread();
      thread.busy = true;
      const { lookAt } = watch(thread);
      for (const time of [0, 100, 10 * LIMIT, 20 * LIMIT]) lookAt(time);
      expect(thread.condemned).toEqual([]);
    });
  });
});
