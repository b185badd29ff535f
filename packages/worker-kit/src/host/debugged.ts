import { url } from 'node:inspector';

/**
 * Whether a debugger may have stopped threads of this process: there is an inspector to which one can attach. Node does
 * not say whether one has.
 */
export const mayBePaused = (): boolean => url() !== undefined;

/**
 * Milliseconds, the most that a crank or a silence ages between two looks: a host that was busy, stopped by a debugger or
 * asleep blames no thread for it.
 */
export const STEP = 200;
