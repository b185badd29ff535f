import type { BundleID, KObject, VatID } from './refs.js';

/** Which engine runs a vat: V8 in a thread, or QuickJS in WebAssembly, whose heap can be copied and metered. */
export type EngineName = 'v8' | 'quickjs';

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
  /** The same when there is nothing else to do, after so many deliveries; 0: never for that reason. */
  readonly reapAtRest?: number;
  /** When so much waits for it, who sends it more is slowed; 0: never. */
  readonly inboxLimit?: number;
  /** The kernel stops rather than go on without it. */
  readonly critical?: boolean;
  /** Which liveslots it runs on: `cooperage` or a name that the worker host knows. */
  readonly liveslots: string;
  /** `v8` where it does not say. */
  readonly engine?: EngineName;
  /** Computrons that one crank may use, where the engine meters. */
  readonly computronLimit?: number;
  /**
   * What becomes of it when a crank uses up its meter or its limit: it ends (the default), or the crank is undone and
   * the vat stands still, its inbox kept, until there is more. One that has not started yet ends in any case.
   */
  readonly whenExhausted?: 'terminate' | 'suspend';
  /** Bytes that the vat's heap may grow to, where the engine can tell. */
  readonly memoryLimit?: number;
  /** The meter that its cranks are charged to, where it has one. */
  readonly meter?: KObject;
  /** The vat is prepared for being forked, and for nothing else: it takes messages of its creator only. */
  readonly zygote?: boolean;
  /** Messages to promises that it decides are delivered to it at once, instead of waiting until it has resolved them. */
  readonly enablePipelining?: boolean;
  /** The vat that asked for it; absent where the host did. */
  readonly creator?: VatID;
  /**
   * For a fork: the first vat of its line, whose name for itself is in its heap and in what its transcript says (the ids of
   * errors begin with it). A fork that does again what its parent did does it under this name.
   */
  readonly ancestor?: VatID;
  /** The account that it is charged to, where it has one. */
  readonly account?: number;
}

/** What may be changed while the vat runs. */
export type ChangeableVatOptions = Partial<
  Pick<
    VatOptions,
    | 'window'
    | 'ownThread'
    | 'crankTimeLimit'
    | 'reapInterval'
    | 'reapReferences'
    | 'reapAtRest'
    | 'inboxLimit'
    | 'computronLimit'
    | 'whenExhausted'
  >
>;
