import type { Core } from '@cooperage/kernel';
import type { VatID } from '@cooperage/types';
import { findPausedVat, type PausedVat } from '../workers/paused-vats.js';
import type { HeapImages } from '../workers/heap-images.js';
import type { WorkerManager } from '../workers/worker-manager-contract.js';
import type { CrankWatch } from '../watch/crank-watch.js';
import type { OutputQueue } from './output-queue.js';
import type { RunnerEvents } from './runner-events.js';

export interface PerformEffectsPowers {
  readonly core: Core;
  readonly manager: WorkerManager;
  readonly images: HeapImages;
  readonly outputs: Pick<OutputQueue, 'add'>;
  readonly events: Partial<RunnerEvents>;
  readonly watch: Pick<CrankWatch, 'handedOut'>;
}

/** @returns does what the accepted cranks want done */
export const makePerformEffects = ({
  core,
  manager,
  images,
  outputs,
  events,
  watch,
}: PerformEffectsPowers): (() => void) => {
  /** It may have gone on in the same crank, because its meter had been topped up. */
  const ifPaused = (vatID: VatID, tell: (paused: PausedVat) => void): void => {
    const paused = findPausedVat(core.kernel.tables, vatID);
    if (paused !== undefined) tell(paused);
  };

  return () => {
    for (const effect of core.takeEffects()) {
      switch (effect.type) {
        case 'deliver':
          watch.handedOut(effect.vatID, effect.n);
          manager.deliver(effect.vatID, effect.n, effect.text);
          break;
        case 'vat-ended':
          manager.dismiss(effect.vatID);
          images.forget(effect.vatID);
          events.vatEnded?.(effect.vatID, effect.name, effect.isFailure, effect.reason);
          break;
        case 'vat-suspended':
          ifPaused(effect.vatID, (paused) => events.vatSuspended?.(paused, effect.suspension));
          break;
        case 'vat-released':
          manager.released(effect.vatID);
          break;
        case 'worker-stale':
          manager.dismiss(effect.vatID);
          break;
        case 'vat-upgraded':
          if (effect.error === undefined) images.forget(effect.vatID);
          events.vatUpgraded?.(effect);
          break;
        case 'delivery-waits':
          ifPaused(effect.vatID, (paused) => events.deliveryWaits?.(paused));
          break;
        case 'vat-forked':
          images.forked(effect.vatID);
          manager.forked(effect.vatID, effect.parent);
          events.vatForked?.(effect.vatID, effect.parent);
          break;
        case 'rest':
          manager.rest(effect.vatID);
          break;
        case 'vat-ready':
          events.vatReady?.(effect.vatID, effect.name);
          break;
        case 'host-object-dropped':
          events.hostObjectDropped?.(effect.object);
          break;
        case 'output':
          outputs.add(effect.number);
          break;
        default:
          effect satisfies never;
      }
    }
  };
};
