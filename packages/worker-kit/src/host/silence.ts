/**
 * Watches threads that owe something and say nothing, while no crank runs in them: a thread that was taken over may
 * keep its records to itself, and their receivers would wait without end.
 */

/** Milliseconds. Between two cranks a sound thread is silent for a few of them, or for as long as it takes to load code. */
const SILENCE = 30_000;

export interface SilentThread {
  readonly sign: { readonly running: number | undefined };
  readonly vats: ReadonlyMap<number, { readonly spec: { readonly crankTimeLimit: number } }>;
  /** Something is still to come from it. */
  readonly busy: boolean;
  /** Posts that came from it so far. */
  readonly heard: number;
  condemn(verdict: {
    readonly culprit: undefined;
    readonly kind: 'crashed';
    readonly n: number;
    readonly message: string;
  }): void;
}

interface Silence {
  readonly heard: number;
  readonly age: number;
}

export const makeSilenceWatch = () => {
  const silences = new WeakMap<SilentThread, Silence>();
  return {
    /** @param passed milliseconds since the last look that count, at most `STEP` */
    look: (thread: SilentThread, passed: number): void => {
      const { heard } = thread;
      const before = silences.get(thread);
      if (!thread.busy || thread.sign.running !== undefined || before?.heard !== heard) {
        silences.set(thread, { heard, age: 0 });
        return;
      }
      const age = before.age + passed;
      silences.set(thread, { heard, age });
      const limits = [...thread.vats.values()].map(({ spec }) => spec.crankTimeLimit);
      const limit = limits.reduce((most, each) => Math.max(most, each), SILENCE);
      if (age < limit) return;
      const message = `its thread owes records, runs no crank, and was silent for ${limit} ms`;
      thread.condemn({ culprit: undefined, kind: 'crashed', n: 0, message });
    },
  };
};
