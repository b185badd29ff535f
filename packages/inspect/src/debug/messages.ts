/** What the process that replays a vat is told, and what it says. */
import type { ConsoleLevel, VatID } from '@cooperage/types';

export interface ReplayOrder {
  /** The directory of a kernel, or a recording. */
  readonly source: string;
  readonly crank: number;
  /** The crank itself, or the one of the same vat before or after it. */
  readonly step: 'at' | 'before' | 'after';
  /** Of the debugger; 0 for one that is free. Without it there is none, and what the vat printed is said. */
  readonly port?: number;
}

/** What a vat printed in a crank. */
export interface ConsoleLine {
  readonly crank: number;
  readonly level: ConsoleLevel;
  readonly text: string;
}

/** A place in a file of the author's, from 1. */
export interface AuthorPlace {
  readonly source: string;
  readonly line: number;
  readonly column: number;
  readonly functionName: string;
}

export type ReplaySaid =
  | {
      readonly type: 'replayed';
      readonly crank: number;
      readonly vatID: VatID;
      readonly name: string;
      /** Number of the delivery in the life of the vat. */
      readonly n: number;
      /** Where a debugger attaches. */
      readonly url: string;
    }
  | { readonly type: 'stopped'; readonly place: AuthorPlace }
  | ({ readonly type: 'printed' } & ConsoleLine)
  /** The crank is over. */
  | { readonly type: 'over' }
  | { readonly type: 'failed'; readonly code?: string | undefined; readonly message: string };

/** The descriptor on which the process says it: it can be written to while a debugger has stopped the process. */
export const SAID = 3;

/** What the thread that sets the breakpoints is told. */
export interface BreakOrder {
  readonly parent: number;
  readonly scripts: readonly {
    readonly url: string;
    readonly map: string;
    readonly places: readonly { readonly line: number; readonly column: number }[];
  }[];
}
