import type {
  Order,
  ChangeableVatOptions,
  DefaultVatOptions,
  KernelStore,
  StoreBackend,
  VatOptionsIn,
  VatWorkerHost,
} from '@cooperage/types';
import type { HostAmbient, RunBounds, RunEnd, RunnerStats } from '@cooperage/vat-manager';
import type { Retired } from '@cooperage/kernel';
import type { BootstrapState } from './bootstrap.js';
import type { KernelConfig } from './config/config.js';
import type { KernelSettings } from './config/settings.js';
import type { Exported, ExportOptions } from '@cooperage/tools';
import type { KernelEventName, Listener } from './host/events.js';
import type { WhenInboxIsFull } from './host/delayed-sends.js';
import type { AnyMethods, KernelRef } from './host/references/kernel-ref.js';
import type { Meters } from './meters.js';
import type { Quarantine } from './quarantine.js';
import type { SuspensionControl } from './suspension.js';
import type { QuickJSOptions } from './workers/vat-workers.js';
import type { LogSink } from './services/logger.js';

/**
 * Settings of the kernel, and options for vats that do not say, are those of the config: what is given here holds
 * instead of what the config says at its top level.
 */
export interface OpenKernelOptions extends KernelSettings, Omit<DefaultVatOptions, 'liveslots'> {
  /**
   * Where the kernel lives; in memory, and gone with the process, if it is left out here and in the config. `null`: in
   * memory, whatever the config says.
   */
  readonly directory?: string | null;
  /** Path of a config file, or the config itself (its paths are relative to the working directory). */
  readonly config: string | KernelConfig;
  /** Objects that vats call with `E()`, by the names under which the bootstrap vat gets them. */
  readonly services?: Readonly<Record<string, object>>;
  /** Deletes the kernel that is in the directory first. */
  readonly fresh?: boolean;
  /**
   * Gives the vats that are there what the config and its sources say now: code, parameters, and the options that can be
   * changed. Their durable data stays. Rejects with `UPGRADE_FAILED` where a vat does not start with it.
   */
  readonly upgrade?: boolean;
  /** Goes on with the code and the parameters that the vats have, although the config and its sources say otherwise. */
  readonly ignoreChanges?: boolean;
  /** Sending does not set the kernel in motion: only `run`, `start` and `step` do. For debuggers. */
  readonly manual?: boolean;
  /**
   * What becomes of a message of the host's for a vat for which more than its `inboxLimit` waits: `wait` (the
   * default) sends it when there is room, `refuse` rejects it with `QUEUE_FULL`.
   */
  readonly whenInboxIsFull?: WhenInboxIsFull;
  /**
   * The open store that the kernel lives in, instead of a directory: that of `@cooperage/store-postgres`, or one of your
   * own (`docs/compose-your-own-kernel.md`). The kernel is its only user from now on and closes it, also where opening the
   * kernel fails. Excludes `directory` and `fresh`.
   */
  readonly backend?: StoreBackend;
  /** The former name of `backend`. */
  readonly store?: StoreBackend;
  /**
   * Where vats run instead of in the built-in pools of threads, vats of all engines. The kernel stops it, also where
   * opening the kernel fails. Excludes `threads`, `heapLimit`, `liveslots` and `quickjs`.
   */
  readonly workers?: VatWorkerHost;
  /** Modules that export `makeLiveSlots`, by the names that vats ask for with `liveslots`. */
  readonly liveslots?: Readonly<Record<string, string>>;
  /** Of the threads that run vats on QuickJS. Their liveslots are scripts. */
  readonly quickjs?: QuickJSOptions;
  /**
   * Whether the kernel listens on a Unix socket in its directory, `control.sock`, so that `cooperage send`, `vats`,
   * `upgrade` and the other commands reach it while it runs. Only this user can open it, and it costs nothing while
   * no one is connected. On unless this is `false`; `true` rejects where there can be none (Windows).
   */
  readonly control?: boolean;
  /** The clock and the entropy behind the vat option `ambient`; those of the host if left out. */
  readonly ambientSource?: HostAmbient;
  /**
   * Receives what vats log through the `logger` service and the kernel's own warnings; written to
   * standard error if left out.
   */
  readonly log?: LogSink;
  /** Listeners that are there from the beginning: while the kernel boots there is nothing yet to call `on` of. */
  readonly on?: { readonly [Name in KernelEventName]?: Listener<Name> };
}

