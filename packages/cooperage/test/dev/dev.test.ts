/** Vats get what is saved while their kernel runs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/config.js';
import { type DevSession, type OnDifference, startDev } from '../../src/dev/dev-session.js';
import { replayKernel } from '../../src/index.js';
import { openKernel } from '../../src/open-kernel.js';
import { workersFor } from '../../src/workers/tool-workers.js';
import { temporaryDirectory } from '../helpers.js';

const HELPER = (word: string): string => `export const greeting = '${word}';`;

const VAT = (body = ''): string => `
import { greeting } from './helper.js';
export const buildRootObject = (_powers, _parameters, baggage) => {
  let inMemory = 0;
  if (!baggage.has('durable')) baggage.init('durable', 0);
  return Far('root', {
    count: () => {
      ${body}
      inMemory += 1;
      baggage.set('durable', baggage.get('durable') + 1);
      return [greeting, inMemory, baggage.get('durable')];
    },
  });
};`;

const sessions: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const each of sessions.splice(0)) await each.close();
});

const project = async () => {
  const folder = temporaryDirectory();
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write('helper.js', HELPER('Hello'));
  write('vat.js', VAT());
  write(
    'cooperage.json',
    JSON.stringify({
      history: true,
      crankTimeLimit: 60_000,
      threads: 1,
      vats: { counter: { source: './vat.js' } },
    }),
  );
  const config = await resolveConfig(join(folder, 'cooperage.json'));
  const directory = join(folder, 'state');
  const told: string[] = [];
  let choice: OnDifference = 'keep';
  let whenAsked: () => void = () => undefined;
  const start = async (): Promise<DevSession> => {
    const workers = workersFor({ threads: 1 });
    const session = await startDev({
      config,
      workers,
      openGateway: async () => undefined,
      open: (fresh) =>
        openKernel({
          config: config.file ?? '',
          directory,
          fresh,
          ignoreChanges: true,
          on: { console: () => undefined, 'config-changed': () => undefined },
        }),
      choose: async () => {
        whenAsked();
        return choice;
      },
      tell: {
        failedBundle: (vat, message) => void told.push(`${vat}: ${message}`),
        rehearsed: ({ outcome, difference }) => void told.push(`${outcome} at ${difference?.n}`),
        done: (vat, what) => void told.push(`${vat}: ${what}`),
        began: (isFresh) => void told.push(isFresh ? 'new' : 'again'),
        failed: (vat, message) => void told.push(`${vat} failed: ${message}`),
      },
    });
    const close = async (): Promise<void> => {
      await session.close();
      await workers.stop();
    };
    sessions.push({ close });
    return session;
  };
  /** Waits until that was said, and the next save finds the kernel at work. */
  const hears = (what: string | RegExp) =>
    expect.poll(() => told.join('\n'), { timeout: 120_000 }).toMatch(what);
  return {
    ...{ folder, directory, write, start, told, hears },
    prefer: (next: OnDifference): void => {
      choice = next;
      told.length = 0;
    },
    whenAsked: (act: () => void): void => {
      whenAsked = act;
    },
  };
};

it('code that does the same takes over with its state, and the kernel can be replayed', async () => {
  const { write, start, hears, prefer, directory, told } = await project();
  const session = await start();
  const count = () => session.kernel().send('counter', 'count');
  expect(await count()).toEqual(['Hello', 1, 1]);
  expect(await count()).toEqual(['Hello', 2, 2]);

  prefer('keep');
  write('vat.js', VAT("console.log('counts');"));
  await hears('counter: took over');
  expect(await count()).toEqual(['Hello', 3, 3]);

  // A module that it imports; the answer is another, and the old code continues.
  prefer('keep');
  write('helper.js', HELPER('Hi'));
  await hears(/differs at \d+\ncounter: kept/);
  expect(await count()).toEqual(['Hello', 4, 4]);

  prefer('keep');
  write('vat.js', 'export const buildRootObject = () => {\n  const = 5;\n};');
  await hears(/vat\.js:2:\d+: /);
  expect(told.join('\n')).toMatch(/\n> 2 \| {3}const = 5;\n {4}\| +\^/);
  expect(await count()).toEqual(['Hello', 5, 5]);

  // Durable data stays, what was in memory does not.
  prefer('upgrade');
  write('vat.js', VAT());
  await hears('counter: upgraded');
  expect(await count()).toEqual(['Hi', 1, 6]);

  prefer('fresh');
  write('helper.js', HELPER('Good day'));
  await hears('new');
  await expect
    .poll(async () => count().catch(() => []), { timeout: 60_000 })
    .toEqual(['Good day', 1, 1]);
  await session.settled();

  // While it does not run something is saved that does the same: the next start finds that.
  await sessions.pop()?.close();
  write('vat.js', VAT('void 0;'));
  prefer('keep');
  const again = await start();
  expect(told).toEqual(['again', 'counter: took over']);
  expect(await again.kernel().send('counter', 'count')).toEqual(['Good day', 2, 2]);
  await sessions.pop()?.close();
  expect(await replayKernel({ directory, threads: 1 })).not.toHaveProperty('difference');
});

it('what is saved while the start still asks is tried too', async () => {
  const { write, start, hears, prefer, whenAsked, told } = await project();
  const first = await start();
  await first.kernel().send('counter', 'count');
  await sessions.pop()?.close();
  write('helper.js', HELPER('Hi'));
  prefer('keep');
  whenAsked(() => {
    whenAsked(() => undefined);
    write('helper.js', HELPER('Good day'));
  });
  await start();
  await hears(/counter: kept\ndiffers at \d+\ncounter: kept/);
  expect(told[0]).toBe('again');
});
