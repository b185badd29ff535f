/**
 * The time and the randomness that a vat's cranks have, where the vat has the option `ambient`. Both come from
 * outside, which makes them inputs: the history has them with the crank that handed out the delivery, and the delivery
 * has what its crank may know. So a crank that is run again knows the same.
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
  /** Milliseconds since 1970. It may go back; what vats are told does not. */
  now(): number;
  /** 256 bits that nothing else has, as text. Asked for once in the life of a kernel. */
  entropy(): string;
  /** A hash of the text, as 64 hexadecimal digits. */
  makeSeed(text: string): string;
}

/** What a delivery says of it. */
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
  /** What came into the crank that is under way. */
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
    /** What came in since then; undefined where nothing did. */
    taken: (): AmbientInput | undefined => (Object.keys(input).length === 0 ? undefined : input),
    forDelivery: (vatID: VatID, n: DeliveryNumber): AmbientOfDelivery => {
      const { ambient } = vats.options(vatID);
      if (ambient === undefined) return {};
      return {
        ...(ambient.time === true && { time: time() }),
        // Nothing about the kernel's secret, or another crank's seed, can be told from it.
        ...(ambient.random === true && { seed: source.makeSeed(`${secret()} ${vatID} ${n}`) }),
      };
    },
  };
};

export type Ambient = ReturnType<typeof makeAmbient>;
