/** What has happened in a world. */
export interface WorldCounts {
  steps: number;
  retired: number;
  refused: number;
  crashes: number;
  losses: number;
  commits: number;
  vats: number;
  upgrades: number;
  rolledBack: number;
  /** Upgrades of vats that were paused. */
  withoutHeap: number;
  quarantines: number;
  forks: number;
  /** Objects and promises of the host's process that its messages carried. */
  hosted: number;
  /** Starts of the host's process, at which these break. */
  hostRestarts: number;
  sweeps: number;
  /** Pauses in the middle of a record. */
  slices: number;
}

export const newCounts = (): WorldCounts => ({
  steps: 0,
  retired: 0,
  refused: 0,
  crashes: 0,
  losses: 0,
  commits: 0,
  vats: 0,
  upgrades: 0,
  rolledBack: 0,
  withoutHeap: 0,
  quarantines: 0,
  forks: 0,
  hosted: 0,
  hostRestarts: 0,
  sweeps: 0,
  slices: 0,
});
