import { DEFAULT_OPTIONS, type WorldOptions } from './world-options.js';

/** The world of a seed: seeds go through orders, windows, and sizes by themselves. */
export const planWorld = (seed: number, fixed: Partial<WorldOptions> = {}): WorldOptions => ({
  ...DEFAULT_OPTIONS,
  seed: String(seed),
  schedule: String(seed),
  order: seed % 2 === 1 ? 'arrival' : 'issue',
  window: 1 + (seed % 8),
  vats: 2 + (seed % 3),
  inputs: 4 + (seed % 12),
  checkEvery: 1 + (seed % 4) * 3,
  ...fixed,
});
