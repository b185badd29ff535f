/** Puts the parts together. Each part is given what it uses; none knows of this file. */
import harden from '@endo/harden';
import { passStyleOf } from '@endo/pass-style';
import { PassStyleOfEndowmentSymbol } from '@endo/pass-style/endow.js';
import type { GcTools, LiveSlotsConsole, LiveSlotsSyscall, MakeLiveSlots } from '@cooperage/types';
import { loadBuiltinKinds } from './builtin-kinds.js';
import { makeCapDataLimits } from './capdata-limits.js';
import { makeDeleteEntry } from './collection-entry.js';
import { makeCrankGate } from './crank-gate.js';
import { makeDeadScan } from './dead-scan.js';
import { makeDecode } from './decoder.js';
import { makeD } from './devices.js';
import { makeDisavowals } from './disavowal.js';
import { makeDispatch } from './dispatch.js';
import { makeEncoder } from './encoder.js';
import { makeExitPowers } from './exit-powers.js';
import { makeExporter } from './exporter.js';
import { makeExports } from './exports.js';
import { makeGcDeliveries } from './gc-deliveries.js';
import { makeIdCounters } from './id-counters.js';
import { makeImporter } from './importer.js';
import { makeKindRegistry } from './kind-registry.js';
import { makePossiblyDead } from './possibly-dead.js';
import { makePromiseTable } from './promise-table.js';
import { makeReceiver } from './receiver.js';
import { makeRecognizers } from './recognizers.js';
import { makeReferenceCounts } from './reference-counts.js';
import { makeResolver } from './resolver.js';
import { makeSender } from './sender.js';
import { makeSlotTable } from './slot-table.js';
import { makeStartVat } from './start-vat.js';
import { makeVatEnvironment } from './vat-environment.js';

/** References, messages and promises: what works without storage. */
const makeCore = (
  syscall: LiveSlotsSyscall,
  vatID: string,
  gcTools: GcTools,
  console: LiveSlotsConsole,
) => {
  const { meterControl } = gcTools;
  const possiblyDead = makePossiblyDead();
  const slots = makeSlotTable(gcTools, (base) => possiblyDead.dead.add(base));
  const ids = makeIdCounters(syscall);
  const limits = makeCapDataLimits();
  const kinds = makeKindRegistry();
  const counts = makeReferenceCounts(syscall, slots, possiblyDead);
  const exports = makeExports(syscall, slots, kinds, counts, possiblyDead);
  const recognizers = makeRecognizers(
    syscall,
    kinds,
    possiblyDead,
    makeDeleteEntry(syscall, counts),
  );
  const disavowals = makeDisavowals(syscall, slots);

  const vrefOf = makeExporter(slots, ids, disavowals.insistUsable);
  const encoder = makeEncoder(vrefOf, vatID, console);

  const promises = makePromiseTable();
  const resolver = makeResolver(syscall, slots, promises, exports, counts, encoder, limits);
  const send = makeSender(syscall, slots, ids, promises, exports, encoder, resolver, limits);

  const importer = makeImporter(syscall, slots, kinds, promises, send, disavowals.insistUsable);
  // Work that depends on what the engine has collected must not show in the meter.
  const decode = meterControl.unmetered(makeDecode((vref, iface) => importer.valueOf(vref, iface)));
  const receiver = makeReceiver(syscall, slots, promises, importer, decode, resolver, console);

  return {
    possiblyDead,
    slots,
    ids,
    limits,
    kinds,
    counts,
    exports,
    recognizers,
    disavowals,
    encoder,
    promises,
    importer,
    decode,
    receiver,
  };
};

export const makeLiveSlots: MakeLiveSlots = (
  ungatedSyscall,
  forVatID,
  givenPowers,
  options,
  gcTools,
  liveSlotsConsole,
  buildVatNamespace,
) => {
  const { enableDisavow = false } = options ?? {};
  const gate = makeCrankGate(ungatedSyscall);
  const { syscall } = gate;
  const console =
    liveSlotsConsole ?? (globalThis as unknown as { console: LiveSlotsConsole }).console;
  const core = makeCore(syscall, forVatID, gcTools, console);
  const { slots, ids, limits, kinds, counts, exports, recognizers, encoder, decode } = core;

  const environment = makeVatEnvironment(
    {
      D: makeD(syscall, slots, exports, encoder, decode, limits),
      ...makeExitPowers(syscall, exports, encoder, limits),
      ...(enableDisavow ? { disavow: core.disavowals.disavow } : {}),
    },
    givenPowers ?? {},
    {},
    { [PassStyleOfEndowmentSymbol]: passStyleOf },
  );

  const dispatch = makeDispatch({
    gate,
    gcTools,
    receiver: core.receiver,
    startVat: makeStartVat(environment, buildVatNamespace, slots, exports, decode, {
      load() {
        ids.load();
        loadBuiltinKinds(syscall, ids);
      },
      provide: () => undefined,
      reconnect: () => {},
      insistComplete: () => {},
    }),
    stopVat: async () => {},
    ...makeGcDeliveries(exports, recognizers),
    scanForDead: makeDeadScan(
      syscall,
      gcTools,
      slots,
      kinds,
      counts,
      exports,
      recognizers,
      core.possiblyDead,
    ),
    retentionStats: () => ({}),
    changeVatOptions(changed) {
      for (const name of Object.keys(changed)) {
        console.warn(`there is no vat option ${name} that could be changed`);
      }
    },
    flush: () => ids.flush(),
  });

  return harden({ dispatch });
};
