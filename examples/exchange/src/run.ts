import { openKernel } from 'cooperage';
import { makeConfig } from './config.js';
import type { Options } from './options.js';
import { toJson, type Outcome } from './outcome.js';
import { readPrices } from './prices.js';
import { makeProgress, type Sink } from './progress.js';
import type { Run } from './run-record.js';
import type { Settlement } from './vats/main.js';

/**
 * Opens the kernel where the run left it, or for the first time, and lets it work until there is nothing
 * left to do. Undefined if it was interrupted before.
 */
export const play = async (
  run: Run,
  { order, threads }: Pick<Options, 'order' | 'threads'>,
  sink: Sink,
  interrupted: Promise<unknown>,
): Promise<Outcome | undefined> => {
  const progress = makeProgress(sink);
  const kernel = await openKernel({
    directory: run.kernelDirectory,
    config: makeConfig(readPrices(), run.extent),
    order,
    ...(threads !== undefined && { threads }),
    services: { progress: { report: progress.report } },
    on: {
      bundled: ({ name }) => progress.prepare(`bundling the vats: ${name}`),
      'worker-started': ({ toReplay }) => {
        if (toReplay > 0) progress.prepare('bringing the vats back to where they were');
      },
    },
  });

  const work = async (): Promise<Outcome> => {
    const began = performance.now();
    // The vats' first messages are in their inboxes since the kernel was made: all that is left is to run.
    await kernel.run();
    const seconds = (performance.now() - began) / 1000;
    const { cranks, mostCranksAtOnce, meanCranksAtOnce, mostVatsAtOnce, meanVatsAtOnce } =
      kernel.stats();
    const settlement = (await kernel.send('main', 'getSettlement', [])) as Settlement;
    const continued = run.state !== 'new';
    return {
      settlement: toJson(settlement),
      figures: {
        cranks,
        seconds,
        mostCranksAtOnce,
        meanCranksAtOnce,
        mostVatsAtOnce,
        meanVatsAtOnce,
        continued,
      },
    };
  };

  try {
    const outcome = work();
    outcome.catch(() => {}); // if it is not awaited any more
    return await Promise.race([outcome, interrupted.then(() => undefined)]);
  } finally {
    progress.end();
    // Between two cranks, and when all that was done is on disk.
    await kernel.close();
  }
};
