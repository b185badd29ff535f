// The kernel of which bits are flipped: what was done in it, and what is asked of it afterwards.
import { join } from 'node:path';
import { openKernel } from '../../dist/index.js';

const source = join(import.meta.dirname, 'keeper-vat.js');
const NAMES = ['ann', 'ben', 'cas'];
export const config = {
  // A busy machine is not what is looked for.
  crankTimeLimit: 600_000,
  bundles: { keeper: { source } },
  vats: {
    ann: { bundle: 'keeper' },
    ben: { bundle: 'keeper' },
    // Its heap is kept as images, which are blobs.
    cas: { bundle: 'keeper', engine: 'quickjs' },
  },
};

const quiet = { log: () => undefined };

/** Fills a new kernel and leaves it as it is: this process ends by a signal, or closes it. */
export const fill = async (directory, left) => {
  const kernel = await openKernel({
    ...quiet,
    directory,
    control: false,
    config,
    threads: 1,
    on: { console: () => undefined },
  });
  await kernel.send('ann', 'connect', [kernel.root('ben')]);
  await kernel.send('ben', 'connect', [kernel.root('cas')]);
  for (let i = 0; i < 60; i += 1) {
    await kernel.send(NAMES[i % 3], 'add', [i, 'text '.repeat(i % 20 === 7 ? 2_000 : i)]);
    if (i === 40) await kernel.snapshot('cas');
    if (i === 20) await kernel.upgradeVat('ben', { bundle: 'keeper' });
  }
  kernel.send('ann', 'wait').catch(() => undefined);
  await kernel.run();
  if (left === 'killed') process.kill(process.pid, 'SIGKILL');
  await kernel.close();
};

const isCorrupt = (error) => error?.code === 'STORE_CORRUPT';

/**
 * Opens the kernel and asks all vats for all that they keep.
 *
 * @returns `answers`, or the name of what happened instead
 */
export const ask = async (directory) => {
  const seen = { ended: false, quarantined: false };
  let failure;
  let kernel;
  try {
    kernel = await openKernel({
      ...quiet,
      directory,
      control: false,
      config,
      threads: 1,
      on: {
        console: () => undefined,
        'vat-ended': () => (seen.ended = true),
        'vat-quarantined': () => (seen.quarantined = true),
        failed: (error) => (failure = error),
      },
    });
  } catch (error) {
    return { outcome: isCorrupt(error) ? 'refused' : 'other error', detail: String(error) };
  }
  const answers = [];
  try {
    for (const name of NAMES) {
      const sent = kernel.send(name, 'all');
      const paused = kernel.run().then((outcome) => outcome.paused?.length > 0);
      // The answer of a vat in quarantine does not come.
      answers.push(
        await Promise.race([
          sent,
          paused.then((isPaused) => (isPaused ? 'none: it is paused' : sent)),
        ]),
      );
    }
    await kernel.run();
    await kernel.close();
  } catch (error) {
    failure ??= error;
    await kernel.close().catch(() => undefined);
  }
  if (seen.ended) return { outcome: 'vat ended', detail: String(failure) };
  if (seen.quarantined) return { outcome: 'vat quarantined', detail: String(failure) };
  if (failure !== undefined) {
    return {
      outcome: isCorrupt(failure) ? 'stopped' : 'other error',
      detail: String(failure?.stack),
    };
  }
  return { answers };
};
