/**
 * What each import is alleged to be: by who first named it, for as long as this
 * vat can reach it. A presence that was collected comes back under the same
 * name, from wherever it comes back. Otherwise its name, which goes out with
 * it, would tell whether it was collected, and a history that is run again
 * would take another course.
 */
import type { VRef } from '@cooperage/types';

export interface ImportNames {
  /** @param iface the alleged interface in this capdata, if any */
  nameOf(vref: VRef, iface: string | undefined): string;
  /** This vat drops the import. */
  forget(vref: VRef): void;
}

/** What an object is alleged to be when its sender says nothing. It never tells the vref. */
const ANONYMOUS = 'Alleged: presence';

export const makeImportNames = (): ImportNames => {
  const names = new Map<VRef, string>();
  /** One copy of each name: there may be many imports of one sort. */
  const copies = new Map<string, string>();

  return {
    nameOf(vref, iface = ANONYMOUS) {
      const known = names.get(vref);
      if (known !== undefined) return known;
      const name = copies.get(iface) ?? iface;
      if (copies.size < 1_000) copies.set(name, name);
      names.set(vref, name);
      return name;
    },
    forget(vref) {
      names.delete(vref);
    },
  };
};
