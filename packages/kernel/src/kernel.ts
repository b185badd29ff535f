import {
  type CrankTables,
  insistOptions,
  LIMITS,
  makePace,
  type OptionTable,
  type Pace,
  wholeNumber,
} from '@cooperage/types';
import { type ChangeOptions, makeChangeOptions } from './vats/change-options.js';
import { type Cranks, makeCranks } from './crank.js';
import { type Effects, makeEffects } from './effects.js';
import { type Forks, makeForks } from './vats/forks.js';
import { makeGarbage } from './garbage/garbage.js';
import { type Pauses, makePauses } from './vats/pauses.js';
import { type Host, makeHost } from './host.js';
import { makeLinks } from './links/links.js';
import { makeMessages, type Messages } from './messages/messages.js';
import { makeMeters, type Meters } from './meters/meters.js';
import { makeSyscalls, type Syscalls } from './messages/syscalls.js';
import { guardRows } from './tables/guarded-rows.js';
import { type KernelTables, makeKernelTables } from './tables/kernel-tables.js';
import { makeVatAdmin } from './vats/vat-admin.js';
import { makeUpgrades, type Upgrades } from './vats/upgrades.js';
import { makeVatLifecycle, type VatLifecycle } from './vats/vat-lifecycle.js';

/**
 * The kernel: a synchronous state machine over a map of strings. It does no I/O, reads no clock and draws no random
 * numbers. Its whole state is in the tables, and `effects` lists what has to be done outside. All work happens in
 * cranks ({@link Cranks}), each applied whole or not at all.
 */
export interface Kernel {
  readonly tables: KernelTables;
  readonly effects: Effects;
  readonly messages: Messages;
  readonly syscalls: Syscalls;
  readonly lifecycle: VatLifecycle;
  readonly upgrades: Upgrades;
  readonly changeOptions: ChangeOptions;
  readonly forks: Forks;
  readonly meters: Meters;
  readonly pauses: Pauses;
  readonly host: Host;
  readonly cranks: Cranks;
  /** Measures the work of a crank. */
  readonly pace: Pace;
}

export interface KernelSettings {
  /** Rows of terminated vats that one crank deletes. Default: `LIMITS.sweptRows`. */
  readonly sweptRows?: number | undefined;
  /** Messages on their way to a peer beyond which the vats that send to it wait; 0 for no limit. Default: `DEFAULTS.linkLimit`. */
  readonly linkLimit?: number | undefined;
  /** Work in one slice of a crank. Default: `LIMITS.sliceWork`. */
  readonly sliceWork?: number | undefined;
}

const SETTINGS = {
  sweptRows: { value: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'rows') },
  linkLimit: { value: wholeNumber(0, Number.MAX_SAFE_INTEGER, 'messages') },
  sliceWork: { value: wholeNumber(1, Number.MAX_SAFE_INTEGER) },
} as const satisfies Record<keyof KernelSettings, OptionTable[string]>;

/** @throws {CooperageError} `BAD_ARGUMENT` */
export const makeKernel = (unguarded: CrankTables, settings: KernelSettings = {}): Kernel => {
  insistOptions('makeKernel', settings, SETTINGS);
  const { sweptRows, linkLimit, sliceWork = LIMITS.sliceWork } = settings;
  const rows = guardRows(unguarded);
  const tables = makeKernelTables(rows, sweptRows, linkLimit);
  const effects = makeEffects();
  const pace = makePace(sliceWork);
  const vatAdmin = makeVatAdmin({
    tables,
    messages: () => messages,
    lifecycle: () => lifecycle,
    upgrades: () => upgrades,
    changeOptions: () => changeOptions,
    forks: () => forks,
    meters: () => meters,
  });
  const messages: Messages = makeMessages(
    tables,
    effects,
    vatAdmin.call,
    () => links.departing,
    pace,
  );
  const links = makeLinks(tables, () => messages, pace);
  const upgrades: Upgrades = makeUpgrades({
    tables,
    effects,
    messages,
    pauses: () => pauses,
  });
  const pauses: Pauses = makePauses({
    tables,
    effects,
    rollBack: (vatID, upgrade, reason) => upgrades.rollBack(vatID, upgrade, reason),
    meters: () => meters,
  });
  const changeOptions: ChangeOptions = makeChangeOptions(tables, effects, messages, pauses);
  const meters: Meters = makeMeters(tables, () => messages, pauses);
  const forks: Forks = makeForks(tables, effects, messages, pace);
  const lifecycle: VatLifecycle = makeVatLifecycle({
    tables,
    effects,
    messages,
    upgrades,
    changeOptions,
    forks,
    pace,
  });
  const garbage = makeGarbage(tables, effects, messages, links.garbage, pace);
  return {
    tables,
    effects,
    messages,
    syscalls: makeSyscalls(tables, messages, pace),
    lifecycle,
    upgrades,
    changeOptions,
    forks,
    meters,
    pauses,
    host: makeHost({
      tables,
      effects,
      messages,
      lifecycle,
      upgrades,
      changeOptions,
      pauses,
      meters,
      links,
    }),
    cranks: makeCranks({ rows, tables, effects, messages, garbage, pace }),
    pace,
  };
};
