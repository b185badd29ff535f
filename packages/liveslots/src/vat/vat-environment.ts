/** What user code is given: its powers, and the globals of its compartment. */
import harden from '@endo/harden';

type Bag = Readonly<Record<PropertyKey, unknown>>;

export interface VatEnvironment {
  /** The first argument of `buildRootObject`. */
  readonly vatPowers: Readonly<Record<string, unknown>>;
  /** Globals that a bundle may shadow. */
  readonly vatGlobals: Readonly<Record<string, unknown>>;
  /** Globals of every compartment, also of those that the vat makes: without them it could observe collection. */
  readonly inescapableGlobals: Readonly<Record<string, unknown>>;
}

/** @param ours powers of liveslots; @param given powers of the supervisor, which take precedence */
export const makeVatEnvironment = (
  ours: Bag,
  given: Bag,
  vatGlobals: Bag,
  inescapableGlobals: Bag,
): VatEnvironment =>
  harden({
    vatPowers: { ...ours, ...vatGlobals, ...inescapableGlobals, ...given },
    vatGlobals,
    inescapableGlobals,
  });
