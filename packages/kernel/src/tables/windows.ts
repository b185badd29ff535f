import type {
  DeliveryNumber,
  IssueNumber,
  NumberedDelivery,
  Tables,
  VatID,
} from '@cooperage/types';
import { panic } from '../panic.js';
import type { Counters } from './counters.js';
import { keys } from './schema.js';

/** A delivery that was handed out and whose record is not retired. */
export interface OutRow {
  readonly issue: IssueNumber;
  readonly tag: string;
  /** The `NumberedDelivery`, as text, exactly as the worker was given it. */
  readonly text: string;
}

/** The deliveries of each vat between handing out and retirement. */
export interface Windows {
  delivered(vatID: VatID): number;
  acked(vatID: VatID): number;
  /** How many are out. */
  size(vatID: VatID): number;
  /** Records the delivery and gives the text to hand out. */
  open(vatID: VatID, issue: IssueNumber, delivery: NumberedDelivery): string;
  find(vatID: VatID, n: DeliveryNumber): OutRow | undefined;
  get(vatID: VatID, n: DeliveryNumber): OutRow;
  /** The oldest one's record is retired. */
  close(vatID: VatID): void;
  /** All that are out, oldest first. */
  list(vatID: VatID): OutRow[];
}

export const makeWindows = (tables: Tables, counters: Counters): Windows => {
  const delivered = (vatID: VatID): number => counters.read(keys.delivered(vatID));
  const acked = (vatID: VatID): number => counters.read(keys.acked(vatID));
  const find = (vatID: VatID, n: DeliveryNumber): OutRow | undefined => {
    const row = tables.get(keys.out(vatID, n));
    if (row === undefined) return undefined;
    const first = row.indexOf(' ');
    const second = row.indexOf(' ', first + 1);
    return {
      issue: Number(row.slice(0, first)) as IssueNumber,
      tag: row.slice(first + 1, second),
      text: row.slice(second + 1),
    };
  };
  const get = (vatID: VatID, n: DeliveryNumber): OutRow =>
    find(vatID, n) ?? panic(`delivery ${n} of ${vatID} is not out`);
  return {
    delivered,
    acked,
    find,
    get,
    size: (vatID) => delivered(vatID) - acked(vatID),
    open: (vatID, issue, delivery) => {
      const text = JSON.stringify(delivery);
      tables.set(keys.out(vatID, delivery.n), `${issue} ${delivery.delivery[0]} ${text}`);
      counters.write(keys.delivered(vatID), delivery.n);
      return text;
    },
    close: (vatID) => {
      const n = counters.next(keys.acked(vatID)) as DeliveryNumber;
      tables.delete(keys.out(vatID, n));
    },
    list: (vatID) => {
      const from = acked(vatID) + 1;
      return Array.from({ length: delivered(vatID) - from + 1 }, (_, i) =>
        get(vatID, (from + i) as DeliveryNumber),
      );
    },
  };
};
