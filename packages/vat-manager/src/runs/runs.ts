import { callback, insistOptions, type OptionTable, wholeNumber } from '@cooperage/types';
import type { Retired } from '@cooperage/kernel';
import type { PausedVat } from '../workers/paused-vats.js';
import { type PatientTimer, startPatientTimer } from './patient-timer.js';

/** How far a run goes. The first bound that is reached ends it, between two cranks. */
export interface RunBounds {
  /** Records to retire. */
  readonly cranks?: number;
  /** Computrons, as far as the engines meter: the record that reaches them is the last. */
  readonly computrons?: number;
  /** Milliseconds of wall-clock time. Time that a debugger has stopped the process or a vat does not count. */
  readonly milliseconds?: number;
  /** Is shown each record that was retired, and says whether to go on: `true` for another one. */
  readonly policy?: (retired: Retired) => boolean;
}

export type RunEndReason = 'idle' | 'cranks' | 'computrons' | 'milliseconds' | 'policy';

/** Why a run ended, and what it did; all of it is durable. */
export interface RunEnd {
  /** `idle`: nothing is left to do, except deliveries that wait for paused vats. */
  readonly reason: RunEndReason;
  readonly cranks: number;
  readonly computrons: number;
  readonly milliseconds: number;
  /** Paused vats for which deliveries wait, until an operator acts. */
  readonly paused: readonly PausedVat[];
}

/** The runs under way. Each wants the kernel to go on until it has reached its end. */
export interface Runs {
  /** @throws {CooperageError} `BAD_ARGUMENT` for a bound that is none */
  begin(bounds: RunBounds): Promise<RunEnd>;
  /** A record was retired. */
  onRetired(retired: Retired): void;
  /** Nothing is left to do. */
  idle(): void;
  /** Resolves the runs that have ended, once their work is durable. Call it after the effects of a retired record. */
  settle(): void;
  abandon(reason: Error): void;
  /** There are some. */
  readonly some: boolean;
}

export interface RunsPowers {
  /** Resolves when all that was retired is durable. */
  readonly flush: () => Promise<void>;
  /** A run has begun or ended. */
  readonly changed: () => void;
  readonly paused: () => readonly PausedVat[];
  /** Milliseconds that vats have stood at breakpoints, so far. */
  readonly debuggedTime: () => number;
}

interface Run {
  readonly bounds: RunBounds;
  cranks: number;
  computrons: number;
  readonly began: number;
  readonly timer: PatientTimer | undefined;
  readonly resolve: (end: RunEnd) => void;
  readonly reject: (reason: unknown) => void;
}

const amount = { value: wholeNumber(1, Number.MAX_SAFE_INTEGER) };

const BOUNDS = {
  cranks: amount,
  computrons: amount,
  milliseconds: amount,
  policy: { value: callback },
} as const satisfies OptionTable;

export const makeRuns = ({ flush, changed, paused, debuggedTime }: RunsPowers): Runs => {
  const runs = new Set<Run>();
  let ended: { readonly run: Run; readonly end: RunEnd }[] = [];

  const finish = (run: Run, reason: RunEndReason): void => {
    if (!runs.delete(run)) return;
    run.timer?.cancel();
    const { cranks, computrons, began, timer } = run;
    const milliseconds = timer?.elapsed() ?? performance.now() - began;
    const end = { reason, cranks, computrons, milliseconds, paused: paused() };
    ended.push({ run, end });
    changed();
  };

  const endOf = (run: Run, retired: Retired): RunEndReason | undefined => {
    const { cranks = Infinity, computrons = Infinity, policy } = run.bounds;
    if (policy !== undefined && !policy(retired)) return 'policy';
    if (run.cranks >= cranks) return 'cranks';
    return run.computrons >= computrons ? 'computrons' : undefined;
  };

  return {
    get some() {
      return runs.size > 0;
    },
    begin: async (bounds) => {
      insistOptions('run', bounds, BOUNDS);
      return new Promise((resolve, reject) => {
        const { milliseconds } = bounds;
        const run: Run = {
          bounds,
          cranks: 0,
          computrons: 0,
          began: performance.now(),
          timer:
            milliseconds === undefined
              ? undefined
              : startPatientTimer(milliseconds, () => finish(run, 'milliseconds'), {
                  debuggedTime,
                }),
          resolve,
          reject,
        };
        runs.add(run);
        changed();
      });
    },
    onRetired: (retired) => {
      for (const run of [...runs]) {
        run.cranks += 1;
        run.computrons += retired.computrons;
        try {
          const reason = endOf(run, retired);
          if (reason !== undefined) finish(run, reason);
        } catch (error) {
          // The policy is the host's own: its mistake ends its run, and nothing else.
          runs.delete(run);
          run.timer?.cancel();
          run.reject(error);
        }
      }
    },
    idle: () => {
      for (const run of [...runs]) finish(run, 'idle');
    },
    settle: () => {
      const settled = ended;
      ended = [];
      for (const { run, end } of settled) flush().then(() => run.resolve(end), run.reject);
    },
    abandon: (reason) => {
      for (const run of [...runs, ...ended.map((each) => each.run)]) {
        run.timer?.cancel();
        run.reject(reason);
      }
      runs.clear();
      ended = [];
    },
  };
};
