/** When cranks ran, as their workers say: no worker has to tell the truth. */
import type { Core } from '@cooperage/kernel';
import type { VatID } from '@cooperage/types';
import { expect, test } from 'vitest';
import { makeCrankWatch } from '../src/watch/crank-watch.js';

const ANN = 'v1' as VatID;
const ORIGIN = performance.timeOrigin;

/** The watch of a kernel in which nothing but this happens. */
const makeWatch = () => {
  let time = 0;
  const ran: (readonly [began: number, ended: number])[] = [];
  const threads: (number | undefined)[] = [];
  const kernel = { tables: { inboxes: { newestIssue: () => 0 }, vats: { isAlive: () => true } } };
  const timeLog = {
    ran: (began: number, ended: number, thread?: number) => {
      ran.push([began, ended].map(asMillis) as never);
      threads.push(thread);
    },
  };
  const watch = makeCrankWatch(
    { kernel } as unknown as Pick<Core, 'kernel'>,
    { isWanted: () => true, timeLog },
    () => time,
  );
  return {
    ran,
    threads,
    watch,
    at: (then: number, act: () => void) => {
      time = then;
      act();
    },
    retire: (n: number) => watch.retired({ vatID: ANN, n } as never).duration,
  };
};

const asMillis = (moment: number): number => Math.round(moment / 1000 - ORIGIN);

test.each([
  ['says', ORIGIN + 20, ORIGIN + 30, 20, 30],
  ['by a clock that is a little late', ORIGIN + 9.9, ORIGIN + 40.1, 10, 40],
  ['says nothing', undefined, undefined, 10, 40],
  ['says texts', '20', '30', 10, 40],
  ['says no number', NaN, Infinity, 10, 40],
  ['says that it ended before it began', ORIGIN + 30, ORIGIN + 20, 10, 40],
  ['says that it ran tomorrow', ORIGIN + 1e9, ORIGIN + 2e9, 10, 40],
  ['says that it ran yesterday', ORIGIN - 2e9, ORIGIN - 1e9, 10, 40],
])('a worker that %s', (_what, began, ended, from, to) => {
  const { watch, at, retire, ran } = makeWatch();
  at(10, () => watch.handedOut(ANN, 1));
  at(40, () => {
    watch.ran(ANN, { began, ended, thread: undefined });
    watch.arrived(ANN);
  });
  const duration = retire(1);
  expect(ran).toEqual([[from, to]]);
  expect(Math.round(duration ?? NaN)).toBe(to - from);
});

test.each([7, 0, undefined, -1, 0.5, '7', NaN, {}])('a worker that names thread %s', (thread) => {
  const { watch, at, retire, threads } = makeWatch();
  at(10, () => watch.handedOut(ANN, 1));
  at(40, () => {
    watch.ran(ANN, { began: undefined, ended: undefined, thread });
    watch.arrived(ANN);
  });
  retire(1);
  expect(threads).toEqual([thread === 7 || thread === 0 ? thread : undefined]);
});

test('what was said of a record that went with its worker is forgotten', () => {
  const { watch, at, retire, ran, threads } = makeWatch();
  at(10, () => watch.handedOut(ANN, 1));
  at(20, () => {
    watch.ran(ANN, { began: ORIGIN + 11, ended: ORIGIN + 12, thread: 1 });
    watch.arrived(ANN);
    watch.workerLost(ANN);
  });
  at(50, () => {
    watch.ran(ANN, { began: ORIGIN + 45, ended: ORIGIN + 49, thread: 2 });
    watch.arrived(ANN);
  });
  retire(1);
  expect(ran).toEqual([[45, 49]]);
  expect(threads).toEqual([2]);
});

test('the cranks of a vat that answers several at once follow each other', () => {
  const { watch, at, retire, ran } = makeWatch();
  at(10, () => {
    watch.handedOut(ANN, 1);
    watch.handedOut(ANN, 2);
  });
  at(40, () => watch.arrived(ANN));
  at(41, () => watch.arrived(ANN));
  retire(1);
  retire(2);
  expect(ran).toEqual([
    [10, 40],
    [40, 41],
  ]);
});
