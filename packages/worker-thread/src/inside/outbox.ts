/** Collects what the vats of this thread say, and posts it in batches. */
import type { FromThread, VatIndex } from '../protocol.js';

export interface Outbox {
  record(vat: VatIndex, text: string): void;
  say(message: FromThread): void;
  /** Posts what was collected. */
  flush(): void;
}

/**
 * Milliseconds between posts of records. The first record after a pause goes out at once, so that it
 * does not wait for the crank after it, which may be a long one; those that follow closely wait for company.
 */
const PAUSE = 0.1;
/** Characters that wait for company. */
const BATCH_CHARACTERS = 256_000;

export const makeOutbox = (
  post: (batch: readonly FromThread[]) => void,
  now: () => number,
): Outbox => {
  let batch: FromThread[] = [];
  let characters = 0;
  let posted = -Infinity;

  const flush = (): void => {
    if (batch.length === 0) return;
    const whole = batch;
    batch = [];
    characters = 0;
    posted = now();
    post(whole);
  };
  const say = (message: FromThread): void => {
    batch.push(message);
  };

  return {
    record: (vat, text) => {
      const last = batch[batch.length - 1];
      if (last !== undefined && last[0] === 'records' && last[1] === vat) last[2].push(text);
      else say(['records', vat, [text]]);
      characters += text.length;
      if (characters >= BATCH_CHARACTERS || now() - posted >= PAUSE) flush();
    },
    say,
    flush,
  };
};
