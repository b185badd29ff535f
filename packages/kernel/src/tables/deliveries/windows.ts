import type { DeliveryNumber, IssueNumber, NumberedDelivery, VatID } from '@cooperage/types';
import { panic } from '../../panic.js';
import type { CellCache } from '../cells.js';
import type { Counters } from '../counters.js';
import { keys } from '../schema.js';

/** A delivery that was handed out and whose record is not retired. */
export interface OutRow {
  readonly issue: IssueNumber;
  readonly tag: string;
  /** The `NumberedDelivery`, exactly as it was sent to the worker. */
  readonly text: string;
  /** The most computrons that its crank may use, if the vat's meter holds less than the limit of a crank. */
  readonly computrons?: number;
}

/** The deliveries of each vat that are handed out and not retired. */
export interface Windows {
  delivered(vatID: VatID): number;
  acked(vatID: VatID): number;
  /** The number of deliveries in the window. */
  size(vatID: VatID): number;
  /** Adds a delivery, and returns the text for the worker. */
  open(
    vatID: VatID,
    issue: IssueNumber,
    delivery: NumberedDelivery,
    computrons: number | undefined,
  ): string;
  find(vatID: VatID, n: DeliveryNumber): OutRow | undefined;
  get(vatID: VatID, n: DeliveryNumber): OutRow;
  /** Gives a delivery of the window a new issue number and a new allowance. */
  renew(vatID: VatID, n: number, issue: IssueNumber, computrons: number | undefined): void;
  /** Removes the oldest delivery, whose record is retired. */
  close(vatID: VatID): void;
  /** Resets the number of the newest delivery to `n`; the window must be empty. */
  rewind(vatID: VatID, n: DeliveryNumber): void;
  /** The deliveries of the window, oldest first. */
  list(vatID: VatID): OutRow[];
  /**
   * Parks the deliveries of the window: they count as retired, their rows stay, and they lose their issue numbers.
   * @returns the newest delivery whose record is retired
   */
  park(vatID: VatID): number;
  /** The deliveries that were parked behind delivery `acked`, oldest first. */
  listParked(vatID: VatID, acked: number): (readonly [n: DeliveryNumber, row: OutRow])[];
  /** Deletes the row of a parked delivery. */
  forget(vatID: VatID, n: DeliveryNumber): void;
  /** Puts the deliveries that were parked behind `acked` back into the window. Give them issue numbers. */
  unpark(vatID: VatID, acked: number): void;
}

const parse = (text: string): OutRow => {
  const first = text.indexOf(' ');
  const second = text.indexOf(' ', first + 1);
  const [tag, computrons] = text.slice(first + 1, second).split('@') as [string, string?];
  return {
    issue: Number(text.slice(0, first)) as IssueNumber,
    tag,
    text: text.slice(second + 1),
    ...(computrons !== undefined && { computrons: Number(computrons) }),
  };
};

const format = ({ issue, tag, text, computrons }: OutRow): string =>
  `${issue} ${tag}${computrons === undefined ? '' : `@${computrons}`} ${text}`;

export const makeWindows = (cache: CellCache, counters: Counters): Windows => {
  const cells = cache.make({ parse, format });
  const delivered = (vatID: VatID): number => counters.read(keys.delivered(vatID));
  const acked = (vatID: VatID): number => counters.read(keys.acked(vatID));
  const find = (vatID: VatID, n: DeliveryNumber): OutRow | undefined =>
    cells.get(keys.out(vatID, n));
  const get = (vatID: VatID, n: DeliveryNumber): OutRow =>
    find(vatID, n) ?? panic(`delivery ${n} of ${vatID} is not in the window`);
  return {
    delivered,
    acked,
    find,
    get,
    size: (vatID) => delivered(vatID) - acked(vatID),
    open: (vatID, issue, delivery, computrons) => {
      const text = JSON.stringify(delivery);
      const [tag] = delivery.delivery;
      cells.add(keys.out(vatID, delivery.n), {
        issue,
        tag,
        text,
        ...(computrons !== undefined && { computrons }),
      });
      counters.write(keys.delivered(vatID), delivery.n);
      return text;
    },
    renew: (vatID, n, issue, computrons) => {
      const { tag, text } = get(vatID, n as DeliveryNumber);
      cells.set(keys.out(vatID, n as DeliveryNumber), {
        issue,
        tag,
        text,
        ...(computrons !== undefined && { computrons }),
      });
    },
    close: (vatID) => {
      const n = counters.next(keys.acked(vatID)) as DeliveryNumber;
      cells.delete(keys.out(vatID, n));
    },
    rewind: (vatID, n) => {
      for (let each = acked(vatID) + 1; each <= delivered(vatID); each += 1) {
        cells.delete(keys.out(vatID, each as DeliveryNumber));
      }
      counters.write(keys.delivered(vatID), n);
      counters.write(keys.acked(vatID), n);
    },
    park: (vatID) => {
      const newest = acked(vatID);
      counters.write(keys.acked(vatID), delivered(vatID));
      return newest;
    },
    listParked: (vatID, from) => {
      const parked: (readonly [DeliveryNumber, OutRow])[] = [];
      for (let n = (from + 1) as DeliveryNumber; ; n = (n + 1) as DeliveryNumber) {
        const row = n > acked(vatID) ? undefined : find(vatID, n);
        if (row === undefined) return parked;
        parked.push([n, row]);
      }
    },
    forget: (vatID, n) => cells.delete(keys.out(vatID, n)),
    unpark: (vatID, newest) => {
      counters.write(keys.acked(vatID), newest);
    },
    list: (vatID) => {
      const from = acked(vatID) + 1;
      return Array.from({ length: delivered(vatID) - from + 1 }, (_, i) =>
        get(vatID, (from + i) as DeliveryNumber),
      );
    },
  };
};