export interface KernelStats extends RunnerStats {
  /** Vats that are alive. */
  readonly vats: number;
  readonly order: Order;
}

/** A vat to be made at run time; its `meter` may also be named by its kref. */
export interface VatRequest extends VatOptionsIn<'host'> {
  /** Name of a bundle in the config. */
  readonly bundle: string;
  /** Plain data, and references, for `buildRootObject`. */
  readonly parameters?: unknown;
}

/** Where new code comes from: one of the two. */
export interface NewCode {
  /** Name of a bundle in the config, or the id of one that the kernel has. */
  readonly bundle?: string;
  /** A module, or a bundle that was made of one: a path relative to the working directory, or as a package names it. */
  readonly source?: string;
}

export interface UpgradeVatRequest extends NewCode {
  /** Plain data, and references, for the new `buildRootObject`; those that the vat has where it is left out. */
  readonly parameters?: unknown;
  /** What those learn whose promises the old incarnation did not keep. */
  readonly upgradeMessage?: string;
}

/** What could not be collected of an old incarnation whose heap took no part in the upgrade. */
export interface Uncollected {
  /** Deliveries since it last brought out its dead, and references that the kernel let go of in them. */
  readonly deliveries: number;
  readonly references: number;
  /** Durable objects that neither stored data nor the kernel holds: they stay in the store, and nothing reaches them. */
  readonly objects: number;
}

export interface UpgradedIncarnation {
  readonly incarnationNumber: number;
  /** Where the vat was in quarantine or suspended. */
  readonly uncollected?: Uncollected;
}

/** What became of one vat when all vats of a bundle were upgraded. */
export type VatUpgrade = {
  readonly vatID: string;
  readonly name: string;
} & (
  | {
      /** `unchanged`: it ran the new code already. */
      readonly outcome: 'upgraded' | 'unchanged';
      readonly incarnationNumber: number;
      readonly uncollected?: Uncollected;
    }
  | {
      /** `rolled back`: it goes on with the old code. `ended`: it was terminated before its turn came. */
      readonly outcome: 'rolled back' | 'ended';
      readonly reason: string;
    }
);

/** Why a run ended, and what it did. */
export interface KernelRunEnd extends RunEnd {
  /** What has become of `bootstrap`, in this start or an earlier one; absent where none was sent. */
  readonly bootstrap?: BootstrapState;
}

