/** Makes the `VatWorkerSpec` with which a worker host starts a vat. */
import { keys, hasPendingWrites } from '@cooperage/kernel';
import { type VatID, type VatWorkerSpec, workerVatOptions } from '@cooperage/types';
import type { WorkerManagerOptions } from './worker-manager-contract.js';
import { readCode, watched } from './stored-work.js';
import { makeVatstoreReader, withPendingWrites } from './vatstore-reader.js';

interface Start {
  /** The vat shares no thread, whatever its options say. */
  readonly alone: boolean;
  /** The image that it begins from. */
  readonly origin: VatWorkerSpec['origin'] | undefined;
}

export const makeSpecOf =
  ({ core, store, failed }: Pick<WorkerManagerOptions, 'core' | 'store' | 'failed'>) =>
  (vatID: VatID, { alone, origin }: Start): VatWorkerSpec => {
    const { options, pendingWrites } = core.incarnation(vatID);
    const { name, bundleID } = options;
    const told = workerVatOptions(options);
    const { tables } = core.kernel;
    const vatstore = withPendingWrites(
      makeVatstoreReader(tables.rows, keys.vatstore(vatID, '')),
      pendingWrites,
      () => hasPendingWrites(tables, vatID),
    );
    return {
      ...told,
      ownThread: told.ownThread || alone,
      vatID: options.ancestor ?? vatID,
      name,
      bundleID,
      // The host of workers may take what is thrown for the end of its worker.
      loadBundle: watched(() => readCode(store.bundles, bundleID, vatID), failed),
      vatstore: {
        get: watched((key) => vatstore.get(key), failed),
        getNextKey: watched((key) => vatstore.getNextKey(key), failed),
      },
      ...(origin !== undefined && { origin }),
    };
  };
