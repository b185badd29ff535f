/** Which vat comes from which: from the config, made at the request of a vat, or forked from one. */
import type { Crank, Recording } from '@cooperage/recording';
import type { VatID, VatOptions } from '@cooperage/types';
import type { Past } from '../past.js';

export interface FamilyMember {
  readonly vatID: VatID;
  readonly name: string;
  readonly madeIn: number;
  readonly origin: 'config' | 'created' | 'forked';
  /** The vat that it is a fork of, or that asked for it. */
  readonly parent?: VatID;
  /** A template for forks, which takes messages of its creator only. */
  readonly isZygote: boolean;
  /** Cranks in which it was given new code. */
  readonly upgradedIn: readonly number[];
  readonly endedIn?: number;
  readonly reason?: string;
}

interface Life {
  readonly vatID: VatID;
  readonly madeIn: number;
  readonly forkOf?: VatID | undefined;
  readonly upgradedIn: number[];
  endedIn?: number;
}

/** The first vat of a line of forks. */
const lineOf = (past: Past, vatID: string, crank: number): string | undefined => {
  const options = past.rowAt(`${vatID}.options`, crank);
  return options === undefined
    ? undefined
    : ((JSON.parse(options) as VatOptions).ancestor ?? vatID);
};

/**
 * The vats of a line that may have been forked in a crank, in their order: the request for a fork leaves their inbox then,
 * in which it may have come in the same crank.
 */
const forkedIn = (past: Past, { number, writes }: Crank, line: string): string[] =>
  [...writes].flatMap(([key, value]) => {
    const vatID = /^(v\d+)\.in\.head$/.exec(key)?.[1];
    if (vatID === undefined || value === null) return [];
    return lineOf(past, vatID, number - 1) === line ? [vatID] : [];
  });

const livesOf = (recording: Recording, past: Past): Map<VatID, Life> => {
  const lives = new Map<VatID, Life>();
  for (const crank of recording.cranks) {
    for (const [key, value] of crank.writes) {
      const [, id, row] = /^(v\d+)\.(options|incarnation)$/.exec(key) ?? [];
      if (id === undefined) continue;
      const vatID = id as VatID;
      const life = lives.get(vatID);
      if (row === 'incarnation') {
        // A fork has the number of its parent.
        if (value !== null && life !== undefined && life.madeIn !== crank.number)
          life.upgradedIn.push(crank.number);
      } else if (value === null) {
        if (life !== undefined) life.endedIn = crank.number;
      } else if (life === undefined) {
        const { ancestor } = JSON.parse(value) as VatOptions;
        const [parent = ancestor] = ancestor === undefined ? [] : forkedIn(past, crank, ancestor);
        const forkOf = parent as VatID | undefined;
        lives.set(vatID, { vatID, madeIn: crank.number, forkOf, upgradedIn: [] });
      }
    }
  }
  return lives;
};

const reasonOf = (row: string | undefined): string | undefined =>
  row === undefined ? undefined : (JSON.parse(row) as { readonly reason?: string }).reason;

/** The vats that there had been by a crank, the oldest first. */
export const familyOf = (recording: Recording, past: Past, at: number): FamilyMember[] =>
  [...livesOf(recording, past).values()].flatMap((life) => {
    const { vatID, madeIn, forkOf, upgradedIn, endedIn } = life;
    const options = past.rowAt(`${vatID}.options`, Math.min(at, (endedIn ?? Infinity) - 1));
    if (madeIn > at || options === undefined) return [];
    const { creator, zygote } = JSON.parse(options) as VatOptions;
    const parent = forkOf ?? creator;
    const hasEnded = endedIn !== undefined && endedIn <= at;
    const reason = hasEnded ? reasonOf(past.rowAt(`ended.${vatID}`, endedIn)) : undefined;
    return [
      {
        vatID,
        name: recording.nameOf(vatID),
        madeIn,
        origin: forkOf !== undefined ? 'forked' : creator !== undefined ? 'created' : 'config',
        ...(parent !== undefined && { parent }),
        isZygote: zygote === true,
        upgradedIn: upgradedIn.filter((crank) => crank <= at),
        ...(hasEnded && { endedIn }),
        ...(reason !== undefined && { reason }),
      },
    ];
  });
