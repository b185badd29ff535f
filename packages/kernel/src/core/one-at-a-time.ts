/** The orders in which one delivery is out at a time, as the kernel is opened in them, or was when it is replayed. */
import type { HandOut } from '../deliveries/hand-out.js';
import type { Kernel } from '../kernel.js';
import { keys } from '../tables/schema.js';
import type { Tables, VatID, Work } from '@cooperage/types';
import type { CoreOptions } from './core-options.js';
import {
  howToChoose,
  makeDeliveryOrder,
  type DeliveryOrder,
  deliveryOrderText,
} from './delivery-order.js';

export interface OneAtATime {
  /** What the row `deliveryOrder` must say; undefined in the orders that do not wait. */
  readonly text: string | undefined;
  /** Whether the row says so. */
  isWritten(): boolean;
  readonly isOn: boolean;
  /** In a re-run the kernel may be opened in another order in the middle. */
  follow(): void;
  /** Something of these vats has changed. */
  noteChanged(vatIDs: readonly VatID[]): void;
  /** Hands out the next delivery, unless one is out; says whether anything has moved. */
  take(): Work<boolean>;
  /** After an aborted crank. */
  forget(): void;
}

export interface OneAtATimePowers {
  readonly rows: Tables;
  readonly kernel: Kernel;
  readonly handOut: HandOut;
  readonly order: CoreOptions['order'];
  readonly seed: number;
  readonly choices: string | undefined;
}

export const makeOneAtATime = ({
  rows,
  kernel,
  handOut,
  order,
  seed,
  choices,
}: OneAtATimePowers): OneAtATime => {
  const nextChoice = (): number => kernel.tables.counters.next(keys.counter('choice'));
  const makeOrderOf = (text: string | undefined): DeliveryOrder | undefined =>
    text === undefined
      ? undefined
      : makeDeliveryOrder(kernel, handOut, howToChoose(text, nextChoice), nextChoice);
  let text =
    order === 'recorded' ? rows.get(keys.deliveryOrder) : deliveryOrderText(order, seed, choices);
  let deliveryOrder = makeOrderOf(text);
  return {
    get text() {
      return text;
    },
    isWritten: () => order === 'recorded' || rows.get(keys.deliveryOrder) === text,
    get isOn() {
      return deliveryOrder !== undefined;
    },
    follow: () => {
      if (order !== 'recorded' || rows.get(keys.deliveryOrder) === text) return;
      text = rows.get(keys.deliveryOrder);
      deliveryOrder = makeOrderOf(text);
    },
    noteChanged: (vatIDs) => deliveryOrder?.noteChanged(vatIDs),
    *take() {
      return deliveryOrder === undefined ? false : yield* deliveryOrder.take();
    },
    forget: () => deliveryOrder?.forget(),
  };
};
