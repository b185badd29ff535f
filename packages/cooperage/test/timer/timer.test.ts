/** The timer as vats use it, by the names of SwingSet's timer service, on both liveslots. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runInProcess } from '../cli/run-in-process.js';
import { type CooperageKernel, replayKernel } from '../../src/index.js';
import { fixture, openForTest, temporaryDirectory } from '../helpers.js';

const vat = { source: fixture('timer-vat.js') };
const PUBLISHED = import.meta.resolve('@agoric/swingset-liveslots');

const until = async <T>(look: () => Promise<T>, isIt: (seen: T) => boolean): Promise<T> => {
  for (;;) {
    const seen = await look();
    if (isIt(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

const operate = (kernel: CooperageKernel) => ({
  ask: (...args: unknown[]) => kernel.send('main', 'ask', args),
  keep: (...args: unknown[]) => kernel.send('main', 'keep', args),
  tell: (...args: unknown[]) => kernel.send('main', 'tell', args),
  woken: async (name: string) => (await kernel.send('main', 'woken', [name])) as number[],
});

describe.each([
  ['ours', {}, {}],
  ['the published liveslots', { liveslots: 'published', window: 1 }, { published: PUBLISHED }],
])('on %s', (_, options, liveslots) => {
  it('wakes once, again and again, and by a pattern, until it is cancelled', async () => {
    const kernel = await openForTest({
      liveslots,
      config: { bootstrap: 'main', vats: { main: { ...vat, ...options } } },
    });
    kernel.start();
    await kernel.run();
    const { ask, keep, tell, woken } = operate(kernel);
    const began = Date.now();
    expect(await ask('getCurrentTimestamp')).toBeGreaterThanOrEqual(began);

    // The time comes at once, the waking when it is due.
    expect(await ask('setWakeup', began + 3_600_000, '@never', '@token')).toBe(began + 3_600_000);
    expect(await ask('setWakeup', BigInt(began), '@once')).toBe(began);
    await until(
      () => woken('@once'),
      ({ length }) => length === 1,
    );

    await ask('repeatAfter', 1, 5, '@repeated', '@token');
    const times = await until(
      () => woken('@repeated'),
      ({ length }) => length > 2,
    );
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(await ask('cron', '* * * * * *', '@cron', { timeZone: 'UTC' })).toBeGreaterThan(began);
    await until(
      () => woken('@cron'),
      ({ length }) => length > 0,
    );
    expect(await ask('removeWakeup', '@cron')).toHaveLength(1);

    const delayed = ask('delay', 3_600_000, '@token');
    const late = expect(delayed).rejects.toThrow('the wait was cancelled');
    await kernel.run();
    await ask('cancel', '@token');
    await late;
    const count = (await woken('@repeated')).length;

    await keep('repeater', 'makeRepeater', 0, 5);
    await tell('repeater', 'schedule', '@scheduled');
    await until(
      () => woken('@scheduled'),
      ({ length }) => length > 1,
    );
    await tell('repeater', 'disable');
    await expect(tell('repeater', 'schedule', '@scheduled')).rejects.toThrow('was disabled');

    await keep('notifier', 'makeNotifier', 0, 10);
    const first = (await tell('notifier', 'getUpdateSince')) as Record<string, number>;
    const next = (await tell('notifier', 'getUpdateSince', first['updateCount'])) as typeof first;
    expect(next['updateCount']).toBeGreaterThan(first['updateCount'] as number);

    await keep('clock', 'getClock');
    await keep('brand', 'getTimerBrand');
    expect(await tell('clock', 'getCurrentTimestamp')).toBeGreaterThan(began);
    expect(await tell('brand', 'isMyClock', 'clock')).toBe(true);
    expect(await tell('brand', 'isMyClock', 'brand')).toBe(false);
    expect(await woken('@repeated')).toHaveLength(count);
    expect(await woken('@never')).toEqual([]);
    expect(await woken('@once')).toHaveLength(1);
  });
});

it('says what a call has wrong', async () => {
  const kernel = await openForTest({ config: { bootstrap: 'main', vats: { main: vat } } });
  await kernel.run();
  const { ask } = operate(kernel);
  await expect(ask('setWakeup', -1, '@a')).rejects.toThrow('milliseconds from 0');
  await expect(ask('setWakeup', 1, 'a')).rejects.toThrow('the handler, whose method "wake"');
  await expect(ask('repeatAfter', 0, 0, '@a')).rejects.toThrow('milliseconds from 1');
  await expect(ask('cron', 'never', '@a')).rejects.toThrow('CronPattern');
  await expect(ask('wait')).rejects.toThrow('the timer has no method "wait"; it has now, ');
});

it('goes on with a handler that fails, and lets go of one whose vat has ended', async () => {
  const logged: string[] = [];
  const kernel = await openForTest({
    config: { bootstrap: 'main', vats: { main: vat } },
    log: (_level, message) => void logged.push(message),
  });
  kernel.start();
  await kernel.run();
  const { ask, woken } = operate(kernel);
  await ask('repeatAfter', 0, 5, '@failing');
  await until(
    () => woken('@failing'),
    ({ length }) => length > 1,
  );
  expect(logged).toContainEqual(expect.stringContaining('its handler failed: not now'));
  kernel.quarantine.terminate('main', 'enough');
  await until(
    async () => logged,
    (all) => all.some((each) => each.includes('terminated')),
  );
});

describe('killed at any moment', () => {
  interface Life {
    ask(method: string, ...args: unknown[]): Promise<unknown>;
    kill(): Promise<void>;
  }
  const live = async (directory: string): Promise<Life> => {
    const child = fork(fixture('timers.mjs'), [directory], { stdio: 'inherit' });
    const answers = new Map<number, (answer: unknown) => void>();
    let last = 0;
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
      child.on(
        'message',
        ({ id, answer, ready }: { id: number; answer: unknown; ready?: true }) => {
          if (ready === true) resolve();
          else answers.get(id)?.(answer);
        },
      );
    });
    return {
      ask: (method, ...args) =>
        new Promise((resolve) => {
          last += 1;
          answers.set(last, resolve);
          child.send({ id: last, method, args });
        }),
      kill: () =>
        new Promise((resolve) => {
          child.once('exit', () => resolve());
          child.kill('SIGKILL');
        }),
    };
  };

  it('it wakes what is due once, and goes on with what repeats', async () => {
    const directory = join(temporaryDirectory(), 'state');
    const seen = async (life: Life, name: string) => (await life.ask('woken', name)) as number[];
    let known: number[] = [];
    for (const _ of [1, 2, 3]) {
      const life = await live(directory);
      const times = await until(
        () => seen(life, '@tick'),
        ({ length }) => length > known.length + 2,
      );
      // What an acknowledged answer told is still so.
      expect(times.slice(0, known.length)).toEqual(known);
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      await until(
        () => seen(life, '@repeated'),
        ({ length }) => length > 0,
      );
      known = times;
      await life.kill();
    }
    const life = await live(directory);
    expect(
      await until(
        () => seen(life, '@once'),
        ({ length }) => length > 0,
      ),
    ).toHaveLength(1);
    await life.ask('ask', 'cancel', '@token');
    const { length } = await seen(life, '@tick');
    await life.kill();
    const last = await live(directory);
    expect(await seen(last, '@tick')).toHaveLength(length);
    expect(await seen(last, '@once')).toHaveLength(1);
    await last.kill();
  });
});

it('is listed and cancelled on the command line, and a history with wake-ups replays', async () => {
  const directory = join(temporaryDirectory(), 'state');
  const config = { bootstrap: 'main', vats: { main: vat }, order: 'issue' } as const;
  const kernel = await openForTest({ config, directory });
  kernel.start();
  await kernel.run();
  const { ask, woken } = operate(kernel);
  const at = Date.now() + 3_600_000;
  await ask('setWakeup', at, '@later');
  await ask('cron', '0 3 * * *', '@nightly', { timeZone: 'Europe/Zurich' });
  await ask('repeatAfter', 0, 10, '@often');
  await until(
    () => woken('@often'),
    ({ length }) => length > 2,
  );

  const timers = async (...args: string[]) => {
    const { code, all } = await runInProcess(['timers', '-d', directory, ...args]);
    return { code, out: all };
  };
  const listed = await timers('--json');
  const { timers: shown } = JSON.parse(listed.out.join('\n')) as {
    timers: { id: string; kind: string }[];
  };
  expect(shown).toEqual([
    expect.objectContaining({ kind: 'repeat', vat: 'main', vatID: 'v1', every: 10 }),
    ...[
      expect.objectContaining({ kind: 'wakeup', at: new Date(at).toISOString() }),
      expect.objectContaining({ kind: 'cron', pattern: '0 3 * * *', timeZone: 'Europe/Zurich' }),
    ].sort(() => (shown[1]?.kind === 'wakeup' ? 0 : -1)),
  ]);
  const id = shown[0]?.id as string;
  expect((await timers('--cancel', id)).out.join('\n')).not.toContain('every 10 ms');
  expect(await timers('--cancel', id)).toMatchObject({
    code: 1,
    out: [expect.stringContaining(`the timer has no wake-up "${id}"`)],
  });
  await kernel.close();
  expect((await timers()).out.join('\n')).toMatch(/cron +main +\S+ +0 3 \* \* \* Europe\/Zurich/);
  const into = join(temporaryDirectory(), 'replayed');
  expect((await replayKernel({ directory, into })).difference).toBeUndefined();
});
