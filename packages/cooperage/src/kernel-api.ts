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
import type { KernelLinks } from './links/kernel-links.js';
import type { Meters } from './meters.js';
import type { Quarantine } from './quarantine.js';
import type { SuspensionControl } from './suspension.js';
import type { QuickJSOptions } from './workers/vat-workers.js';
import type { LogSink } from './services/logger.js';

/**
 * Settings of the kernel, and defaults for options of vats. Values given here replace those at the top level of the
 * config.
 */
export interface OpenKernelOptions extends KernelSettings, Omit<DefaultVatOptions, 'liveslots'> {
  /**
   * Directory of the kernel. If it is missing here and in the config, the kernel is in memory and ends with the
   * process. `null`: in memory, even if the config names a directory.
   */
  readonly directory?: string | null;
  /** Path of a config file, or the config itself (its paths are relative to the working directory). */
  readonly config: string | KernelConfig;
  /** Objects whose methods vats call with `E()`, by the names under which the bootstrap vat gets them. */
  readonly services?: Readonly<Record<string, object>>;
  /** Deletes the kernel in the directory first. */
  readonly fresh?: boolean;
  /**
   * Gives existing vats what the config and its sources have now: code, parameters, and changeable options. Their
   * durable data stays. Rejects with `UPGRADE_FAILED` if a vat does not start with the new code.
   */
  readonly upgrade?: boolean;
  /** Continues with the code and the parameters that the vats have, although the config and its sources differ. */
  readonly ignoreChanges?: boolean;
  /** For debuggers: sending does not run the kernel; only `run`, `start` and `step` do. */
  readonly manual?: boolean;
  /**
   * What happens to a message of the host if the vat's inbox is longer than its `inboxLimit`: `wait` (the default)
   * sends it when there is room, `refuse` rejects it with `QUEUE_FULL`.
   */
  readonly whenInboxIsFull?: WhenInboxIsFull;
  /**
   * An open store for the kernel, instead of a directory: from `@cooperage/store-postgres`, or your own
   * (`docs/compose-your-own-kernel.md`). The kernel becomes its only user and closes it, also if opening the kernel
   * fails. Excludes `directory` and `fresh`.
   */
  readonly backend?: StoreBackend;
  /** The former name of `backend`. */
  readonly store?: StoreBackend;
  /**
   * Runs all vats, instead of the built-in pools of threads. The kernel stops it, also if opening the kernel fails.
   * Excludes `threads`, `heapLimit`, `liveslots` and `quickjs`.
   */
  readonly workers?: VatWorkerHost;
  /** Modules that export `makeLiveSlots`, by the names that the vat option `liveslots` uses. */
  readonly liveslots?: Readonly<Record<string, string>>;
  /** Options of the threads that run vats on QuickJS. Their liveslots are scripts. */
  readonly quickjs?: QuickJSOptions;
  /**
   * Whether the kernel listens on a Unix socket in its directory, `control.sock`. Then `cooperage send`, `vats`,
   * `upgrade` and the other commands reach the running kernel. Only this user can open the socket. On by default;
   * `true` rejects where a socket is impossible (Windows).
   */
  readonly control?: boolean;
  /** The clock and the source of entropy for the vat option `ambient`. Default: those of the host. */
  readonly ambientSource?: HostAmbient;
  /** Receives what vats log through the `logger` service, and the kernel's own warnings. Default: standard error. */
  readonly log?: LogSink;
  /** Listeners from the beginning: `on` can be called only after the kernel has opened. */
  readonly on?: { readonly [Name in KernelEventName]?: Listener<Name> };
}

export interface KernelStats extends RunnerStats {
  /** The number of vats that are alive. */
  readonly vats: number;
  readonly order: Order;
}

/** A vat to create at run time. Its `meter` may also be a kref. */
export interface VatRequest extends VatOptionsIn<'host'> {
  /** The name of a bundle in the config. */
  readonly bundle: string;
  /** Plain data and references, the second argument of `buildRootObject`. */
  readonly parameters?: unknown;
}

