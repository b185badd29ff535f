/** New code for a vat that goes on with the state that it has. */
import type { Bundle } from '@cooperage/bundler';
import type { KernelTables } from '@cooperage/kernel';
import { type Rehearsal, rehearseVat } from '@cooperage/tools';
import type { VatID, VatWorkerHost } from '@cooperage/types';
import { settledByUpgrade, writeSettled } from '../changes/settled-entries.js';
import { codeOf } from '../changes/settled.js';
import type { ControlParts } from '../control/parts.js';
import { putBundle } from '../source-places.js';

export interface TakeOver {
  readonly vat: string;
  /** The module that the new code was made of. */
  readonly source: string;
  readonly bundle: Bundle;
  /** Where the vat's history is tried, beside the vat itself. */
  readonly workers: VatWorkerHost;
}

const ackedOf = ({ windows }: KernelTables, vatID: VatID): number => windows.acked(vatID);

/**
 * Tries the vat's history on new code, and gives it the code where that does the same: from then on the new code runs,
 * with what the history gives it in memory. That is an input of the host, in the history of the kernel like any other.
 *
 * @returns what came of it; where `outcome` is not `same`, the vat is as it was
 */
export const takeOver = async (
  { kernel, runner, config }: Pick<ControlParts, 'kernel' | 'runner' | 'config'>,
  { vat, source, bundle, workers }: TakeOver,
): Promise<Rehearsal> => {
  const { tables } = runner.core.kernel;
  const bundleID = await putBundle(kernel.store.bundles, bundle);
  for (;;) {
    await runner.whenFree();
    const rehearsal = await rehearseVat({
      ...{ records: kernel.store, vat, bundleID, workers },
      bundle: bundle.text,
    });
    if (rehearsal.outcome !== 'same') return rehearsal;
    const { vatID, deliveries } = rehearsal;
    await runner.whenFree();
    // An operator may have sent to it meanwhile: then there is more to be tried.
    if (ackedOf(tables, vatID) !== deliveries.to) continue;
    const entries = settledByUpgrade(config, tables, {
      ...{ vatID, bundleID, path: source, code: codeOf(bundle) },
      bundle: undefined,
      given: undefined,
    });
    runner.input((host) => {
      host.replaceCode(vatID, bundleID);
      writeSettled(host, entries);
    });
    await runner.flush();
    return rehearsal;
  }
};
