/** What a worker is given comes from the store: where that is damaged the kernel stops, and no worker or vat is to blame. */
import {
  type BundleID,
  type Bundles,
  CooperageError,
  messageOf,
  type Transcripts,
  type VatID,
} from '@cooperage/types';

/** Passes on what `read` throws, after `failed` was told: the store below the kernel is of no use. */
export const watched =
  <Args extends readonly unknown[], Result>(
    read: (...args: Args) => Result,
    failed: (thrown: unknown) => void,
  ): ((...args: Args) => Result) =>
  (...args) => {
    try {
      return read(...args);
    } catch (thrown) {
      failed(thrown);
      throw thrown;
    }
  };

const corrupt = (what: string): CooperageError =>
  new CooperageError(
    'STORE_CORRUPT',
    `${what}; nothing was changed; restore the directory from a backup`,
  );

/**
 * The code that a vat was made of.
 *
 * @throws {CooperageError} `STORE_CORRUPT` where it is missing: no vat is made of code that is not there
 */
export const readCode = (bundles: Bundles, bundleID: BundleID, vatID: VatID): string => {
  if (bundles.has(bundleID)) return bundles.get(bundleID);
  throw corrupt(`the code of ${vatID}, the bundle ${bundleID}, is missing`);
};

/**
 * Entries `from` to `to` of a transcript.
 *
 * @throws {CooperageError} `STORE_CORRUPT` where one is missing
 */
export const readPast = (
  transcripts: Transcripts,
  vatID: VatID,
  from: number,
  to: number,
): string[] => {
  const entries = [...transcripts.read(vatID, from, to)];
  if (entries.length === to - from + 1) return entries;
  const missing = to - from + 1 - entries.length;
  throw corrupt(`${missing} of the transcript entries ${from} to ${to} of ${vatID} are missing`);
};

const numberOf = (delivery: unknown): unknown =>
  (delivery as { readonly n?: unknown } | null | undefined)?.n;

const insistEntry = (text: string, n: number): void => {
  const { delivery, record } = JSON.parse(text) as {
    readonly delivery?: { readonly delivery?: unknown };
    readonly record?: { readonly status?: unknown; readonly syscalls?: unknown };
  };
  if (numberOf(delivery) !== n || numberOf(record) !== n) throw Error('it has another number');
  const lists = [delivery?.delivery, record?.status, record?.syscalls];
  if (!lists.every(Array.isArray)) throw Error('a part of it is missing');
};

const insistDelivery = (text: string): void => {
  const numbered = JSON.parse(text) as { readonly n?: unknown; readonly delivery?: unknown };
  if (!Number.isSafeInteger(numberOf(numbered)) || !Array.isArray(numbered.delivery)) {
    throw Error('a part of it is missing');
  }
};

/**
 * Looks at what a worker was given that is gone now.
 *
 * @param past what it was to repeat, and how far it came
 * @throws {CooperageError} `STORE_CORRUPT` where no worker could have read it
 */
export const insistReadable = (
  vatID: VatID,
  deliveries: readonly { readonly text: string }[],
  transcripts: Transcripts,
  past: { readonly to: number; readonly repeated: number } | undefined,
): void => {
  const look = (what: string, insist: () => void): void => {
    try {
      insist();
    } catch (thrown) {
      throw corrupt(`${what} of ${vatID} cannot be read: ${messageOf(thrown)}`);
    }
  };
  for (const { text } of deliveries) look('a delivery that is out', () => insistDelivery(text));
  if (past === undefined || past.repeated >= past.to) return;
  let n = past.repeated;
  for (const text of transcripts.read(vatID, n + 1, past.to)) {
    n += 1;
    look(`transcript entry ${n}`, () => insistEntry(text, n));
  }
};
