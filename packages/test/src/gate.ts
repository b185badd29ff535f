import type {
  VatID,
  VatWorker,
  VatWorkerHost,
  VatWorkerSink,
  VatWorkerSpec,
} from '@cooperage/types';

/**
 * Workers whose words reach the kernel one at a time, when they are let through. So a test decides what happens in
 * between, and the same choices give the same history whatever the machine is doing.
 */
export interface Gate {
  readonly workers: VatWorkerHost;
  /**
   * Lets the next word of a worker through, and waits for it where one is at work.
   * @returns false where no worker has anything to do
   */
  pass(): Promise<boolean>;
  /** Ends all workers, because their kernel has ended. */
  clear(): Promise<void>;
}

interface Gated {
  readonly worker: VatWorker;
  /** Records that it owes. */
  owed: number;
  isReplaying: boolean;
}

/**
 * @param pool where the vats run; it outlives the gate
 * @param watch `onRecord` is shown each record when it goes through; `onWork` is told when a worker gets something to do
 */
export const makeGate = (
  pool: VatWorkerHost,
  watch: {
    readonly onRecord?: (vatID: VatID, text: string) => void;
    readonly onWork?: () => void;
  } = {},
): Gate => {
  const all = new Set<Gated>();
  let said: (() => void)[] = [];
  let wake: () => void = () => undefined;

  const say = (word: () => void): void => {
    said.push(word);
    wake();
  };

  const start = (spec: VatWorkerSpec, sink: VatWorkerSink): VatWorker => {
    const isPresent = (): boolean => all.has(gated);
    const gone = (tell: () => void): void => {
      gated.owed = 0;
      gated.isReplaying = false;
      say(() => {
        if (all.delete(gated)) tell();
      });
    };
    const worker = pool.start(spec, {
      records: (texts, times) => {
        texts.forEach((text, index) => {
          gated.owed -= 1;
          say(() => {
            if (!isPresent()) return;
            watch.onRecord?.(spec.vatID, text);
            sink.records([text], times?.slice(2 * index, 2 * index + 2));
          });
        });
      },
      replayed: (n) => {
        gated.isReplaying = false;
        if (isPresent()) sink.replayed(n);
        wake();
      },
      diverged: (divergence) => gone(() => sink.diverged(divergence)),
      exited: (exit) => gone(() => sink.exited(exit)),
      console: (level, text, n) => {
        if (isPresent()) sink.console(level, text, n);
      },
      image: (image) => {
        if (isPresent()) sink.image?.(image);
      },
    });
    const gated: Gated = { worker, owed: 0, isReplaying: false };
    all.add(gated);
    return {
      get thread() {
        return worker.thread;
      },
      replay: (entries) => {
        gated.isReplaying = true;
        watch.onWork?.();
        worker.replay(entries);
      },
      deliver: (deliveries, computrons) => {
        gated.owed += deliveries.length;
        watch.onWork?.();
        worker.deliver(deliveries, computrons);
      },
      ...(worker.snapshot !== undefined && { snapshot: () => worker.snapshot?.() }),
      stop: async () => {
        all.delete(gated);
        wake();
        await worker.stop();
      },
    };
  };

  const isAtWork = (): boolean => [...all].some(({ owed, isReplaying }) => owed > 0 || isReplaying);

  const clear = async (): Promise<void> => {
    const ended = [...all];
    all.clear();
    said = [];
    wake();
    await Promise.all(ended.map(async ({ worker }) => worker.stop()));
  };

  return {
    workers: {
      start,
      baseImage: (hash) => pool.baseImage?.(hash),
      stop: clear,
    },
    pass: async () => {
      for (;;) {
        const word = said.shift();
        if (word !== undefined) {
          word();
          return true;
        }
        if (!isAtWork()) return false;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    clear,
  };
};
