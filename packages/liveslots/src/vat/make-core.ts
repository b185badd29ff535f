/** Puts together what names, sends and receives: references, messages, promises and their garbage. */
import type { GcTools, LiveSlotsConsole, LiveSlotsSyscall } from '@cooperage/types';
import { makeCapDataLimits } from '../refs/capdata-limits.js';
import { makeDeleteEntry } from '../collections/collection-entry.js';
import { makeDecode } from '../refs/decoder.js';
import { makeDisavowals } from './disavowal.js';
import { makeEncoder } from '../refs/encoder.js';
import { makeExporter } from '../refs/exporter.js';
import { makeExports } from '../refs/exports.js';
import { makeIdCounters } from '../refs/id-counters.js';
import { makeImporter } from '../refs/importer.js';
import { makeImportNames } from '../refs/import-names.js';
import { makeKindRegistry } from '../kinds/kind-registry.js';
import { makePossiblyDead } from '../gc/possibly-dead.js';
import { makePromiseTable } from '../promises/promise-table.js';
import { makeReceiver } from './receiver.js';
import { makeRecognizers } from '../gc/recognizers.js';
import { makeReferenceCounts } from '../gc/reference-counts.js';
import { makeResolver } from '../promises/resolver.js';
import { makeSender } from './sender.js';
import { makeSlotTable } from '../refs/slot-table.js';

export const makeCore = (
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
  const importNames = makeImportNames();
  const disavowals = makeDisavowals(syscall, slots, importNames, console);

  const vrefOf = makeExporter(slots, ids, disavowals.insistUsable);
  const encoder = makeEncoder(vrefOf, vatID, console);

  const promises = makePromiseTable();
  const resolver = makeResolver({ syscall, slots, promises, exports, counts, encoder, limits });
  const send = makeSender({ syscall, slots, ids, promises, exports, encoder, resolver, limits });

  const importer = makeImporter({
    syscall,
    slots,
    kinds,
    promises,
    send,
    names: importNames,
    insistUsable: disavowals.insistUsable,
  });
  // Work that depends on what the engine has collected must not show in the meter.
  const decode = meterControl.unmetered(makeDecode(importer.valueOf));
  const receiver = makeReceiver({ syscall, slots, promises, importer, decode, resolver, console });

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
    vrefOf,
    encoder,
    promises,
    resolver,
    importNames,
    importer,
    decode,
    receiver,
  };
};

export type Core = ReturnType<typeof makeCore>;
