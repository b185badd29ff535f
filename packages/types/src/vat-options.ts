import type { BundleID } from './refs.js';

/** What is settled about a vat when it is created. */
export interface VatOptions {
  /** For people; also how the host addresses a static vat. */
  readonly name: string;
  readonly bundleID: BundleID;
  /** Deliveries that may be out at once; 1 is the classic hand-shake. */
  readonly window: number;
  /** The vat has a thread of its own. */
  readonly ownThread: boolean;
  /** Milliseconds of wall-clock time for one crank. */
  readonly crankTimeLimit: number;
  /** It is told to bring out its dead after so many deliveries; 0: never for that reason. Default: `DEFAULTS`. */
  readonly reapInterval?: number;
  /** The same after so many references were dropped or retired by the kernel; 0: never for that reason. */
  readonly reapReferences?: number;
  /** Which liveslots it runs on: `cooperage` or a name that the worker host knows. */
  readonly liveslots: string;
}

/** What may be changed while the vat runs. */
export type ChangeableVatOptions = Partial<
  Pick<VatOptions, 'window' | 'ownThread' | 'crankTimeLimit' | 'reapInterval' | 'reapReferences'>
>;
