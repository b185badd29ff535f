/**
 * Timers that do not run while a debugger has stopped the process or a thread of its vats: a breakpoint uses up no time that
 * was set for something else.
 */
import { url } from 'node:inspector';

export interface PatientTimer {
  /** Milliseconds that count, so far. */
  elapsed(): number;
  cancel(): void;
}

export interface PatientTimerPowers {
  /** Milliseconds, from a clock that only goes forward. */
  readonly now: () => number;
  /** Whether there is an inspector to which a debugger can attach. Node does not say whether one has. */
  readonly isDebugged: () => boolean;
  /** Milliseconds that vats have stood at breakpoints, so far. */
  readonly debuggedTime: () => number;
}

/** Milliseconds that count at most between two looks while a debugger may have stopped this thread. */
const STEP = 200;

const isInspected = (): boolean => url() !== undefined;

/** Milliseconds since it was made, without pauses by a debugger. Call it regularly: a call counts at most `STEP` of them. */
export const makeStopwatch = ({
  now,
  isDebugged,
  debuggedTime,
}: PatientTimerPowers): (() => number) => {
  let counted = 0;
  let looked = now();
  let debuggedBefore = debuggedTime();
  return () => {
    const time = now();
    const passed = time - looked;
    const stood = debuggedTime() - debuggedBefore;
    looked = time;
    debuggedBefore += stood;
    counted += isDebugged() ? Math.max(0, Math.min(passed, STEP) - stood) : passed;
    return counted;
  };
};

export const startPatientTimer = (
  milliseconds: number,
  callback: () => void,
  powers: Pick<PatientTimerPowers, 'debuggedTime'> & Partial<PatientTimerPowers>,
): PatientTimer => {
  const elapsed = makeStopwatch({
    now: () => performance.now(),
    isDebugged: isInspected,
    ...powers,
  });
  const wait = (): NodeJS.Timeout => setTimeout(look, Math.min(milliseconds - elapsed(), STEP));
  const look = (): void => {
    if (elapsed() >= milliseconds) callback();
    else timer = wait();
  };
  let timer = wait();
  return { elapsed, cancel: () => clearTimeout(timer) };
};
