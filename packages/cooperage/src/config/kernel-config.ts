import type { EngineName, Order } from '@cooperage/types';

/** What a user writes, and what becomes of it. */

/** A vat that is there from the beginning. */
export type VatConfig = (
  | {
      /**
       * The vat's module: a path relative to the config file, or a module of an installed package
       * (`some-package/vat.js`). JavaScript or TypeScript, or a bundle that `cooperage bundle` made (`.json`).
       */
      readonly source: string;
      readonly bundle?: undefined;
    }
  | {
      /** A name from `bundles`. */
      readonly bundle: string;
      readonly source?: undefined;
    }
) & {
  /** Plain data for `buildRootObject`. */
  readonly parameters?: unknown;
  /** Deliveries that may be out at the vat's worker at once; 1 is the classic hand-shake. */
  readonly window?: number;
  /** The vat shares its thread with no other. */
  readonly ownThread?: boolean;
  /** Milliseconds of wall-clock time for one crank. */
  readonly crankTimeLimit?: number;
  /** It is told to bring out its dead after so many deliveries; 0: never for that reason. */
  readonly reapInterval?: number;
  /** The same after so many references were dropped or retired by others; 0: never for that reason. */
  readonly reapReferences?: number;
  /** The same when there is nothing else to do, after so many deliveries; 0, the default: never for that reason. */
  readonly reapAtRest?: number;
  /** When so many deliveries wait for it, who sends it more is slowed; 0: never. */
  readonly inboxLimit?: number;
  /** Messages to promises that it decides are delivered to it at once. */
  readonly enablePipelining?: boolean;
  /** Which liveslots it runs on. */
  readonly liveslots?: string;
  /** Which engine it runs on. */
  readonly engine?: EngineName;
  /** Computrons that one crank may use, where the engine meters. */
  readonly computronLimit?: number;
  /** What becomes of it when it uses up its meter or a crank's limit: it ends (the default), or stands still until there is more. */
  readonly whenExhausted?: 'terminate' | 'suspend';
  /** Bytes that its heap may grow to, where the engine can tell. */
  readonly memoryLimit?: number;
  /** A name from `meters`: what each of its cranks uses is charged to it, where the engine meters. */
  readonly meter?: string;
  /** Vats that it and what it makes may be at one time. */
  readonly vatQuota?: number;
  /** Bytes: what their memory limits may add up to. */
  readonly memoryQuota?: number;
  /** It is there for being forked: it takes messages of the host only. */
  readonly zygote?: boolean;
  /** The kernel stops rather than go on without it: whatever would have ended the vat is not done. */
  readonly critical?: boolean;
};

/** Computrons that vats share. */
export interface MeterConfig {
  /** What they may use before it is topped up; digits where a number cannot say it. */
  readonly remaining: number | bigint | string;
  /** Those who wait for it are told when less is left. */
  readonly threshold?: number | bigint | string;
}

export interface KernelConfig {
  /** The vat whose root is sent `bootstrap` with the roots of all vats when the kernel is new. */
  readonly bootstrap?: string;
  readonly vats: Readonly<Record<string, VatConfig>>;
  /** Code from which vats may be made at run time, by name. */
  readonly bundles?: Readonly<Record<string, { readonly source: string }>>;
  /** What vats are charged to, by the names that they give as `meter`. */
  readonly meters?: Readonly<Record<string, MeterConfig>>;
  /** Whether each crank is written down; by default in `issue` order. */
  readonly history?: boolean;
  /** In which order records are retired. */
  readonly order?: Order;
  /** For the choices of `adversarial` order. */
  readonly seed?: number;
  /** Threads that vats share. */
  readonly threads?: number;
  /** For vats that do not say. */
  readonly window?: number;
  /** Megabytes of heap for one worker thread. */
  readonly heapLimit?: number;
  /** Milliseconds, for vats that do not say. */
  readonly crankTimeLimit?: number;
  /** For vats that do not say. */
  readonly reapInterval?: number;
  readonly reapReferences?: number;
  /** The same when there is nothing else to do, after so many deliveries; 0, the default: never for that reason. */
  readonly reapAtRest?: number;
  /** For vats that do not say. */
  readonly inboxLimit?: number;
  /** Which liveslots vats run on that do not say: ours, or one that the kernel is opened with. */
  readonly liveslots?: string;
  /** Which engine vats run on that do not say: `v8` (the default) in threads, or `quickjs`, whose heaps can be copied and metered. */
  readonly engine?: EngineName;
  /** Vats in memory at a time; the least recently used leave first. */
  readonly maxVatsOnline?: number;
  /** Megabytes of memory of the process beyond which idle vats leave. */
  readonly maxMegabytes?: number;
  /** Where the kernel keeps its state; relative to the config file. */
  readonly directory?: string;
}

export interface ResolvedVat {
  readonly name: string;
  /** Absolute path of the module, or of a ready-made bundle. */
  readonly source: string;
  /** Undefined where none were given. */
  readonly parameters: unknown;
  readonly window: number;
  readonly ownThread: boolean;
  readonly crankTimeLimit: number;
  readonly reapInterval: number;
  readonly reapReferences: number;
  readonly reapAtRest: number;
  readonly inboxLimit: number;
  readonly enablePipelining?: boolean;
  readonly liveslots: string;
  readonly engine?: EngineName;
  readonly computronLimit?: number;
  readonly whenExhausted?: 'terminate' | 'suspend';
  readonly memoryLimit?: number;
  readonly meter?: string;
  readonly vatQuota?: number;
  readonly memoryQuota?: number;
  readonly zygote?: boolean;
  readonly critical?: boolean;
}

/** A checked config: defaults filled in, paths absolute, every file there. */
export interface ResolvedConfig {
  /** The file that it came from, where it came from one. */
  readonly file: string | undefined;
  readonly bootstrap: string | undefined;
  /** In the order in which they are written. */
  readonly vats: Readonly<Record<string, ResolvedVat>>;
  readonly bundles: Readonly<Record<string, { readonly source: string }>>;
  readonly meters: Readonly<
    Record<string, { readonly remaining: bigint; readonly threshold: bigint }>
  >;
  /** Undefined: as it was so far, and in `issue` order. */
  readonly history: boolean | undefined;
  readonly order: Order;
  readonly seed: number;
  /** Undefined: as many as the machine has cores. */
  readonly threads: number | undefined;
  readonly window: number;
  readonly liveslots: string;
  readonly engine: EngineName;
  readonly heapLimit: number;
  readonly crankTimeLimit: number;
  /** Undefined: no limit. */
  readonly maxVatsOnline: number | undefined;
  readonly maxMegabytes: number | undefined;
  readonly directory: string | undefined;
}
