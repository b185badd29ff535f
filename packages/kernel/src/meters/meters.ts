import {
  type CapData,
  type KObject,
  type KPromise,
  type KRef,
  quoted,
  UNDEFINED_CAPDATA,
  type VatID,
} from '@cooperage/types';
import type { Pauses } from '../vats/pauses.js';
import type { Messages } from '../messages/messages.js';
import type { Json } from '../smallcaps.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import { keys } from '../tables/schema.js';
import { badArgument, noMethod } from '../vats/requested-options.js';

/**
 * Meters: budgets of computrons. A meter is an object of the kernel; its holder can read it and top it up, and the
 * vats that were made with it share it. Every crank is charged, even a refused one.
 */
export interface Meters {
  /** Makes a meter without references: the caller must retain it. */
  make(remaining: bigint, threshold: bigint): KObject;
  /**
   * Checks a call of `createMeter`, and returns a function that performs it.
   * @throws {CooperageError} `BAD_ARGUMENT`
   */
  planCreate(
    remaining: Json | undefined,
    threshold: Json | undefined,
    result: KPromise,
  ): () => void;
  /** Adds computrons; suspended vats continue as far as the meter lasts. */
  add(meter: KObject, computrons: bigint): void;
  /** The vat was suspended: it continues when the meter has what its crank needs. */
  await(meter: KObject, vatID: VatID): void;
  /**
   * Checks a message to a meter, and returns a function that performs it.
   * @throws {CooperageError} `BAD_ARGUMENT`
   */
  planCall(meter: KObject, method: string, args: readonly Json[], result: KPromise): () => void;
  /**
   * Charges a crank of the vat, and notifies the subscribers if the meter falls below its threshold.
   * @returns false if the crank used more than was left
   */
  charge(vatID: VatID, computrons: number): boolean;
}

/** A natural number in a body: a bigint or a number. */
const parseNat = (what: string, json: Json | undefined): bigint => {
  if (typeof json === 'number' && Number.isSafeInteger(json) && json >= 0) return BigInt(json);
  if (typeof json === 'string' && /^\+[0-9]{1,30}$/.test(json)) return BigInt(json.slice(1));
  throw badArgument(`${what} must be a natural number`);
};

const nat = (value: bigint): CapData<never> => ({ body: `#"+${value}"`, slots: [] });

export const makeMeters = (
  tables: KernelTables,
  messages: () => Messages,
  pauses: Pauses,
): Meters => {
  const { objects, promises, references, rows, suspensions, vats } = tables;

  interface MeterRow {
    remaining: string;
    threshold: string;
    waiting: KPromise[];
    /** In the order in which they were suspended; some may have continued or terminated since. */
    suspended?: VatID[];
  }
  const get = (meter: KObject): MeterRow =>
    JSON.parse(rows.get(keys.meter(meter)) as string) as MeterRow;
  const put = (meter: KObject, row: MeterRow): void =>
    rows.set(keys.meter(meter), JSON.stringify(row));
  const settle = (kp: KPromise, data: CapData<KRef>): void => messages().fulfill(kp, data);

  const add = (meter: KObject, computrons: bigint): void => {
    const { suspended = [], ...row } = get(meter);
    let left = BigInt(row.remaining) + computrons;
    const remaining = String(left);
    // A vat that continues gets its new limit.
    put(meter, { ...row, remaining });
    const still = suspended.filter((vatID) => {
      const suspension = vats.isAlive(vatID) ? suspensions.find(vatID) : undefined;
      if (suspension?.why !== 'meter') return false;
      const needed = BigInt(suspension.computrons);
      if (left < needed) return true;
      left -= needed;
      pauses.release(vatID);
      return false;
    });
    if (still.length > 0) put(meter, { ...row, remaining, suspended: still });
  };

  const make = (remaining: bigint, threshold: bigint): KObject => {
    const meter = objects.add('kernel');
    rows.set(keys.device(meter), 'meter');
    put(meter, { remaining: String(remaining), threshold: String(threshold), waiting: [] });
    references.recheck(meter);
    return meter;
  };

  return {
    make,
    add,
    await: (meter, vatID) => {
      const { suspended = [], ...row } = get(meter);
      if (!suspended.includes(vatID)) suspended.push(vatID);
      put(meter, { ...row, suspended });
    },
    planCreate: (remaining, threshold, result) => {
      const most = parseNat('createMeter: remaining', remaining);
      const least =
        threshold === undefined || threshold === '#undefined'
          ? 0n
          : parseNat('createMeter: threshold', threshold);
      return () => settle(result, { body: '#"$0.Alleged: meter"', slots: [make(most, least)] });
    },
    planCall: (meter, method, args, result) => {
      switch (method) {
        case 'add': {
          const amount = parseNat('add: the amount', args[0]);
          return () => {
            add(meter, amount);
            settle(result, UNDEFINED_CAPDATA);
          };
        }
        case 'get':
          return () => {
            const { remaining, threshold } = get(meter);
            const body = `#{"remaining":"+${remaining}","threshold":"+${threshold}"}`;
            settle(result, { body, slots: [] });
          };
        case 'notify':
          return () => {
            const row = get(meter);
            references.retain(result);
            put(meter, { ...row, waiting: [...row.waiting, result] });
          };
        default:
          throw noMethod(`a meter has no method ${quoted(method)}; it has add, get and notify`);
      }
    },
    charge: (vatID, computrons) => {
      const { meter } = vats.options(vatID);
      if (meter === undefined || computrons === 0) return true;
      const row = get(meter);
      const before = BigInt(row.remaining);
      const threshold = BigInt(row.threshold);
      const isEnough = before >= BigInt(computrons);
      const after = isEnough ? before - BigInt(computrons) : 0n;
      const isCrossed = before >= threshold && after < threshold;
      put(meter, {
        ...row,
        remaining: String(after),
        waiting: isCrossed ? [] : row.waiting,
      });
      if (isCrossed) {
        for (const kp of row.waiting) {
          if (promises.get(kp).state === 'unresolved') settle(kp, nat(after));
          references.release(kp);
        }
      }
      return isEnough;
    },
  };
};
