import { makeKernelTables, checkTables } from '@cooperage/kernel';
import { type KernelStore, messageOf } from '@cooperage/types';

export interface StoreProblem {
  /** The row that is wrong. */
  readonly key: string;
  readonly problem: string;
}

export interface StoreCheck {
  readonly vats: number;
  /** Bundles whose bytes were read and hashed. */
  readonly bundles: number;
  readonly problems: readonly StoreProblem[];
}

/** Heap images that are not what they were: of those that are there, and of those that a vat's row names. */
const findDamagedImages = ({ snapshots }: KernelStore): StoreProblem[] => {
  const problems: StoreProblem[] = [];
  for (const [hash] of snapshots.images()) {
    // One that was noted and not written, or is deleted already, is no loss.
    if (!snapshots.hasImage(hash)) continue;
    try {
      snapshots.loadImage(hash);
    } catch (error) {
      problems.push({ key: `image.${hash}`, problem: messageOf(error) });
    }
  }
  return problems;
};

/** Counts and follows anew everything that a kernel knows. Reads only; no crank may be under way. */
export const checkStore = (store: KernelStore): StoreCheck => {
  const problems: StoreProblem[] = [...checkTables(store.tables)];
  const { vats } = makeKernelTables(store.tables);
  const living = vats.list();
  const bundles = new Map(living.map((vatID) => [vats.options(vatID).bundleID, vatID]));
  for (const [bundleID, vatID] of bundles) {
    try {
      store.bundles.get(bundleID);
    } catch (error) {
      problems.push({
        key: `${vatID}.options`,
        problem: `the code of the vat: ${messageOf(error)}`,
      });
    }
  }
  problems.push(...findDamagedImages(store));
  return { vats: living.length, bundles: bundles.size, problems };
};
