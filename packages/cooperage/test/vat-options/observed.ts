/** Opens kernels and looks at what arrived of the options of their vats: in the kernel's rows, and at the workers. */
import { makeKernelTables } from '@cooperage/kernel';
import type { VatOptionName, VatWorkerHost, VatWorkerSpec } from '@cooperage/types';
import { findMeter, showVat } from '@cooperage/tools';
import type { CooperageKernel } from '../../src/index.js';
import { makeVatWorkers } from '../../src/workers/vat-workers.js';
import { fixture } from '../helpers.js';

export const POTS = { pot: { remaining: '900000000000000' } } as const;
export const MAKER = { source: fixture('options-maker-vat.js'), engine: 'v8' } as const;
export const CHILD = { source: fixture('child-vat.js') } as const;

/** The built-in workers, which note what they were told of each vat. */
export const makeWatchedWorkers = (): {
  readonly workers: VatWorkerHost;
  readonly specs: ReadonlyMap<string, VatWorkerSpec>;
} => {
  const specs = new Map<string, VatWorkerSpec>();
  const real = makeVatWorkers({
    threads: 2,
    heapLimitMB: 512,
    liveslots: { steady: fixture('steady-liveslots.js') },
  });
  const workers: VatWorkerHost = {
    start: (spec, sink) => {
      specs.set(spec.name, spec);
      return real.start(spec, sink);
    },
    baseImage: (hash) => real.baseImage?.(hash),
    stop: () => real.stop(),
  };
  return { workers, specs };
};

/** Options that the workers are told, too. */
export const OF_WORKERS: readonly VatOptionName[] = [
  'ownThread',
  'crankTimeLimit',
  'computronLimit',
  'memoryLimit',
  'liveslots',
  'engine',
];

/** What the kernel has for an option of a vat. */
export const observe = (
  { store }: CooperageKernel,
  vat: string,
  option: VatOptionName,
): unknown => {
  const tables = makeKernelTables(store.tables);
  const vatID = tables.vats.list().find((each) => tables.vats.options(each).name === vat);
  if (vatID === undefined) throw new Error(`no vat is named ${vat}`);
  const { options, account } = showVat(store, vatID);
  switch (option) {
    case 'meter':
      return options.meter === findMeter(tables, 'pot') ? 'pot' : options.meter;
    case 'vatQuota':
    case 'memoryQuota':
      return account?.[option];
    default:
      return options[option];
  }
};
