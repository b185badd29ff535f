/**
 * Between supervisor and liveslots: the shapes of the field's liveslots, so that
 * either side can be swapped (the published package runs under our supervisor,
 * ours under another's).
 */
import type { CapData } from '../data/capdata.js';
import type { SyscallEntry } from '../records/completion-record.js';
import type { VatDeliveryObject, VatResolution } from '../records/delivery.js';
import type { VRef } from '../refs.js';
import type { ConsoleLevel } from './vat-worker.js';

/** The syscalls as liveslots calls them: synchronous, valid only during a crank. */
export interface LiveSlotsSyscall {
  send(target: VRef, methargs: CapData<VRef>, result?: VRef): void;
  callNow(target: VRef, method: string, args: CapData<VRef>): CapData<VRef>;
  subscribe(vpid: VRef): void;
  resolve(resolutions: readonly VatResolution[]): void;
  exit(isFailure: boolean, info: CapData<VRef>): void;
  vatstoreGet(key: string): string | undefined;
  vatstoreGetNextKey(priorKey: string): string | undefined;
  vatstoreSet(key: string, value: string): void;
  vatstoreDelete(key: string): void;
  dropImports(vrefs: readonly VRef[]): void;
  retireImports(vrefs: readonly VRef[]): void;
  retireExports(vrefs: readonly VRef[]): void;
  abandonExports(vrefs: readonly VRef[]): void;
}

export interface MeterControl {
  isMeteringDisabled(): boolean;
  assertIsMetered(message?: string): void;
  assertNotMetered(message?: string): void;
  runWithoutMetering<T>(thunk: () => T): T;
  runWithoutMeteringAsync<T>(thunk: () => Promise<T>): Promise<T>;
  unmetered<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R;
}

/** Powers over the engine's heap. Injected: user code never sees them, and tests fake them. */
export interface GcTools {
  readonly WeakRef: WeakRefConstructor;
  readonly FinalizationRegistry: FinalizationRegistryConstructor;
  /** Resolves when the vat has lost agency: the microtask queue is empty. */
  waitUntilQuiescent(): Promise<void>;
  /** Provokes a collection and lets finalizers run; does nothing where that is too expensive. */
  gcAndFinalize(): Promise<void>;
  readonly meterControl: MeterControl;
}

export interface LiveSlotsOptions {
  readonly enableDisavow?: boolean;
  readonly relaxDurabilityRules?: boolean;
  readonly allowStateShapeChanges?: boolean;
  /** For debugging: each object of a kind is named by its vref, too, which user code then sees. */
  readonly labelInstances?: boolean;
}

/** The console that liveslots and user code write to. */
export type LiveSlotsConsole = Readonly<Record<ConsoleLevel, (...args: unknown[]) => void>>;

/** What a vat's module exports, as far as the kernel cares. */
export interface VatNamespace {
  readonly buildRootObject: (
    vatPowers: Readonly<Record<string, unknown>>,
    vatParameters: unknown,
    baggage: unknown,
  ) => unknown;
}

/** Called during startVat only: evaluates the vat's bundle. */
export type BuildVatNamespace = (
  vatGlobals: Readonly<Record<string, unknown>>,
  inescapableGlobals: Readonly<Record<string, unknown>>,
) => Promise<VatNamespace>;

export interface LiveSlots {
  /**
   * Resolves when the crank is over. Rejects only for an unknown or ill-formed delivery and a failed
   * start: an error of user code rejects the result promise instead.
   */
  dispatch(delivery: VatDeliveryObject): Promise<unknown>;
  /**
   * In place of `dispatch(['bringOutYourDead'])` when a vat's history is run again: takes what that crank
   * told the kernel and deleted to be dead, because the engine need not have collected the same now. Makes
   * no syscall. Absent where an engine always collects the same, and in liveslots that cannot do it.
   *
   * @param past the syscalls of that crank, with what it read
   */
  replayDeaths?(past: readonly SyscallEntry[]): void;
}

export type MakeLiveSlots = (
  syscall: LiveSlotsSyscall,
  forVatID: string,
  vatPowers: Readonly<Record<string, unknown>>,
  options: LiveSlotsOptions,
  gcTools: GcTools,
  console: LiveSlotsConsole,
  buildVatNamespace: BuildVatNamespace,
) => LiveSlots;
