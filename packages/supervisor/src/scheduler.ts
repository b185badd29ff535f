/**
 * Time slices of the vats that share a thread. A vat runs a few cranks in its slice, as long as they are short; then
 * the next vat runs. So a vat with a full inbox delays each of the others by one slice.
 */
export interface Schedulable {
  readonly hasWork: boolean;
  /** Does one piece of work. Never rejects. */
  step(): Promise<void>;
}

export interface SchedulerPowers {
  /** The most steps of a vat in one slice. */
  readonly stepsPerSlice: number;
  /** Milliseconds after which no further step of the slice begins. */
  readonly timeSlice: number;
  readonly now: () => number;
  /** Ends a slice: sends the records of the vat and lets the event loop run. */
  readonly endSlice: () => Promise<void>;
}

export interface Scheduler {
  /** `vat` has work. */
  wake(vat: Schedulable): void;
}

export const makeScheduler = ({
  stepsPerSlice,
  timeSlice,
  now,
  endSlice,
}: SchedulerPowers): Scheduler => {
  /** In the order in which they run. */
  const waiting = new Set<Schedulable>();
  let running = false;

  const runWaiting = async (): Promise<void> => {
    for (;;) {
      const [vat] = waiting;
      if (vat === undefined) break;
      waiting.delete(vat);
      const end = now() + timeSlice;
      for (let step = 0; step < stepsPerSlice && vat.hasWork; step += 1) {
        if (step > 0 && now() >= end) break;
        await vat.step();
      }
      if (vat.hasWork) waiting.add(vat);
      await endSlice();
    }
    running = false;
  };

  return {
    wake: (vat) => {
      waiting.add(vat);
      if (running) return;
      running = true;
      void runWaiting();
    },
  };
};
