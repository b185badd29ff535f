import type { CooperageKernel } from 'cooperage';
import { bundleOf } from './complete-config.js';
import type { Order } from './exploring/order.js';

/** What an order has go wrong between two cranks. */
export interface Disturbances {
  /** Does what the order has for this place. */
  between(step: number): Promise<void>;
  /** @throws what an upgrade failed with */
  insistUpgraded(): void;
}

export interface DisturbancesPowers {
  readonly order: Order;
  /** Vats that are given the code of the bundle `upgrade <number>`, in this order. */
  readonly upgrades: readonly { readonly vat: string }[];
  readonly kernel: () => CooperageKernel;
  /** Kills the kernel and opens it again. */
  readonly crash: () => Promise<void>;
}

export const makeDisturbances = ({
  order,
  upgrades,
  kernel,
  crash,
}: DisturbancesPowers): Disturbances => {
  const done = new Set<number>();
  const pending = upgrades.map(({ vat }, index) => ({ vat, index }));
  const failures: unknown[] = [];

  const upgradeNext = (): void => {
    const next = pending.shift();
    if (next === undefined) return;
    kernel()
      .upgradeVat(next.vat, { bundle: bundleOf(next.index) })
      .catch((error: unknown) => failures.push(error));
  };

  return {
    between: async (step) => {
      for (const [index, fault] of order.faults.entries()) {
        if (fault.at !== step || done.has(index)) continue;
        done.add(index);
        if (fault.crash) await crash();
        else upgradeNext();
      }
    },
    insistUpgraded: () => {
      const [failed] = failures;
      if (failed !== undefined) throw failed as Error;
    },
  };
};
