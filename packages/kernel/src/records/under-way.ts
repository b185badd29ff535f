import type { Cranks } from '../crank.js';
import type { VatID, Work } from '@cooperage/types';

/** The crank between two of its slices, if there is one: nothing of it is visible, and no other crank may begin. */
export interface UnderWay<Result> {
  /** The vat whose record is being retired. */
  readonly vatID: VatID | undefined;
  /** Begins a crank and runs it to the end of its first slice. */
  begin(vatID: VatID, work: Work<Result>): Result | undefined;
  /** Runs one more slice. Returns the result when the crank is complete. */
  step(): Result | undefined;
  /** Undoes the crank. */
  abandon(): void;
}

export const makeUnderWay = <Result>(cranks: Cranks): UnderWay<Result> => {
  let current: { readonly vatID: VatID; readonly work: Work<Result> } | undefined;

  const advance = (): Result | undefined => {
    const { work } = current as { readonly work: Work<Result> };
    let result: IteratorResult<undefined, Result>;
    try {
      result = work.next();
    } catch (error) {
      current = undefined;
      throw error;
    }
    if (result.done === true) {
      current = undefined;
      return result.value;
    }
    cranks.suspend();
    return undefined;
  };

  return {
    get vatID() {
      return current?.vatID;
    },
    begin: (vatID, work) => {
      current = { vatID, work };
      return advance();
    },
    step: () => {
      cranks.resume();
      return advance();
    },
    abandon: () => {
      if (current === undefined) return;
      const { work } = current;
      current = undefined;
      cranks.resume();
      // The last slice returns no value.
      work.return(undefined as never);
    },
  };
};
