import { keys, type Core } from '@cooperage/kernel';
import {
  type DeliveryNumber,
  type HeapImage,
  type HeapOrigin,
  type KernelStore,
  LIMITS,
  type SnapshotRow,
  type VatID,
  type VatWorkerHost,
} from '@cooperage/types';

/**
 * Images of heaps, in the store: written before the row that names them, and deleted after the last row that did is
 * gone for good. A difference keeps what it is a difference to. None of this is part of what the kernel is: an image
 * that is lost costs the time of running its cranks again, and nothing else, because transcripts are kept whole.
 */
export interface HeapImages {
  /** The newest image from which the vat's present heap can be made. */
  origin(vatID: VatID): HeapOrigin | undefined;
  /** The newest crank of the vat's that is in an image; 0 for none. */
  newest(vatID: VatID): number;
  /** The image after delivery `n` was of no use. */
  discard(vatID: VatID, n: DeliveryNumber): void;
  /**
   * Writes an image and the row that names it; older ones than are needed go. The newest crank in it is retired.
   * @returns false where the vat has become another one meanwhile
   */
  keep(vatID: VatID, image: HeapImage): Promise<boolean>;
  /** The vat was terminated or upgraded: the rows of its images are deleted. */
  forget(vatID: VatID): void;
  /** The vat is a new fork: it has the rows of its parent's images. */
  forked(vatID: VatID): void;
  /** The vat, a fork, comes to have the images that its parent got since, up to crank `n`, which is in both. */
  inherit(vatID: VatID, parent: VatID, n: number): void;
}

export interface HeapImagesPowers {
  readonly core: Core;
  readonly store: KernelStore;
  readonly workers: VatWorkerHost;
  /** Everything that was accepted is durable when it resolves. */
  readonly flush: () => Promise<void>;
  /** An image cannot be used. */
  readonly refused: (vatID: VatID, n: DeliveryNumber, reason: string) => void;
}

