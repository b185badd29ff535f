/** The shortest order that fails. */
export interface Report {
  /** As text, for the option `order`. */
  readonly order: string;
  /** What the scenario was given, where it draws plans. */
  readonly plan?: unknown;
  /** Messages that matter: those that crossed, and what led to them. */
  readonly messages: number;
  readonly diagram: string;
  /** The file, where one was written. */
  readonly recording?: string;
  /** What the scenario threw. */
  readonly error: unknown;
}

/** What became of a scenario. */
export interface Exploration {
  readonly runs: number;
  readonly failures: number;
  readonly seed: number;
  /** Of the shortest order that fails. */
  readonly report?: Report;
}
