import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openKernel, type CooperageKernel } from 'cooperage';
import { bundleContracts, makeConfig, type Engine } from './config.js';
import { makeForkTimes, type ForkTimes } from './fork-times.js';
import type { Parameters, View } from './vats/main.js';

export interface HostOptions {
  readonly engine: Engine;
  readonly plan: Parameters['plan'];
  /** Undefined: in memory. */
  readonly directory?: string | undefined;
  readonly fresh?: boolean;
  readonly onView?: (view: View) => void;
  /** A line for people who wait. */
  readonly say?: (line: string) => void;
  /** What vats write to their consoles, and that is where liveslots notes each error that one vat sends another. */
  readonly onConsole?: (name: string, text: string) => void;
}

export interface OpenHost {
  readonly kernel: CooperageKernel;
  readonly forkTimes: ForkTimes['milliseconds'];
}

/** Opens the kernel where it was left, or for the first time, and waits until the contracts are installed. */
export const openHost = async ({
  engine,
  plan,
  directory,
  fresh = false,
  onView = () => {},
  say = () => {},
  onConsole = () => {},
}: HostOptions): Promise<OpenHost> => {
  const forkTimes = makeForkTimes();
  const contracts = await bundleContracts((contract) => say(`bundling the contract ${contract}`));
  const home = directory === undefined ? undefined : join(directory, plan);
  if (home !== undefined) {
    if (fresh) rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
  }
  const kernel = await openKernel({
    config: makeConfig({ contracts, plan }, engine),
    ...(home !== undefined && { directory: home }),
    services: { page: { show: onView } },
    on: {
      ...forkTimes.on,
      'vat-ready': (event) => {
        forkTimes.on['vat-ready'](event);
        if (event.name.startsWith('zygote of ')) say(`made the ${event.name}`);
      },
      bundling: ({ source }) => say(`bundling ${source}`),
      console: ({ name, text }) => onConsole(name, text),
    },
  });
  try {
    if (!kernel.isNew) say('going on where it was');
    await kernel.send('main', 'ready', []);
  } catch (error) {
    await kernel.close();
    throw error;
  }
  return { kernel, forkTimes: forkTimes.milliseconds };
};
