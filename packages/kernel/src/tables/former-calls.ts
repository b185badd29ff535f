/** Methods of `Host` that were renamed: recorded histories name what the host called. */
import type { CrankCause, HostCall } from './crank-cause.js';

type Renamed = readonly [former: string, present: string];

const METHODS: readonly Renamed[] = [['takeTurns', 'setDeliveryOrder']];

const toPresent: ReadonlyMap<string, string> = new Map(METHODS);
const toFormer: ReadonlyMap<string, string> = new Map(
  METHODS.map(([former, present]) => [present, former]),
);

const renameCalls = (cause: CrankCause, names: ReadonlyMap<string, string>): CrankCause => {
  if (cause[0] !== 'input' || !cause[1].some(([method]) => names.has(method))) return cause;
  return [
    'input',
    cause[1].map(([method, ...args]): HostCall => [names.get(method) ?? method, ...args]),
  ];
};

/** The cause with present names, as an earlier version may have written it with former ones. */
export const withPresentCalls = (cause: CrankCause): CrankCause => renameCalls(cause, toPresent);

/** The cause as it is hashed: under first names, like rows (ADR 0033), so that earlier histories can be replayed. */
export const withFormerCalls = (cause: CrankCause): CrankCause => renameCalls(cause, toFormer);