/** The source of new code: one of the two. */
export interface NewCode {
  /** The name of a bundle in the config, or the id of a bundle that the kernel has. */
  readonly bundle?: string;
  /** A module, or a bundle file: a path relative to the working directory, or a module of an installed package. */
  readonly source?: string;
}

export interface UpgradeVatRequest extends NewCode {
  /** Plain data and references for the new `buildRootObject`. Default: those that the vat has. */
  readonly parameters?: unknown;
  /** The reason with which unresolved promises of the old incarnation are rejected. */
  readonly upgradeMessage?: string;
}

/** What could not be collected when a paused vat was upgraded: its old heap took no part. */
export interface Uncollected {
  /** The deliveries since its last `bringOutYourDead`, and the references that the kernel released in them. */
  readonly deliveries: number;
  readonly references: number;
  /** Durable objects that neither stored data nor the kernel refers to. They stay in the store. */
  readonly objects: number;
}

export interface UpgradedIncarnation {
  readonly incarnationNumber: number;
  /** Present if the vat was paused. */
  readonly uncollected?: Uncollected;
}

/** The result for one vat when all vats of a bundle are upgraded. */
export type VatUpgrade = {
  readonly vatID: string;
  readonly name: string;
} & (
  | {
      /** `unchanged`: it already ran the new code. */
      readonly outcome: 'upgraded' | 'unchanged';
      readonly incarnationNumber: number;
      readonly uncollected?: Uncollected;
    }
  | {
      /** `rolled back`: it continues with the old code. `ended`: it terminated before its upgrade began. */
      readonly outcome: 'rolled back' | 'ended';
      readonly reason: string;
    }
);

/** Why a run ended, and what it did. */
export interface KernelRunEnd extends RunEnd {
  /** The state of `bootstrap`, from this start or an earlier one; absent if it was not sent. */
  readonly bootstrap?: BootstrapState;
}