/** A kernel that is open. Close it: it owns a directory and threads. */
export interface CooperageKernel {
  /** True if this start made the kernel, false if it found one in the directory. */
  readonly isNew: boolean;
  /**
   * Sends a message to the root of a static vat and keeps the kernel running until the answer is there.
   * Resolves (or rejects with the vat's reason) once the answer is durable.
   * @throws {CooperageError} `VAT_NOT_FOUND`, `BAD_ARGUMENT`, `QUEUE_FULL`
   */
  readonly send: (vat: string, method: string, args?: readonly unknown[]) => Promise<unknown>;
  /**
   * The root of a static vat: `E(kernel.root<Bank>('bank')).balance('ann')`.
   * @throws {CooperageError} `VAT_NOT_FOUND`
   */
  readonly root: <T = AnyMethods>(vat: string) => KernelRef<T>;
  /**
   * Makes an object of any class, or a function, one that can be passed to vats, which call its methods with `E()`. What
   * `Far` makes can be passed as it is. It breaks when this process ends; objects that are to be there again are `services`.
   * @param name what vats see of it in their consoles
   * @throws {CooperageError} `BAD_ARGUMENT` for what has no methods
   */
  readonly exportObject: <T extends object>(methods: T, name?: string) => T;
  /** Asks for a vat, as a vat does through the vat administration. */
  readonly createVat: (
    name: string,
    request: VatRequest,
  ) => Promise<{ readonly root: KernelRef; readonly admin: KernelRef }>;
  /**
   * Replaces the code and the heap of a vat; its durable data and its root stay. Resolves once that is durable;
   * rejects with the reason if the new code does not start, and the old incarnation goes on as if nothing had
   * happened. A vat that is in quarantine or suspended is upgraded at once, without its heap: what waits for it goes to
   * the new incarnation, and what its heap could not bring out is told.
   * @param vat its name, or its id such as `v3`
   * @throws {CooperageError} `VAT_NOT_FOUND`, `BUNDLE_NOT_FOUND`, `BAD_BUNDLE`, `BAD_ARGUMENT`
   */
  readonly upgradeVat: (vat: string, request: UpgradeVatRequest) => Promise<UpgradedIncarnation>;
  /**
   * Upgrades all vats that were made of a bundle of the config, and gives its name to the new code: vats that are
   * made later get that. If no vat can start with it the name stays. Call it again with better code: those that were
   * rolled back are still the bundle's.
   * @returns what became of each vat, once all of it is durable
   * @throws {CooperageError} `BUNDLE_NOT_FOUND`, `BAD_BUNDLE`, `BAD_ARGUMENT`
   */
  readonly upgradeBundle: (
    bundle: string,
    request: UpgradeVatRequest,
  ) => Promise<readonly VatUpgrade[]>;
  /**
   * Changes options of a vat, between what was delivered to it before the call and what after. Resolves once that
   * is durable. Another time limit, or a thread of its own, means another worker, which runs the vat's history again.
   * @param vat its name, or its id such as `v3`
   * @throws {CooperageError} `VAT_NOT_FOUND`, `BAD_ARGUMENT`
   */
  readonly changeOptions: (vat: string, options: ChangeableVatOptions) => Promise<void>;
  /**
   * Has a static vat look for what it does not need any more, unless nothing was delivered to it since it last did.
   * Returns at once.
   * @throws {CooperageError} `VAT_NOT_FOUND`
   */
  readonly bringOutYourDead: (vat: string) => void;
  /** What vats are charged to. */
  readonly meters: Meters;
  /** Vats whose history took another course when it was run again, and what to do about them. */
  readonly quarantine: Quarantine;
  /** Vats that used up what they may use and wait for more. */
  readonly suspension: SuspensionControl;
  /**
   * Copies the heap of a static vat as it is now; durable when it resolves.
   * @throws {CooperageError} `VAT_NOT_FOUND`, `BAD_ARGUMENT` where the vat's engine cannot
   */
  readonly snapshot: (vat: string) => Promise<void>;
  /**
   * Runs until there is nothing left to do, or until one of the bounds is reached: between two cranks, with all that
   * was retired durable. In `issue` order a bound in cranks always stops in the same state.
   * @throws {CooperageError} `BAD_ARGUMENT` for a bound that is none
   */
  readonly run: (bounds?: RunBounds) => Promise<KernelRunEnd>;
  /**
   * Sends `bootstrap` to the bootstrap vat again: where it was rejected, in this start or an earlier one, or where the
   * config named no vat for it when the kernel was made. Resolves with the answer, once it is durable.
   * @throws {CooperageError} `BAD_ARGUMENT` where it is under way, has succeeded, or the config names no vat for it
   */
  readonly bootstrap: () => Promise<unknown>;
  /** Keeps running in the background. */
  readonly start: () => void;
  /** Ends `start`, between two cranks; what was retired is durable when it resolves. */
  readonly stop: () => Promise<void>;
  /** Retires one record; undefined where there is nothing left to do. */
  readonly step: () => Promise<Retired | undefined>;
  readonly stats: () => KernelStats;
  readonly on: <Name extends KernelEventName>(name: Name, listener: Listener<Name>) => () => void;
  /** The store, for reading: tools look at it between cranks. */
  readonly store: KernelStore;
  /**
   * Writes the kernel as it is when all that was done so far is durable; it can go on meanwhile.
   * @param target a new file, or a folder of exports
   * @throws {CooperageError} `BAD_ARGUMENT`, `BAD_EXPORT`
   */
  readonly export: (target: string, options?: ExportOptions) => Promise<Exported>;
  /** Stops the workers and lets go of the directory. Idempotent. */
  readonly close: () => Promise<void>;
}
