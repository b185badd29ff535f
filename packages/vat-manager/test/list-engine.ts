import type {
  DeliveryNumber,
  HeapImage,
  NumberedDelivery,
  VatID,
  VatWorkerHost,
  VatWorkerSink,
  VatWorkerSpec,
} from '@cooperage/types';
import { expect } from 'vitest';

export const BASE = new TextEncoder().encode('an engine with nothing in it');

/** An engine whose whole heap is the list of the deliveries that it has seen. */
export const makeListEngine = () => {
  const running = new Set<() => void>();
  const starts: { vatID: VatID; name: string; from: number; replayed: number }[] = [];
  let base = '';
  let refuses = false;
  let held: (() => void)[] | undefined;
  let ahead = 0;
  const host: VatWorkerHost = {
    baseImage: (hash) => (hash === base ? BASE : undefined),
    stop: () => Promise.resolve(),
    start: (spec: VatWorkerSpec, sink: VatWorkerSink) => {
      const { origin, vatID } = spec;
      const start = { vatID, name: spec.name, from: origin?.n ?? 0, replayed: 0 };
      starts.push(start);
      let heap: number[] = [];
      let stopped = false;
      const later = (act: () => void): void => {
        queueMicrotask(() => {
          if (!stopped) act();
        });
      };
      let bad = refuses && origin !== undefined;
      if (origin !== undefined && !bad) {
        try {
          origin.load(base);
          heap = JSON.parse(new TextDecoder().decode(origin.load(origin.hash))) as number[];
        } catch {
          bad = true;
        }
      }
      if (bad) later(() => sink.exited({ kind: 'bad-image', message: 'of another engine' }));
      const see = (text: string): DeliveryNumber => {
        const { n } = JSON.parse(text) as NumberedDelivery;
        // Exactly what went before is in the heap, however it came there.
        expect(n).toBe((heap.at(-1) ?? 0) + 1);
        heap.push(n);
        return n;
      };
      const lose = (): void => {
        running.delete(lose);
        sink.exited({ kind: 'crashed', message: 'lost' });
      };
      running.add(lose);
      return {
        replay: (entries) => {
          if (bad) return;
          start.replayed += entries.length;
          for (const entry of entries) {
            see(JSON.stringify((JSON.parse(entry) as { delivery: unknown }).delivery));
          }
        },
        deliver: (deliveries) => {
          if (bad) return;
          const records = deliveries.map((text) =>
            JSON.stringify({ n: see(text), status: ['ok'], syscalls: [], usage: null }),
          );
          later(() => sink.records(records));
        },
        snapshot: () => {
          if (bad) return;
          const image: HeapImage = {
            n: ((heap.at(-1) ?? 0) + ahead) as DeliveryNumber,
            engine: 'list 1',
            base,
            bytes: new TextEncoder().encode(JSON.stringify(heap)),
          };
          later(() => {
            const tell = () => sink.image?.(image);
            if (held === undefined) tell();
            else held.push(tell);
          });
        },
        stop: () => {
          stopped = true;
          running.delete(lose);
          return Promise.resolve();
        },
      };
    },
  };
  return {
    host,
    starts,
    setBase: (hash: string) => {
      base = hash;
    },
    refuse: () => {
      refuses = true;
    },
    /** Images claim to be of a crank that was not asked for. */
    lie: () => {
      ahead = 100;
    },
    /** Images take long from now on. */
    hold: () => {
      held = [];
    },
    /** How many are under way. */
    get held() {
      return held?.length ?? 0;
    },
    /** They come now. */
    release: () => {
      const all = held ?? [];
      held = undefined;
      for (const tell of all) tell();
    },
    /** What runs now is lost. */
    crash: () => {
      for (const lose of [...running]) lose();
    },
  };
};