/** An open kernel. Close it: it owns a directory and threads. */
export interface CooperageKernel {
  /** True if this start made the kernel, false if it found one in the directory. */
  readonly isNew: boolean;
  /**
   * Sends a message to the root of a static vat, and runs the kernel until the answer arrives. Resolves, or rejects
   * with the vat's reason, when the answer is durable. In a cluster the vat may run on another shard.
   * @throws {CooperageError} `VAT_NOT_FOUND`, `BAD_ARGUMENT`, `QUEUE_FULL`
   */
  readonly send: (vat: string, method: string, args?: readonly unknown[]) => Promise<unknown>;
  /**
   * The root of a static vat: `E(kernel.root<Bank>('bank')).balance('ann')`.
   * @throws {CooperageError} `VAT_NOT_FOUND`
   */
  readonly root: <T = AnyMethods>(vat: string) => KernelRef<T>;
  /**
   * Makes an object that can be passed to vats from an object of any class or from a function. Vats call its methods
   * with `E()`. Objects made with `Far` can be passed directly. The reference breaks when this process ends; objects
   * that exist again after a restart are `services`.
   * @param name the name that consoles of vats show
   * @throws {CooperageError} `BAD_ARGUMENT` if the object has no methods
   */
  readonly exportObject: <T extends object>(methods: T, name?: string) => T;
  /** Creates a vat, as a vat does through the vat administration. */
  readonly createVat: (
    name: string,
    request: VatRequest,
  ) => Promise<{ readonly root: KernelRef; readonly admin: KernelRef }>;
  /**
   * Replaces the code and the heap of a vat. Its durable data and its root stay. Resolves when the upgrade is durable.
   * If the new code does not start, rejects with the reason, and the old incarnation continues unchanged. A paused vat
   * is upgraded at once, without its heap: its waiting deliveries go to the new incarnation, and `uncollected` says
   * what its old heap could not drop.
   * @param vat its name, or its id such as `v3`
   * @throws {CooperageError} `VAT_NOT_FOUND`, `BUNDLE_NOT_FOUND`, `BAD_BUNDLE`, `BAD_ARGUMENT`
   */
  readonly upgradeVat: (vat: string, request: UpgradeVatRequest) => Promise<UpgradedIncarnation>;
  /**
   * Upgrades all vats of a bundle of the config, and makes the new code the bundle of that name, for vats that are
   * created later. If no vat starts with the new code, the name keeps the old code. The call can be repeated with
   * better code: vats that were rolled back still belong to the bundle.
   * @returns the result for each vat, when all of them are durable
   * @throws {CooperageError} `BUNDLE_NOT_FOUND`, `BAD_BUNDLE`, `BAD_ARGUMENT`
   */
  readonly upgradeBundle: (
    bundle: string,
    request: UpgradeVatRequest,
  ) => Promise<readonly VatUpgrade[]>;
  /**
   * Changes options of a vat, between the deliveries before the call and those after it. Resolves when the change is
   * durable. Another time limit, or a thread of its own, needs another worker, which replays the vat.
   * @param vat its name, or its id such as `v3`
   * @throws {CooperageError} `VAT_NOT_FOUND`, `BAD_ARGUMENT`
   */
  readonly changeOptions: (vat: string, options: ChangeableVatOptions) => Promise<void>;
  /**
   * Makes a static vat collect its garbage, unless it got no deliveries since it last did. Returns at once.
   * @throws {CooperageError} `VAT_NOT_FOUND`
   */
  readonly bringOutYourDead: (vat: string) => void;
  /** Links with the kernels of other shards; undefined if the store has no links. */
  readonly links?: KernelLinks;
  /** Meters: the budgets of vats. */
  readonly meters: Meters;
  /** Quarantined vats, whose replay diverged, and what to do with them. */
  readonly quarantine: Quarantine;
  /** Suspended vats, which used up their computrons, and what to do with them. */
  readonly suspension: SuspensionControl;
  /**
   * Copies the present heap of a static vat. Resolves when the copy is durable.
   * @throws {CooperageError} `VAT_NOT_FOUND`, `BAD_ARGUMENT` if the vat's engine cannot copy heaps
   */
  readonly snapshot: (vat: string) => Promise<void>;
  /**
   * Runs until no work is left, or until a bound is reached. It stops between two cranks, and everything retired is
   * durable. In `issue` order a bound in cranks always stops in the same state.
   * @throws {CooperageError} `BAD_ARGUMENT` for an invalid bound
   */
  readonly run: (bounds?: RunBounds) => Promise<KernelRunEnd>;
  /**
   * Sends `bootstrap` to the bootstrap vat again: after it was rejected, or if the config named no bootstrap vat when
   * the kernel was made. Resolves with the answer when it is durable.
   * @throws {CooperageError} `BAD_ARGUMENT` if it is under way, has succeeded, or the config names no vat for it
   */
  readonly bootstrap: () => Promise<unknown>;
  /** Runs the kernel in the background. */
  readonly start: () => void;
  /** Ends `start`, between two cranks. Resolves when everything retired is durable. */
  readonly stop: () => Promise<void>;
  /** Retires one record; undefined if no work is left. */
  readonly step: () => Promise<Retired | undefined>;
  readonly stats: () => KernelStats;
  readonly on: <Name extends KernelEventName>(name: Name, listener: Listener<Name>) => () => void;
  /** The store, for reading between cranks. */
  readonly store: KernelStore;
  /**
   * Writes the state of the kernel at this moment to a file, when it is durable. The kernel can continue meanwhile.
   * @param target a new file, or a folder of exports
   * @throws {CooperageError} `BAD_ARGUMENT`, `BAD_EXPORT`
   */
  readonly export: (target: string, options?: ExportOptions) => Promise<Exported>;
  /** Stops the workers and unlocks the directory. Idempotent. */
  readonly close: () => Promise<void>;
}
