/**
 * Applies the orders in which one delivery is out at a time: the order that the kernel was opened with, or the
 * recorded one in a replay.
 */
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
  /** The required text of the row `deliveryOrder`; undefined in the orders with windows. */
  readonly text: string | undefined;
  /** Whether the row has this text. */
  isWritten(): boolean;
  readonly isOn: boolean;
  /** In a replay the order may change in the middle. */
  follow(): void;
  /** The inboxes or windows of these vats have changed. */
  markChanged(vatIDs: readonly VatID[]): void;
  /** Hands out the next delivery, unless one is out. Returns whether it did anything. */
  take(): Work<boolean>;
  /** Resets the state after an aborted crank. */
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
    markChanged: (vatIDs) => deliveryOrder?.markChanged(vatIDs),
    *take() {
      return deliveryOrder === undefined ? false : yield* deliveryOrder.take();
    },
    forget: () => deliveryOrder?.forget(),
  };
};
