/**
 * What limits the rate of a kernel: its one thread, all cores together, or the threads of its vats. Each part is
 * processor time of an item, in milliseconds, as a run of the benchmarks measured it.
 */
import { medianOf } from '../measure.mjs';

const ROLES = ['kernel', 'vats', 'engine', 'store'];

/** @returns medians of the runs by role, or undefined where the system does not tell them */
export const partsOf = ({ runs }) =>
  runs.every(({ roles }) => roles?.kernel > 0)
    ? Object.fromEntries(
        ROLES.map((role) => [role, medianOf(runs.map(({ roles }) => roles[role] ?? 0))]),
      )
    : undefined;

/**
 * @param {{ kernel: number, vats: number, engine: number, store: number }} parts
 * @param {object} machine
 * @param {number} machine.cores
 * @param {number} [machine.threads] of vats; as many as cores unless said otherwise
 * @param {number} [machine.shards] kernels on this machine, whose vats send each other nothing
 * @returns items a second, and what it is that allows no more
 */
export const predict = (parts, { cores, threads = cores, shards = 1 }) => {
  const all = ROLES.reduce((sum, role) => sum + parts[role], 0);
  const limits = [
    ["the kernel's thread", (1000 * shards) / parts.kernel],
    ['cores', (1000 * cores) / all],
    ["the vats' threads", (1000 * threads) / parts.vats],
  ];
  const [by, rate] = limits.reduce((least, each) => (each[1] < least[1] ? each : least));
  return { rate, by };
};

/** The same item with more work for its vat, in milliseconds. */
export const withWork = (parts, work) => ({ ...parts, vats: parts.vats + work });

/** From how many cores on the kernel's thread is what limits. */
export const coresForKernel = (parts) =>
  ROLES.reduce((sum, role) => sum + parts[role], 0) / parts.kernel;
