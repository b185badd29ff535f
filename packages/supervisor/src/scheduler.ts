/**
 * Turns of the vats that share a thread: one crank at a time, a few cranks of a vat in a row as long as they are short,
 * then the next vat's, so that a vat with a full inbox holds up the others by a turn and no more.
 */
export interface Schedulable {
  readonly hasWork: boolean;
  /** Does one piece of work. Never rejects. */
  step(): Promise<void>;
}

export interface SchedulerPowers {
  /** Steps of one vat before the next vat's turn. */
  readonly stepsInTurn: number;
  /** Milliseconds after which no step of that turn begins. */
  readonly turn: number;
  readonly now: () => number;
  /** A turn is over: sends what was produced and lets the event loop run. */
  readonly endTurn: () => Promise<void>;
}

export interface Scheduler {
  /** `vat` has work. */
  wake(vat: Schedulable): void;
}

export const makeScheduler = ({ stepsInTurn, turn, now, endTurn }: SchedulerPowers): Scheduler => {
  /** In the order of their turns. */
  const waiting = new Set<Schedulable>();
  let running = false;

  const takeTurns = async (): Promise<void> => {
    for (;;) {
      const [vat] = waiting;
      if (vat === undefined) break;
      waiting.delete(vat);
      const end = now() + turn;
      for (let step = 0; step < stepsInTurn && vat.hasWork; step += 1) {
        if (step > 0 && now() >= end) break;
        await vat.step();
      }
      if (vat.hasWork) waiting.add(vat);
      await endTurn();
    }
    running = false;
  };

  return {
    wake: (vat) => {
      waiting.add(vat);
      if (running) return;
      running = true;
      void takeTurns();
    },
  };
};
