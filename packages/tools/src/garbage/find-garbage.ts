import { makeKernelTables } from '@cooperage/kernel';
import {
  byNumber,
  type KernelStore,
  type KObject,
  type VatID,
  type VatWorkerHost,
} from '@cooperage/types';
import { findCycles } from './cycles.js';
import { findSuspects, quietVats, type Suspect, type Suspects } from './suspects.js';
import { makeTrial, sieve } from './trial.js';
import { findDataPath, readVatLinks, type VatLinks } from './vat-links.js';

/** A reference that keeps one object of a cycle because of another. */
export interface GarbageLink {
  readonly from: KObject;
  readonly to: KObject;
  /** The vat that holds `to` for the sake of `from`, and what it calls them. */
  readonly vatID: VatID;
  readonly fromVRef: string;
  readonly toVRef: string;
  /** The rows of its vatstore that lead from one to the other; undefined where it is in the vat's memory. */
  readonly rows?: readonly string[];
}

/** Objects that hold one another across vats, and that nothing else holds. */
export interface GarbageCycle {
  /**
   * `certain`: each vat concerned was asked, and drops the whole cycle when it is told that no other vat holds its
   * part. `possible`: some could not be asked.
   */
  readonly rank: 'certain' | 'possible';
  readonly objects: readonly {
    readonly kref: KObject;
    readonly vatID: VatID;
    readonly vref: string;
  }[];
  readonly links: readonly GarbageLink[];
}

export interface GarbageReport {
  /** Largest first, those that are certain before the others. */
  readonly cycles: readonly GarbageCycle[];
  /** Objects that are in no cycle, and that nothing but cycles holds. */
  readonly heldByCycles: readonly KObject[];
  /** Vats that could not be asked, as something is on its way to them, or as their workers were lost. */
  readonly unasked: readonly VatID[];
  /** Objects that vats alone hold: those that were looked at. */
  readonly suspects: number;
  /** How often a vat was brought up and asked. */
  readonly questions: number;
}

const makeLinks = (
  garbage: Suspects,
  linksOf: (vatID: VatID) => VatLinks,
): Map<KObject, GarbageLink[]> => {
  const all = [...garbage.values()];
  const links = new Map<KObject, GarbageLink[]>();
  for (const to of all) {
    for (const [vatID, toVRef] of to.holders) {
      const here = all.filter(({ owner }) => owner === vatID);
      const found = here.map((from): readonly [Suspect, string[] | undefined] => [
        from,
        findDataPath(linksOf(vatID), from.vref, toVRef),
      ]);
      // Where no data leads to it, it is in the vat's memory, on account of any of its objects.
      const byData = found.filter(([, rows]) => rows !== undefined);
      for (const [from, rows] of byData.length > 0 ? byData : found) {
        const link = { from: from.kref, to: to.kref, vatID, fromVRef: from.vref, toVRef };
        links.set(from.kref, [
          ...(links.get(from.kref) ?? []),
          rows === undefined ? link : { ...link, rows },
        ]);
      }
    }
  }
  return links;
};

const compare = (a: GarbageCycle, b: GarbageCycle): number =>
  a.rank === b.rank
    ? b.objects.length - a.objects.length
    : Number(a.rank === 'possible') - Number(b.rank === 'possible');

/**
 * Finds objects that hold one another across vats and that nothing else holds: counting never frees them. Asks the
 * vats themselves, in workers of its own; the kernel is read only, and nothing of this is recorded anywhere.
 *
 * @param store as one commit left it; must stay so meanwhile
 */
export const findGarbage = async (
  store: KernelStore,
  workers: VatWorkerHost,
  onAsk?: (vatID: VatID) => void,
): Promise<GarbageReport> => {
  const tables = makeKernelTables(store.tables);
  const suspects = findSuspects(tables);
  const verdict = await sieve(suspects, quietVats(tables), makeTrial(store, workers), onAsk);
  const { garbage, unasked, questions } = verdict;

  const known = new Map<VatID, VatLinks>();
  const linksOf = (vatID: VatID): VatLinks => {
    const links = known.get(vatID) ?? readVatLinks(store.tables, vatID);
    known.set(vatID, links);
    return links;
  };
  const links = makeLinks(garbage, linksOf);
  const next = (kref: KObject): KObject[] => (links.get(kref) ?? []).map(({ to }) => to);

  const inCycles = new Set<KObject>();
  const cycles = findCycles([...garbage.keys()].sort(byNumber), next).map(
    (members): GarbageCycle => {
      const inside = new Set(members);
      for (const kref of members) inCycles.add(kref);
      const objects = members.map((kref) => {
        const { owner, vref } = garbage.get(kref) as Suspect;
        return { kref, vatID: owner, vref };
      });
      const vats = objects.map(({ vatID }) => vatID);
      return {
        rank: vats.some((vatID) => unasked.has(vatID)) ? 'possible' : 'certain',
        objects,
        links: members.flatMap((kref) =>
          (links.get(kref) ?? []).filter(({ to }) => inside.has(to)),
        ),
      };
    },
  );
  return {
    cycles: cycles.sort(compare),
    heldByCycles: [...garbage.keys()].filter((kref) => !inCycles.has(kref)).sort(byNumber),
    unasked: [...unasked].sort(byNumber),
    suspects: suspects.size,
    questions,
  };
};
