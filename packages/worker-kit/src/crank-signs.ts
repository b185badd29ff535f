/**
 * What a thread shows of itself while it cannot answer: which vat runs which crank. In shared memory,
 * written by the thread, read by the host, without a clock: that the same crank is still running is
 * seen by looking twice.
 */
import type { VatIndex } from './protocol.js';

const VAT = 0;
const SERIAL = 1;
const NUMBER = 2;
const FIELDS = 3;

const NO_VAT = -1;

export interface CrankSign {
  /** undefined between cranks. */
  readonly running: VatIndex | undefined;
  /** Another number for each crank of the thread. */
  readonly serial: number;
  /** The delivery that the crank processes. */
  readonly n: number;
}

export const makeCrankSigns = (
  memory = new SharedArrayBuffer(FIELDS * Int32Array.BYTES_PER_ELEMENT),
) => {
  const fields = new Int32Array(memory);
  return {
    memory,
    clear: (): void => {
      Atomics.store(fields, VAT, NO_VAT);
    },
    begin: (vat: VatIndex, n: number): void => {
      Atomics.store(fields, NUMBER, n);
      Atomics.add(fields, SERIAL, 1);
      Atomics.store(fields, VAT, vat);
    },
    read: (): CrankSign => {
      const vat = Atomics.load(fields, VAT);
      return {
        running: vat === NO_VAT ? undefined : vat,
        serial: Atomics.load(fields, SERIAL),
        n: Atomics.load(fields, NUMBER),
      };
    },
  };
};

export type CrankSigns = ReturnType<typeof makeCrankSigns>;
