/** What one client may use, as a table: types, checks and the README are made from it. */
import { type OptionTable, wholeNumber } from '@cooperage/types';

const MOST = Number.MAX_SAFE_INTEGER;

export const LIMIT_TABLE = {
  references: { value: wholeNumber(1, MOST), usually: 10_000 },
  frameBytes: { value: wholeNumber(1_000, 100_000_000), usually: 1_000_000 },
  inFlight: { value: wholeNumber(1, MOST), usually: 1_000 },
  messagesPerSecond: { value: wholeNumber(1, MOST), usually: 2_000 },
  bytesPerSecond: { value: wholeNumber(1_000, MOST), usually: 10_000_000 },
  unsentBytes: { value: wholeNumber(1_000, MOST), usually: 8_000_000 },
  waiting: { value: wholeNumber(1, MOST), usually: 10_000 },
  sessionDays: { value: wholeNumber(1, 100_000), usually: 30 },
  connections: { value: wholeNumber(1, MOST), usually: 10_000 },
} as const satisfies OptionTable & Readonly<Record<string, { readonly usually: number }>>;

export interface GatewayLimits {
  /** References that a client holds, and objects of its own that are held for it. */
  readonly references: number;
  /** Of one frame, or of the body of one request. */
  readonly frameBytes: number;
  /** Calls of a client that are not answered yet. */
  readonly inFlight: number;
  /** Beyond this the gateway reads no further until it is time: nothing is lost. */
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
  /** What waits in the process for a client that reads slowly. */
  readonly unsentBytes: number;
  /** Calls and answers that wait in the kernel for a client that is away; more calls are rejected with `QUEUE_FULL`. */
  readonly waiting: number;
  /** A session that is not used for so long ends with the next start. */
  readonly sessionDays: number;
  /** Of all clients together. */
  readonly connections: number;
}

export const limitsOf = (given: Partial<GatewayLimits> = {}): GatewayLimits => ({
  ...(Object.fromEntries(
    Object.entries(LIMIT_TABLE).map(([name, { usually }]) => [name, usually]),
  ) as unknown as GatewayLimits),
  ...given,
});
