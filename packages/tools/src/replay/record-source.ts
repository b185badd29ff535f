import type { Host, Core } from '@cooperage/kernel';
import type {
  DeliveryNumber,
  Divergence,
  KernelStore,
  VatID,
  VatWorkerHost,
} from '@cooperage/types';
import { makeWorkerManager, NO_IMAGES } from '@cooperage/vat-manager';

/** What a vat's worker says next, or why it says nothing more. */
export type NextRecord =
  { readonly text: string } | { readonly text?: undefined; readonly lost: string };

/** Workers that run what a core hands out; their records are taken one by one. */
export interface RecordSource {
  /** Does what the core's last cranks want done. */
  perform(): void;
  /** Gives every vat what was handed out to it before. */
  resume(): void;
  /** Delivers what no table knows of to a vat that has nothing out: an experiment. */
  deliver(vatID: VatID, n: number, text: string): void;
  next(vatID: VatID): Promise<NextRecord>;
  /** The vat's worker is replaced by one that has run what is in the transcript. */
  replace(vatID: VatID): void;
}

export const makeRecordSource = (
  core: Core,
  store: KernelStore,
  workers: VatWorkerHost,
): RecordSource => {
  const arrived = new Map<VatID, string[]>();
  const lost = new Map<VatID, string>();
  let wake: () => void = () => undefined;

  /** What the kernel of the records did about a worker that was lost is among the records. */
  const lossRecorder = {
    failVat: (vatID: VatID, _info: unknown, reason: string) => lost.set(vatID, reason),
    quarantine: (vatID: VatID, { n, expected, actual }: Divergence) =>
      lost.set(
        vatID,
        `it did not repeat delivery ${n}: ${expected ?? 'nothing'} was ${actual ?? 'not made'}`,
      ),
  } as unknown as Host;

  const manager = makeWorkerManager({
    core: {
      ...core,
      arrived: (vatID, sent) => {
        // What is no text is refused as a text that is no record.
        const text = typeof sent === 'string' ? sent : '';
        const texts = arrived.get(vatID);
        if (texts === undefined) arrived.set(vatID, [text]);
        else texts.push(text);
      },
      workerLost: (vatID) => void arrived.delete(vatID),
    },
    store,
    workers,
    events: {},
    changed: () => wake(),
    // What became of a vat whose worker failed is among the records, the end of the kernel too.
    failed: () => undefined,
    residency: {},
    asTheyCome: true,
    input: async (act) => act(lossRecorder),
    isFree: () => true,
    images: NO_IMAGES,
    snapshotInterval: Infinity,
  });

  const dismiss = (vatID: VatID): void => {
    arrived.delete(vatID);
    lost.delete(vatID);
    manager.dismiss(vatID);
  };

  return {
    resume: () => manager.resume(),
    deliver: (vatID, n, text) => {
      // The first one brings the worker up, with what the tables say is out: nothing.
      for (let i = 0; i < 2; i += 1) manager.deliver(vatID, n as DeliveryNumber, text);
    },
    perform: () => {
      for (const effect of core.takeEffects()) {
        if (effect.type === 'deliver') manager.deliver(effect.vatID, effect.n, effect.text);
        else if (effect.type === 'vat-ended' || effect.type === 'worker-stale')
          dismiss(effect.vatID);
        else if (effect.type === 'vat-released') {
          dismiss(effect.vatID);
          manager.released(effect.vatID);
        }
      }
      manager.post();
    },
    replace: dismiss,
    next: async (vatID) => {
      for (;;) {
        manager.post();
        const text = arrived.get(vatID)?.shift();
        if (text !== undefined) return { text };
        const reason = lost.get(vatID);
        if (reason !== undefined) return { lost: reason };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
};
