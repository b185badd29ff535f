/**
 * The globals of a vat, for type-checkers. They are globals, and not imports, because each vat's bundle would
 * otherwise carry and evaluate a copy of the libraries behind them.
 */
import type { Baggage, VatData as VatDataOfVat } from '@cooperage/liveslots/vat';
import type { E as EProxy } from '@endo/eventual-send';
import type { Far as MakeFar } from '@endo/pass-style';
import type {} from 'ses'; // declares `harden`, `assert` and `Compartment`

/** The first argument of `buildRootObject`. */
export interface VatPowers {
  /** Ends the vat when the crank under way is over; `completion` is what `E(admin).done()` is fulfilled with. */
  readonly exitVat: (completion?: unknown) => void;
  /** The same for a failure; `E(admin).done()` is rejected with the reason. */
  readonly exitVatWithFailure: (reason: Error) => void;
}

/** What the module of a vat exports. `Parameters` are those of its config or of the request that made it. */
export type BuildRootObject<Parameters = undefined> = (
  vatPowers: VatPowers,
  vatParameters: Parameters,
  baggage: Baggage,
) => object;

declare global {
  /** Sends: `E(target).method(...args)` returns a promise for the answer. */
  var E: typeof EProxy;
  /** Makes an object that other vats can hold. */
  var Far: typeof MakeFar;
  /** Makes virtual and durable objects and collections. */
  var VatData: VatDataOfVat;
  interface Console {
    debug(...data: unknown[]): void;
    log(...data: unknown[]): void;
    info(...data: unknown[]): void;
    warn(...data: unknown[]): void;
    error(...data: unknown[]): void;
  }
  var console: Console;
}
