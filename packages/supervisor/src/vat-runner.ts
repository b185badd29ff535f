/** One vat's work in a worker: replays, then deliveries, in the order in which they came. */
import { type Divergence, messageOf } from '@cooperage/types';
import type { Schedulable } from './scheduler.js';
import type { Supervisor } from './supervisor.js';

export interface VatRunnerEvents {
  /** A piece of work begins, which may run the vat's code: delivery `n`, 0 where it is not known. */
  crankBegins(n: number, isReplay: boolean): void;
  crankEnds(): void;
  /** All entries given so far were run, up to delivery `n`; so many since this was last said. */
  replayed(n: number, entries: number): void;
  diverged(divergence: Divergence): void;
  /** The vat cannot go on for a reason that is not its own. Its work is dropped. */
  failed(message: string): void;
}

export interface VatRunner extends Schedulable {
  readonly replay: (entries: readonly string[]) => void;
  readonly deliver: (deliveries: readonly string[]) => void;
  /** Drops all work; a crank that is under way ends by itself. */
  readonly stop: () => void;
}

interface Work {
  readonly kind: 'replay' | 'deliver';
  readonly text: string;
}

/** @param supervisor gives the vat's supervisor, each time the same; rejects where the vat cannot be loaded */
export const makeVatRunner = (
  supervisor: () => Promise<Supervisor>,
  events: VatRunnerEvents,
): VatRunner => {
  let work: Work[] = [];
  /** Index in `work` of what comes next: shifting a long array is slow. */
  let next = 0;
  let stopped = false;
  let replayed = 0;
  let loaded: Supervisor | undefined;

  const stop = (): void => {
    stopped = true;
    loaded = undefined;
    work = [];
    next = 0;
  };
  const add = (kind: Work['kind'], texts: readonly string[]): void => {
    if (stopped) return;
    for (const text of texts) work.push({ kind, text });
  };
  const take = (): Work | undefined => {
    const taken = work[next];
    next += 1;
    if (next >= work.length) {
      work = [];
      next = 0;
    } else if (next > 1_000) {
      work.splice(0, next);
      next = 0;
    }
    return taken;
  };

  const run = async (vat: Supervisor, { kind, text }: Work): Promise<void> => {
    if (kind === 'deliver') {
      await vat.deliver(text);
      return;
    }
    const divergence = await vat.replay(text);
    if (stopped) return;
    if (divergence !== undefined) {
      stop();
      events.diverged(divergence);
      return;
    }
    replayed += 1;
    if (work[next]?.kind === 'replay') return;
    events.replayed(vat.newest, replayed);
    replayed = 0;
  };

  return {
    replay: (entries) => {
      add('replay', entries);
    },
    deliver: (deliveries) => {
      add('deliver', deliveries);
    },
    stop,
    get hasWork() {
      return work.length > 0;
    },
    step: async () => {
      const taken = take();
      if (taken === undefined) return;
      try {
        loaded ??= await supervisor();
        events.crankBegins(loaded.newest + 1, taken.kind === 'replay');
        await run(loaded, taken);
      } catch (thrown) {
        if (stopped) return;
        stop();
        events.failed(messageOf(thrown));
      } finally {
        events.crankEnds();
      }
    },
  };
};
