/** What Prometheus is told of a kernel: counted from its events, and read from it when it is asked. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Retired } from '@cooperage/kernel';
import type { VatID } from '@cooperage/types';
import { listPausedVats } from '@cooperage/vat-manager';
import { partsOf } from '../control/parts.js';
import type { KernelEventName, Listener } from '../host/events.js';
import { staticNames } from '@cooperage/tools';
import type { CooperageKernel } from '../kernel-api.js';

export interface KernelMetrics {
  readonly listeners: { readonly [Name in KernelEventName]?: Listener<Name> };
  /** The kernel is open: its figures are read from now on. */
  follow(kernel: CooperageKernel): void;
  text(): Promise<string>;
}

/** Vats that others make come and go: each its own series would make as many as there ever were. */
const OTHERS = 'others';

/** Deliveries that wait in the inboxes of all vats. */
const countWaiting = (kernel: CooperageKernel): number => {
  const { inboxes, vats } = partsOf(kernel).runner.core.kernel.tables;
  return vats.list().reduce((sum, vatID) => sum + inboxes.length(vatID), 0);
};

const countPaused = (kernel: CooperageKernel): Record<'quarantined' | 'suspended', number> => {
  const counts = { quarantined: 0, suspended: 0 };
  for (const { state } of listPausedVats(partsOf(kernel).runner.core.kernel.tables))
    counts[state] += 1;
  return counts;
};

/** What is read from the kernel when it is asked for. */
const defineGauges = (
  registry: Registry,
  version: string,
  opened: () => CooperageKernel | undefined,
): void => {
  const registers = [registry];
  const gauge = (name: string, help: string, read: (kernel: CooperageKernel) => number): void => {
    new Gauge({
      ...{ name: `cooperage_${name}`, help, registers },
      collect() {
        const kernel = opened();
        this.set(kernel === undefined ? 0 : read(kernel));
      },
    });
  };
  gauge('up', 'Whether the kernel is open', () => 1);
  gauge('vats', 'Vats that are alive', (kernel) => kernel.stats().vats);
  gauge('vats_online', 'Vats that have a worker', (kernel) => kernel.stats().online);
  gauge(
    'open_calls',
    'Calls of services and answers to the host that are not settled',
    (kernel) => kernel.stats().openOutputs,
  );
  gauge('deliveries_waiting', 'Deliveries in the inboxes of all vats', countWaiting);
  new Gauge({
    name: 'cooperage_vats_paused',
    help: 'Vats that get no deliveries until an operator acts',
    labelNames: ['state'],
    registers,
    collect() {
      const kernel = opened();
      const counts = kernel === undefined ? { quarantined: 0, suspended: 0 } : countPaused(kernel);
      for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
    },
  });
  new Gauge({
    ...{
      name: 'cooperage_info',
      help: 'The version that runs',
      labelNames: ['version'],
      registers,
    },
  }).set({ version }, 1);
};

export const makeKernelMetrics = (version: string): KernelMetrics => {
  const registry = new Registry();
  const registers = [registry];
  let open: CooperageKernel | undefined;
  let names: ReadonlyMap<VatID, string> = new Map();
  /** Retired while the kernel was being opened: the vats have no names yet. */
  const early: Retired[] = [];

  const counter = <Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ): Counter<Label> => new Counter({ name: `cooperage_${name}`, help, labelNames, registers });

  const byVat = ['vat'] as const;
  const cranks = counter('cranks_total', 'Cranks that were retired', byVat);
  const syscalls = counter('syscalls_total', 'Syscalls of the cranks that were retired', byVat);
  const computrons = counter('computrons_total', 'Computrons of metered vats', byVat);
  const refused = counter('refused_total', 'Records that were refused', byVat);
  const commits = counter('commits_total', 'Groups of cranks that are durable');
  const ended = counter('vats_ended_total', 'Vats that ended', ['failed']);
  const workersLost = counter('workers_lost_total', 'Workers that ended by themselves');
  const replayed = counter('replayed_cranks_total', 'Cranks that workers had to run again');
  const logged = counter('log_entries_total', 'Entries of the log, without consoles', ['level']);

  defineGauges(registry, version, () => open);
  collectDefaultMetrics({ register: registry });

  const count = (retired: Retired): void => {
    const vat = names.get(retired.vatID) ?? OTHERS;
    cranks.inc({ vat });
    syscalls.inc({ vat }, retired.syscalls);
    if (retired.computrons > 0) computrons.inc({ vat }, retired.computrons);
    if (retired.refused !== undefined) refused.inc({ vat });
  };

  return {
    listeners: {
      retired: (retired) => {
        if (open === undefined) early.push(retired);
        else count(retired);
      },
      committed: () => commits.inc(),
      'vat-ended': ({ isFailure }) => ended.inc({ failed: String(isFailure) }),
      'worker-lost': () => workersLost.inc(),
      'worker-started': ({ toReplay }) => replayed.inc(toReplay),
      log: ({ level }) => logged.inc({ level }),
    },
    follow: (kernel) => {
      open = kernel;
      names = staticNames(partsOf(kernel).runner.core.kernel.tables);
      early.splice(0).forEach(count);
    },
    text: () => registry.metrics(),
  };
};
