import type { Settlement } from './vats/main.js';

/** JSON knows no bigints: amounts are written as decimal digits. */
export type Json<T> = T extends bigint
  ? string
  : T extends readonly (infer U)[]
    ? readonly Json<U>[]
    : T extends object
      ? { readonly [K in keyof T]: Json<T[K]> }
      : T;

export const toJson = <T>(value: T): Json<T> =>
  JSON.parse(
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)),
  ) as Json<T>;

/** How the run went, as opposed to what came of it: differs from machine to machine and run to run. */
export interface Figures {
  readonly cranks: number;
  readonly seconds: number;
  /** The most and the average of the cranks that ran at one time: at most as many as there are threads. */
  readonly mostCranksAtOnce: number;
  readonly meanCranksAtOnce: number;
  /** Of all vats, the most and the average that had work in hand at one time. */
  readonly mostVatsAtOnce: number;
  readonly meanVatsAtOnce: number;
  /** Whether the figures are only those of the part since the run was last taken up again. */
  readonly continued: boolean;
}

export interface Outcome {
  /** The same for the same extent, whatever the timing and the interruptions. */
  readonly settlement: Json<Settlement>;
  readonly figures: Figures;
}
