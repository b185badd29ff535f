/** The kernel, as its host calls it. */
import {
  CooperageError,
  isVatID,
  type KernelStore,
  type KObject,
  type LinkSource,
  thereAre,
  type VatID,
} from '@cooperage/types';
import type { KernelTables } from '@cooperage/kernel';
import type { Runner } from '@cooperage/vat-manager';
import type { Bootstrap } from '../bootstrap.js';
import type { ResolvedConfig } from '../config/config.js';
import { type Exported, type ExportOptions, exportView } from '@cooperage/tools';
import type { Emitter } from '../host/events.js';
import type { EndOfKernel } from '../host/end-of-kernel.js';
import { exportObject } from '../host/references/exported-object.js';
import type { AnyMethods, KernelRef } from '../host/references/kernel-ref.js';
import type { Switchboard } from '../host/switchboard.js';
import type { CooperageKernel } from '../kernel-api.js';
import { makeCreateVat } from '../create-vat.js';
import { checked } from '../host-calls.js';
import { makeVatMethods } from '../host/vat-methods.js';
import { makeMeters } from '../meters.js';
import { makeQuarantine } from '../quarantine.js';
import { makeSuspensionControl } from '../suspension.js';
import type { FarRoots } from '../links/far-roots.js';
import { makeKernelLinks } from '../links/kernel-links.js';
import type { ChangeVats } from '../change-vats.js';

/** A run, with what has become of the bootstrap. */
const runWith =
  (runner: Runner, bootstrap: Bootstrap): CooperageKernel['run'] =>
  async (bounds) => {
    const ended = await runner.run(bounds);
    const sent = bootstrap.state();
    return sent === undefined ? ended : { ...ended, bootstrap: sent };
  };

/** What sets the kernel in motion, and ends it. */
const makeMotion = (
  runner: Runner,
  bootstrap: Bootstrap,
  end: EndOfKernel,
): Pick<CooperageKernel, 'bootstrap' | 'run' | 'start' | 'stop' | 'step'> => ({
  bootstrap: end.covering(() => bootstrap.repeat()),
  run: end.covering(checked('run', runWith(runner, bootstrap))),
  start: () => runner.start(),
  stop: () => end.cover(() => runner.stop()),
  step: () => end.cover(() => runner.step()),
});

/** Static vats by their names. */
const makeRoots = (
  { hostNames, objects }: KernelTables,
  { presences }: Switchboard,
  { shards }: FarRoots,
) => {
  const isHere = (name: string): boolean => hostNames.find('vat', name) !== undefined;
  const rootOf = (name: string): KObject => {
    const kref = hostNames.find('vat', name);
    const shard = shards.get(name);
    if (kref === undefined && shard !== undefined) {
      throw new CooperageError(
        'VAT_NOT_FOUND',
        `the vat "${name}" runs on shard ${shard}: send to it with kernel.send or kernel.links.find("${shard}", "${name}"), ` +
          'and do everything else at the kernel of that shard',
      );
    }
    if (kref === undefined) {
      const known = [...hostNames.list('vat')].map(([each]) => each);
      throw new CooperageError(
        'VAT_NOT_FOUND',
        `no vat is named "${name}"${thereAre(name, known)}`,
      );
    }
    return kref as KObject;
  };
  const root = <T = AnyMethods>(name: string): KernelRef<T> =>
    presences.provide(rootOf(name), 'root') as unknown as KernelRef<T>;

  const vatIDOf = (name: string): VatID => {
    const { owner } = objects.get(rootOf(name));
    if (isVatID(owner)) return owner;
    throw new CooperageError('VAT_NOT_FOUND', `vat "${name}" was terminated`);
  };
  return { isHere, root, vatIDOf };
};

/** Gives the promise for the answer itself: what is sent to it with `E()` goes to the kernel at once. */
const makeSend = (
  { isHere, root }: ReturnType<typeof makeRoots>,
  runner: Runner,
  farRoots: FarRoots,
  end: EndOfKernel,
): CooperageKernel['send'] => {
  const send = checked('send', (vat: string, method: string, args?: readonly unknown[]) => {
    const shard = isHere(vat) ? undefined : farRoots.shards.get(vat);
    if (shard === undefined) return root(vat).send(method, args);
    return runner.runWhile(farRoots.find(shard, vat)).then((far) => far.send(method, args));
  });
  return (...args) => {
    try {
      return send(...args);
    } catch (thrown) {
      return end.cover(() => {
        throw thrown;
      });
    }
  };
};

/** Writes the kernel as it is when all that was done so far is durable. */
const makeExport =
  (runner: Runner, store: KernelStore) =>
  async (target: string, exporting: ExportOptions = {}): Promise<Exported> => {
    await runner.flush();
    const view = store.view();
    try {
      return await exportView(view, target, exporting);
    } finally {
      await view.release();
    }
  };

interface ApiPowers {
  readonly runner: Runner;
  readonly switchboard: Switchboard;
  readonly store: KernelStore;
  readonly config: ResolvedConfig;
  readonly emitter: Emitter;
  readonly changes: ChangeVats;
  readonly bootstrap: Bootstrap;
  readonly end: EndOfKernel;
  readonly isNew: boolean;
  readonly links: LinkSource | undefined;
  readonly farRoots: FarRoots;
  readonly close: () => Promise<void>;
}

/** What users call a kernel. */
export const makeKernelApi = (powers: ApiPowers): CooperageKernel => {
  const { runner, switchboard, store, config, emitter, changes, bootstrap, end, farRoots } = powers;
  const { tables } = runner.core.kernel;
  const roots = makeRoots(tables, switchboard, farRoots);
  const { root, vatIDOf } = roots;
  const createVat = makeCreateVat({ runner, switchboard, config, changes });
  return {
    isNew: powers.isNew,
    store,
    root: checked('root', root) as CooperageKernel['root'],
    exportObject,
    ...makeVatMethods({ runner, changes, end, createVat, vatIDOf }),
    ...(powers.links !== undefined && {
      links: makeKernelLinks(powers.links, runner, farRoots, end),
    }),
    meters: makeMeters(runner, switchboard),
    quarantine: makeQuarantine(runner),
    suspension: makeSuspensionControl(runner),
    close: powers.close,
    send: makeSend(roots, runner, farRoots, end),
    ...makeMotion(runner, bootstrap, end),
    export: end.covering(checked('export', makeExport(runner, store))),
    stats: () => ({ ...runner.stats(), vats: tables.vats.count, order: config.order }),
    on: checked('on', (name, listener) => emitter.on(name, listener)),
  };
};
