// Runs the vats of this example in one heap, without a kernel, and under a scheduler that is as unfair as
// the seed says: what no test over real threads can do is to choose who comes first.
import './globals.js';
import { E, Far, passStyleOf } from '@endo/far';
import harden from '@endo/harden';
import { makeConfig, type Extent } from '../src/config.js';
import { readPrices, type Series } from '../src/prices.js';
import * as bank from '../src/vats/bank.js';
import * as exchange from '../src/vats/exchange.js';
import * as feed from '../src/vats/feed.js';
import * as main from '../src/vats/main.js';
import type { Settlement } from '../src/vats/main.js';
import * as trader from '../src/vats/trader.js';

const modules: Record<string, { buildRootObject: any }> = { bank, exchange, feed, main, trader };

/** A small generator of the linear kind (Numerical Recipes): a seed is a schedule. */
export const makeRandom = (seed: number) => {
  let state = seed >>> 0;
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

/**
 * An `E` whose messages and answers wait until chance takes them. As in the kernel, what is sent on one
 * reference arrives in the order sent; between references anything can overtake anything.
 */
export const makeUnfairE = (random: (below: number) => number): typeof E => {
  const queues = new Map<unknown, (() => void)[]>();
  let running = false;

  const runOne = () => {
    const keys = [...queues.keys()];
    const key = keys[random(keys.length)];
    const queue = queues.get(key)!;
    const task = queue.shift()!;
    if (queue.length === 0) queues.delete(key);
    task();
    if (queues.size > 0) setImmediate(runOne);
    else running = false;
  };
  const enqueue = (key: unknown, task: () => void) => {
    const queue = queues.get(key);
    if (queue === undefined) queues.set(key, [task]);
    else queue.push(task);
    if (!running) {
      running = true;
      setImmediate(runOne);
    }
  };

  const send = (target: any, method: PropertyKey, args: unknown[]) => {
    passStyleOf(harden(args)); // refuses what could not leave a vat
    return new Promise((resolve, reject) => {
      enqueue(target, () => {
        void Promise.resolve(target)
          .then((object) => object[method](...args))
          .then(
            (value) => {
              passStyleOf(harden(value));
              enqueue({}, () => resolve(value));
            },
            (reason: Error) => enqueue({}, () => reject(reason)),
          );
      });
    });
  };
  const makeProxy = (target: unknown) =>
    new Proxy(
      {},
      {
        get:
          (_, method) =>
          (...args: unknown[]) =>
            send(target, method, args),
      },
    );
  return Object.assign(makeProxy, { sendOnly: makeProxy }) as unknown as typeof E;
};

export interface Outcome {
  readonly settlement: Settlement;
  readonly progress: readonly (readonly [done: number, total: number])[];
}

/** Plays a run to its end. Without a seed, messages are delivered as `E` does it within one vat. */
export const play = async (
  extent: Extent,
  { seed, prices = readPrices() }: { seed?: number; prices?: readonly Series[] } = {},
): Promise<Outcome> => {
  Object.assign(globalThis, { E: seed === undefined ? E : makeUnfairE(makeRandom(seed)) });
  const config = makeConfig(prices, extent);
  const roots = Object.fromEntries(
    Object.entries(config.vats).map(([name, vat]) => {
      const module = modules[/(\w+)\.js$/.exec(vat.source)![1]!]!;
      const parameters = 'parameters' in vat ? vat.parameters : undefined;
      return [name, module.buildRootObject({}, parameters)];
    }),
  );
  const progress: [number, number][] = [];
  const services = {
    progress: Far('progress', {
      report: (done: number, total: number) => {
        progress.push([done, total]);
      },
    }),
  };
  const { main: root, ...others } = roots;
  await root.bootstrap(others, services);
  const settlement = await root.getSettlement();
  return { settlement, progress };
};
