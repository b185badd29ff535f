/** How long a node asks its lease to last. */
import { url as inspectorUrl } from 'node:inspector';

/** Milliseconds. While a debugger may stop this process it cannot renew its lease, and a pause is no reason to lose it. */
const INSPECTED_LEASE = 600_000;

export const leaseToAsk = (lease: number): number =>
  inspectorUrl() === undefined ? lease : Math.max(lease, INSPECTED_LEASE);

/** A process that loads its code and opens its kernel may say nothing for so long; on a busy machine either takes seconds. */
const START_WITHIN = 60_000;

export interface Heard {
  /** Milliseconds since the process of a shard said something. */
  readonly silent: number;
  readonly role: string;
  /** A debugger may have stopped it. */
  readonly isInspected: boolean | undefined;
}

/** Whether the process of a shard is stopped, or in an endless loop. */
export const isStuck = ({ silent, role, isInspected }: Heard, lease: number): boolean => {
  const isUp = role === 'standby' || role === 'owner';
  return isInspected !== true && silent > (isUp ? 2 * lease : Math.max(2 * lease, START_WITHIN));
};
