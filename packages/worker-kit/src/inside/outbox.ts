/** Collects what the vats of this thread say, and posts it in batches. */
import type { CommonMessage, VatIndex } from '../protocol.js';

/** What every kind of thread says of its vats. */
type Records = readonly [tag: 'records', vat: VatIndex, texts: string[], times: number[]];

export interface Outbox<Message = CommonMessage> {
  /** A crank begins: its record is the next one. */
  begin(): void;
  record(vat: VatIndex, text: string): void;
  say(message: Message | Records): void;
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

/** @param now milliseconds since 1970 */
export const makeOutbox = <Message extends readonly unknown[] = CommonMessage>(
  post: (batch: readonly (Message | Records)[]) => void,
  now: () => number,
): Outbox<Message> => {
  let batch: (Message | Records)[] = [];
  /** The last message of the batch, where it brings records. */
  let records: Records | undefined;
  let characters = 0;
  let posted = -Infinity;
  let began = now();

  const flush = (): void => {
    if (batch.length === 0) return;
    const whole = batch;
    batch = [];
    records = undefined;
    characters = 0;
    posted = now();
    post(whole);
  };
  const say = (message: Message | Records): void => {
    records = undefined;
    batch.push(message);
  };

  return {
    begin: () => {
      began = now();
    },
    record: (vat, text) => {
      const ended = now();
      if (records?.[1] === vat) {
        records[2].push(text);
        records[3].push(began, ended);
      } else {
        const message: Records = ['records', vat, [text], [began, ended]];
        say(message);
        records = message;
      }
      characters += text.length;
      if (characters >= BATCH_CHARACTERS || ended - posted >= PAUSE) flush();
    },
    say,
    flush,
  };
};
