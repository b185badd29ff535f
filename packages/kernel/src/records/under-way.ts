import type { Cranks } from '../crank.js';
import type { VatID, Work } from '@cooperage/types';

/** The crank that is between two of its slices, if there is one: nothing of it is visible, and no other may begin. */
export interface UnderWay<Result> {
  /** Whose record is being retired. */
  readonly vatID: VatID | undefined;
  /** A crank and all that is done about it, to its first slice. */
  begin(vatID: VatID, work: Work<Result>): Result | undefined;
  /** One more slice; gives the result when all is done. */
  step(): Result | undefined;
  /** It has never happened. */
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
