import type { Recording } from '@cooperage/recording';
import type { VatID } from '@cooperage/types';
import type { Past } from '../past.js';

export interface VatView {
  readonly vatID: VatID;
  readonly name: string;
  readonly at: number;
  readonly cList: readonly {
    readonly vref: string;
    readonly kref: string;
    readonly name: string;
  }[];
  readonly inbox: number;
}

/** A vat's names and inbox as they were after a crank. */
export const vatViewOf = (
  recording: Recording,
  past: Past,
  vatID: VatID,
  at: number,
): VatView | undefined => {
  const tables = past.tablesAt(at);
  if (!tables.vats.isAlive(vatID)) return undefined;
  const cList = [...recording.objects.keys(), ...recording.promises.keys()].flatMap((kref) => {
    const vref = tables.cLists.toVat(vatID, kref);
    return vref === undefined ? [] : [{ vref, kref, name: recording.nameOf(kref) }];
  });
  return { vatID, name: recording.nameOf(vatID), at, cList, inbox: tables.inboxes.length(vatID) };
};
