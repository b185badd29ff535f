import { createHash } from 'node:crypto';
import { makeMemoryBackend, type MemoryBackend } from '@cooperage/store';
import type { VatWorkerHost } from '@cooperage/types';
import type { CooperageKernel, KernelConfig } from 'cooperage';
import { makeVatWorkers, openPlayed, type PlayedProcess, resolveConfig } from 'cooperage/testing';
import { makeGate } from './gate.js';

export type OpenedPlayed = Awaited<ReturnType<typeof openPlayed>>;
export type ResolvedWorldConfig = Awaited<ReturnType<typeof resolveConfig>>;

/** A kernel with its vats started, of which worlds begin as copies: bundling and booting are done once. */
export interface Base {
  readonly config: ResolvedWorldConfig;
  /** A copy of its store. */
  fork(): MemoryBackend;
}

const THREADS = 2;
const HEAP_MEGABYTES = 512;

let shared: VatWorkerHost | undefined;

/** The threads of all worlds of this process. They do not keep it alive while they have nothing to do. */
export const pool = (): VatWorkerHost =>
  (shared ??= makeVatWorkers({ threads: THREADS, heapLimitMB: HEAP_MEGABYTES }));

/** Ends the threads that worlds run on. A world that is opened later starts new ones. */
export const closePool = async (): Promise<void> => {
  const ended = shared;
  shared = undefined;
  await ended?.stop();
};

/** Entropy for vats with the option `ambient`: as random as a hash, and the same in each run. */
export const makeEntropy = (seed: number): (() => string) => {
  let drawn = 0;
  return () => {
    drawn += 1;
    return createHash('sha256').update(`${seed} ${drawn}`).digest('hex');
  };
};

export interface KernelOfWorld {
  readonly backend: MemoryBackend;
  readonly workers: VatWorkerHost;
  readonly played: PlayedProcess;
  readonly services: Readonly<Record<string, object>>;
  readonly seed: number;
  /** Vats in memory at a time; all if left out. */
  readonly online?: number | undefined;
  readonly onConsole: (name: string, text: string) => void;
}

/** Opens the kernel of a world on its store. */
export const openKernelOfWorld = (
  config: ResolvedWorldConfig,
  { backend, workers, played, services, seed, online, onConsole }: KernelOfWorld,
): Promise<CooperageKernel> =>
  openPlayed(
    {
      store: backend,
      workers,
      services,
      manual: true,
      played,
      ambientSource: { now: () => played.clock.now(), entropy: makeEntropy(seed) },
      log: (level, message) => onConsole('logger', `${level}: ${message}`),
      on: { console: ({ name, text }) => onConsole(name, text) },
    },
    async () => (online === undefined ? config : { ...config, maxVatsOnline: online }),
  );

const BOOT = 'boots a world';

const makeBase = async (
  written: KernelConfig,
  services: Readonly<Record<string, object>>,
  clock: PlayedProcess['clock'],
): Promise<Base> => {
  const resolved = await resolveConfig({
    // A busy machine is no reason to end a vat.
    crankTimeLimit: 60_000,
    ...written,
    order: 'adversarial',
    history: true,
  });
  const config = { ...resolved, directory: undefined };
  const backend = makeMemoryBackend();
  const gate = makeGate(pool());
  const kernel = await openKernelOfWorld(config, {
    backend,
    // While it boots, what the workers say goes through as it comes.
    workers: { ...gate.workers, start: (spec, sink) => pool().start(spec, sink) },
    played: { clock, choices: 'none', opened: () => undefined },
    services,
    seed: 0,
    onConsole: () => undefined,
  });
  const copy = backend.fork();
  await kernel.close();
  return { config, fork: () => copy.fork() };
};

const bases = new Map<string, Promise<Base>>();

/**
 * The base for this config; made once in this process for the same config, and for the same sources of its vats.
 *
 * @param fingerprint what the sources are, so that a base is made anew where one was edited
 */
export const provideBase = (
  written: KernelConfig,
  services: Readonly<Record<string, object>>,
  clock: PlayedProcess['clock'],
): Promise<Base> => {
  const key = JSON.stringify([BOOT, process.cwd(), written, Object.keys(services).sort()]);
  const known = bases.get(key);
  if (known !== undefined) return known;
  const made = makeBase(written, services, clock);
  bases.set(key, made);
  made.catch(() => bases.delete(key));
  return made;
};