export const makeHeapImages = (powers: HeapImagesPowers): HeapImages => {
  const { core, store, workers } = powers;
  const { snapshots } = store;
  const { counters, upgradesInProgress, vats, windows } = core.kernel.tables;
  /** How many rows and differences need an image. */
  const uses = new Map<string, number>();
  const bases = new Map<string, string | undefined>();
  const rowsOf = new Map<VatID, SnapshotRow[]>();
  /** What is done to blobs, one thing after the other. */
  let work: Promise<unknown> = Promise.resolve();

  const queue = <T>(act: () => Promise<T>): Promise<T> => {
    const done = work.then(act);
    work = done.catch(() => undefined);
    return done;
  };

  const retainImage = (hash: string): void => {
    uses.set(hash, (uses.get(hash) ?? 0) + 1);
  };

  const release = (hash: string): void => {
    const left = (uses.get(hash) ?? 0) - 1;
    uses.set(hash, left);
    if (left > 0) return;
    uses.delete(hash);
    queue(() => deleteImage(hash)).catch(() => {
      // The blob and its row stay, and go at the next start.
    });
  };

  const deleteImage = async (hash: string): Promise<void> => {
    // What no row names any more, no row may name after a crash either.
    await powers.flush();
    if (uses.has(hash) || !bases.has(hash)) return;
    await snapshots.deleteImage(hash);
    const base = bases.get(hash);
    bases.delete(hash);
    core.withoutHistory(() => snapshots.forgetImage(hash));
    if (base !== undefined) release(base);
  };

  const putImage = async (bytes: Uint8Array, base: string | undefined): Promise<string> => {
    if (base !== undefined && !bases.has(base)) {
      const image = workers.baseImage?.(base);
      if (image === undefined) throw new Error(`the image ${base} on which it is based is missing`);
      await putImage(image, undefined);
    }
    const hash = await snapshots.putImage(bytes);
    if (!bases.has(hash)) {
      bases.set(hash, base);
      if (base !== undefined) retainImage(base);
      core.withoutHistory(() => snapshots.addImage([hash, base]));
    }
    return hash;
  };

  const firstOf = (vatID: VatID): number => Math.max(1, counters.read(keys.first(vatID)));

  const remove = (vatID: VatID, gone: readonly SnapshotRow[]): void => {
    if (gone.length === 0) return;
    rowsOf.set(
      vatID,
      (rowsOf.get(vatID) ?? []).filter((row) => !gone.includes(row)),
    );
    for (const { hash } of gone) release(hash);
  };

  const load = (vatID: VatID): void => {
    const rows = [...snapshots.list(vatID)];
    if (rows.length > 0) rowsOf.set(vatID, rows);
    for (const { hash } of rows) retainImage(hash);
  };

  for (const [hash, base] of snapshots.images()) {
    bases.set(hash, base);
    if (base !== undefined) retainImage(base);
  }
  for (const vatID of vats.list()) load(vatID);
  // A process that ended between the last row and the blob has left them.
  for (const hash of bases.keys()) {
    if (!uses.has(hash)) queue(() => deleteImage(hash)).catch(() => undefined);
  }

  /** What is in the rows still holds for the vat as it is now. */
  const mayKeep = (vatID: VatID, n: number, first: number): boolean =>
    vats.isAlive(vatID) &&
    upgradesInProgress.find(vatID) === undefined &&
    firstOf(vatID) === first &&
    n >= first &&
    n <= windows.acked(vatID);

  const images: HeapImages = {
    newest: (vatID) => rowsOf.get(vatID)?.at(-1)?.n ?? 0,
    origin: (vatID) => {
      const { first } = core.incarnation(vatID);
      for (const { n, hash } of [...(rowsOf.get(vatID) ?? [])].reverse()) {
        if (n < first || n > windows.acked(vatID)) continue;
        if (snapshots.hasImage(hash)) {
          // Read only where no worker has it: the forks of one vat start from one image.
          return { n, hash, load: (each) => snapshots.loadImage(each) };
        }
        powers.refused(vatID, n, `the heap image ${hash} is missing`);
        images.discard(vatID, n);
      }
      return undefined;
    },
    discard: (vatID, n) => {
      const gone = (rowsOf.get(vatID) ?? []).filter((row) => row.n === n);
      core.withoutHistory(() => snapshots.delete(vatID, n));
      remove(vatID, gone);
    },
    keep: (vatID, { n, engine, base, bytes }) => {
      const first = firstOf(vatID);
      return queue(async () => {
        if (!mayKeep(vatID, n, first)) return false;
        const hash = await putImage(bytes, base);
        const known = rowsOf.get(vatID) ?? [];
        if (!mayKeep(vatID, n, first) || (known.at(-1)?.n ?? 0) >= n) {
          // Nothing names it: as if it had been released.
          retainImage(hash);
          release(hash);
          return vats.isAlive(vatID) && (known.at(-1)?.n ?? 0) >= n;
        }
        const row: SnapshotRow = { n, hash, engine };
        const gone = known.slice(0, Math.max(0, known.length + 1 - LIMITS.snapshotsKept));
        core.withoutHistory(() => {
          snapshots.record(vatID, row);
          for (const old of gone) snapshots.delete(vatID, old.n);
        });
        retainImage(hash);
        rowsOf.set(vatID, [...known, row]);
        remove(vatID, gone);
        return true;
      });
    },
    forget: (vatID) => {
      const gone = rowsOf.get(vatID) ?? [];
      rowsOf.delete(vatID);
      for (const { hash } of gone) release(hash);
    },
    forked: (vatID) => load(vatID),
    inherit: (vatID, parent, n) => {
      // An upgrade of either begins another heap.
      if (!vats.isAlive(vatID) || firstOf(vatID) !== firstOf(parent)) return;
      const own = rowsOf.get(vatID) ?? [];
      const newer = (rowsOf.get(parent) ?? []).filter(
        (row) => row.n <= n && row.n > images.newest(vatID),
      );
      if (newer.length === 0) return;
      core.withoutHistory(() => {
        for (const row of newer) snapshots.record(vatID, row);
      });
      for (const { hash } of newer) retainImage(hash);
      rowsOf.set(vatID, [...own, ...newer]);
    },
  };
  return images;
};

/** Every heap comes from its whole transcript. */
export const NO_IMAGES: HeapImages = Object.freeze<HeapImages>({
  origin: () => undefined,
  newest: () => 0,
  discard: () => undefined,
  keep: () => Promise.resolve(false),
  forget: () => undefined,
  forked: () => undefined,
  inherit: () => undefined,
});
