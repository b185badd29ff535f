/** A kernel whose vats get what is saved: the same course, and the new code takes over; another, and it is asked. */
import { type Bundle, makeBundler } from '@cooperage/bundler';
import type { Rehearsal } from '@cooperage/tools';
import { asError, hasCode, messageOf, type VatWorkerHost } from '@cooperage/types';
import { staticVat } from '../changes/find-changes.js';
import type { ResolvedConfig } from '../config/config.js';
import { partsOf } from '../control/parts.js';
import type { CooperageKernel } from '../kernel-api.js';
import { takeOver } from './take-over.js';
import { watchFiles } from './watch-files.js';

/** What becomes of a vat whose new code does something else. */
export type OnDifference = 'upgrade' | 'fresh' | 'keep';

export interface DevPowers {
  readonly config: ResolvedConfig;
  /** @param fresh deletes the kernel that is there */
  readonly open: (fresh: boolean) => Promise<CooperageKernel>;
  /** The gateway of the config, where it names one; closed before the kernel. */
  readonly openGateway: (
    kernel: CooperageKernel,
  ) => Promise<{ readonly close: () => Promise<void> } | undefined>;
  readonly workers: VatWorkerHost;
  readonly tell: {
    readonly failedBundle: (vat: string, message: string) => void;
    readonly rehearsed: (rehearsal: Rehearsal) => void;
    readonly done: (vat: string, what: 'took over' | 'upgraded' | 'kept') => void;
    readonly began: (isFresh: boolean) => void;
    readonly failed: (vat: string, message: string) => void;
  };
  readonly choose: (rehearsal: Rehearsal) => Promise<OnDifference>;
}

export interface DevSession {
  readonly kernel: () => CooperageKernel;
  /** Resolves when what was saved so far has been dealt with. */
  readonly settled: () => Promise<void>;
  /** The kernel cannot go on. */
  readonly failed: Promise<never>;
  readonly close: () => Promise<void>;
}

/** What the code of a vat was made of, as far as it is known. */
const filesOf = (source: string, bundle: Bundle | undefined): readonly string[] => [
  source,
  ...(bundle?.files ?? []).map(([path]) => path),
];

/** Opens the kernel, gives its vats what was changed while it did not run, and then what is saved. */
export const startDev = async (powers: DevPowers): Promise<DevSession> => {
  const { config, open, openGateway, workers, tell, choose } = powers;
  const bundler = makeBundler();
  const files = new Map<string, readonly string[]>();
  /** The code of which a person has said that the vat is not to have it. */
  const declined = new Map<string, string>();
  let isClosed = false;
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);

  let closeGateway: () => Promise<void> | undefined = () => undefined;

  const end = async (ended: CooperageKernel): Promise<void> => {
    await closeGateway();
    await ended.close();
  };

  const begin = async (fresh: boolean): Promise<CooperageKernel> => {
    const opened = await open(fresh);
    opened.start();
    try {
      const gateway = await openGateway(opened);
      closeGateway = () => gateway?.close();
    } catch (error) {
      await opened.close();
      throw error;
    }
    declined.clear();
    tell.began(fresh || opened.isNew);
    return opened;
  };
  let kernel = await begin(false);

  const follow = (vat: string, of: readonly string[]): void => {
    files.set(vat, of);
    watch.follow([...files.values()].flat());
  };

  /** Bundles it until all that it is made of was watched before: what is saved in between would be missed. */
  const bundleOf = async (vat: string, source: string): Promise<Bundle | undefined> => {
    try {
      for (;;) {
        const watched = new Set(files.get(vat));
        const bundle = await bundler.bundle(source);
        const of = filesOf(source, bundle);
        follow(vat, of);
        if (of.every((file) => watched.has(file))) return bundle;
      }
    } catch (error) {
      if (!hasCode(error, 'BAD_BUNDLE') && !hasCode(error, 'BUNDLE_NOT_FOUND')) throw error;
      // What it was made of is watched on, and what is wrong is among it.
      follow(vat, [...new Set([...filesOf(source, undefined), ...(files.get(vat) ?? [])])]);
      tell.failedBundle(vat, messageOf(error));
      return undefined;
    }
  };

  /** Nothing is retired meanwhile, unless an operator sends something. */
  const tryHere = async (vat: string, source: string, bundle: Bundle): Promise<Rehearsal> => {
    await kernel.stop();
    try {
      return await takeOver(partsOf(kernel), { vat, source, bundle, workers });
    } finally {
      if (!isClosed) kernel.start();
    }
  };

  /** @returns whether all vats begin anew */
  const give = async (vat: string, source: string, bundle: Bundle): Promise<boolean> => {
    const rehearsal = await tryHere(vat, source, bundle);
    if (rehearsal.outcome === 'same') {
      tell.done(vat, 'took over');
      return false;
    }
    // The former code goes on while a person reads that.
    tell.rehearsed(rehearsal);
    const choice = await choose(rehearsal);
    if (choice === 'fresh') return true;
    if (choice === 'upgrade') await kernel.upgradeVat(vat, { source });
    else declined.set(vat, bundle.id);
    tell.done(vat, choice === 'upgrade' ? 'upgraded' : 'kept');
    return false;
  };

  const look = async (vat: string, source: string): Promise<boolean> => {
    const bundle = await bundleOf(vat, source);
    const { tables } = partsOf(kernel).runner.core.kernel;
    const vatID = staticVat(tables, vat);
    if (bundle === undefined || vatID === undefined) return false;
    const runs = tables.vats.options(vatID).bundleID;
    if (bundle.id === runs || declined.get(vat) === bundle.id) return false;
    try {
      return await give(vat, source, bundle);
    } catch (error) {
      if (hasCode(error, 'CLOSED') || hasCode(error, 'KERNEL_PANIC')) throw error;
      declined.set(vat, bundle.id);
      tell.failed(vat, messageOf(error));
      return false;
    }
  };

  const lookAt = async (vats: readonly string[]): Promise<void> => {
    for (const vat of vats) {
      const source = config.vats[vat]?.source;
      if (isClosed || source === undefined || !(await look(vat, source))) continue;
      await end(kernel);
      kernel = await begin(true);
      // All of it is new.
      return;
    }
  };

  let work: Promise<void> = Promise.resolve();
  const soon = (vats: readonly string[]): void => {
    work = work
      .then(() => lookAt(vats))
      .catch((error: unknown) => {
        if (!isClosed) fail(asError(error));
      });
  };
  const watch = watchFiles((paths) =>
    soon([...files].flatMap(([vat, of]) => (of.some((file) => paths.has(file)) ? [vat] : []))),
  );
  soon(Object.keys(config.vats));
  await work;
  return {
    kernel: () => kernel,
    settled: () => work,
    failed,
    close: async () => {
      isClosed = true;
      watch.close();
      await end(kernel);
      await work;
    },
  };
};
