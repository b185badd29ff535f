/** Puts the parts together. Each part gets what it uses as arguments, and does not import this file. */
import harden from '@endo/harden';
import { passStyleOf } from '@endo/pass-style';
import { PassStyleOfEndowmentSymbol } from '@endo/pass-style/endow.js';
import type { LiveSlots, LiveSlotsConsole, MakeLiveSlots } from '@cooperage/types';
import { makeCrankGate } from './vat/crank-gate.js';
import { makeReplayDeaths } from './gc/dead-replay.js';
import { makeDeadScan } from './gc/dead-scan.js';
import { makeD } from './vat/devices.js';
import { makeDispatch } from './vat/dispatch.js';
import { makeExitPowers } from './vat/exit-powers.js';
import { makeGcDeliveries } from './gc/gc-deliveries.js';
import { makeCore } from './vat/make-core.js';
import { makeStorage } from './vat/make-storage.js';
import { makeStartVat } from './vat/start-vat.js';
import { makeTestHooks, type TestHooks } from './vat/test-hooks.js';
import { makeVatEnvironment } from './vat/vat-environment.js';

const defaultConsole = (): LiveSlotsConsole =>
  (globalThis as unknown as { console: LiveSlotsConsole }).console;

/**
 * @param ungatedSyscall what the vat asks of the kernel
 * @param forVatID       appears in the ids of errors
 * @param givenPowers    what the supervisor adds to the vat's powers
 * @param gcTools        powers over the heap; user code never gets them
 * @param liveSlotsConsole receives the errors that leave the vat, unredacted
 */
export const makeLiveSlots = (
  ...[
    ungatedSyscall,
    forVatID,
    givenPowers,
    options,
    gcTools,
    liveSlotsConsole,
    buildVatNamespace,
  ]: Parameters<MakeLiveSlots>
): Required<LiveSlots> & { readonly testHooks: TestHooks } => {
  // Callers of the published signature may leave these out.
  const opts = options ?? {};
  const console = liveSlotsConsole ?? defaultConsole();

  const gate = makeCrankGate(ungatedSyscall);
  const { syscall } = gate;
  const core = makeCore(syscall, forVatID, gcTools, console);
  const { slots, limits, kinds, counts, exports, recognizers, encoder, decode } = core;
  const storage = makeStorage(syscall, gcTools, opts, core);

  const vatGlobals = { VatData: storage.vatData };
  const environment = makeVatEnvironment(
    {
      D: makeD(syscall, slots, exports, encoder, decode, limits),
      ...makeExitPowers(syscall, exports, encoder, limits),
      ...(opts.enableDisavow ? { disavow: core.disavowals.disavow } : {}),
    },
    givenPowers ?? {},
    vatGlobals,
    {
      WeakMap: storage.weakCollections.WeakMap,
      WeakSet: storage.weakCollections.WeakSet,
      [PassStyleOfEndowmentSymbol]: passStyleOf,
    },
  );

  const testHooks = makeTestHooks(gate, core, storage, vatGlobals);

  const dispatch = makeDispatch({
    gate,
    gcTools,
    receiver: core.receiver,
    startVat: makeStartVat({
      vatID: forVatID,
      environment,
      buildVatNamespace,
      slots,
      exports,
      decode,
      durable: storage.durableParts,
    }),
    ...makeGcDeliveries(exports, recognizers, core.possiblyDead),
    scanForDead: makeDeadScan({
      syscall,
      gcTools,
      slots,
      kinds,
      counts,
      exports,
      recognizers,
      possiblyDead: core.possiblyDead,
      names: core.importNames,
      deleteOrphan: storage.deleteOrphan,
    }),
    retentionStats: testHooks.getRetentionStats,
    changeVatOptions(changed) {
      for (const name of Object.keys(changed)) {
        console.warn(`there is no vat option ${name} that could be changed`);
      }
    },
    flush: storage.flush,
  });

  const replayDeaths = makeReplayDeaths({
    slots,
    counts,
    exports,
    recognizers,
    possiblyDead: core.possiblyDead,
    names: core.importNames,
  });

  return harden({ dispatch, replayDeaths, testHooks });
};
