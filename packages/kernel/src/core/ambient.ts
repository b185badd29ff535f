/**
 * Time and randomness for the cranks of vats with the option `ambient`. Both are inputs: the history records them
 * with the crank that hands out the delivery, and the delivery carries what its crank may use. So a replayed crank
 * sees the same values.
 */
import type { AmbientInput } from '../tables/history.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import { keys } from '../tables/schema.js';
import {
  CooperageError,
  type CrankTables,
  type DeliveryNumber,
  type VatID,
} from '@cooperage/types';

export interface AmbientSource {
  /** Milliseconds since 1970. The clock may go back; the time that vats see does not. */
  now(): number;
  /** 256 unique random bits, as text. Requested once in the life of a kernel. */
  entropy(): string;
  /** A hash of the text: 64 hexadecimal digits. */
  makeSeed(text: string): string;
}

/** The part of a delivery that carries time and seed. */
export interface AmbientOfDelivery {
  readonly time?: number;
  readonly seed?: string;
}

const NO_SOURCE: AmbientSource = {
  now: () => missing(),
  entropy: () => missing(),
  makeSeed: () => missing(),
};

const missing = (): never => {
  throw new CooperageError(
    'BAD_CONFIG',
    'a vat has the option "ambient", and the kernel was composed without a clock and a source of entropy',
  );
};

export const makeAmbient = (
  rows: CrankTables,
  { vats }: KernelTables,
  source: AmbientSource = NO_SOURCE,
) => {
  /** The inputs of the crank in progress. */
  let input: AmbientInput = {};

  const time = (): number => {
    if (input.time === undefined) {
      const last = Number(rows.get(keys.ambientTime) ?? 0);
      input = { ...input, time: Math.max(last, Math.floor(source.now())) };
      rows.set(keys.ambientTime, String(input.time));
    }
    return input.time as number;
  };

  const secret = (): string => {
    const known = rows.get(keys.ambientSeed);
    if (known !== undefined) return known;
    const entropy = source.entropy();
    input = { ...input, entropy };
    rows.set(keys.ambientSeed, entropy);
    return entropy;
  };

  return {
    beginCrank: (): void => {
      input = {};
    },
    /** The inputs since then; undefined for none. */
    taken: (): AmbientInput | undefined => (Object.keys(input).length === 0 ? undefined : input),
    forDelivery: (vatID: VatID, n: DeliveryNumber): AmbientOfDelivery => {
      const { ambient } = vats.options(vatID);
      if (ambient === undefined) return {};
      return {
        ...(ambient.time === true && { time: time() }),
        // The seed reveals nothing about the kernel's secret or about the seeds of other cranks.
        ...(ambient.random === true && { seed: source.makeSeed(`${secret()} ${vatID} ${n}`) }),
      };
    },
  };
};

export type Ambient = ReturnType<typeof makeAmbient>;
