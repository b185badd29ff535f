/** The orders in which one delivery is out at a time, as the kernel is opened in them, or was when it is replayed. */
import type { HandOut } from '../deliveries/hand-out.js';
import type { Kernel } from '../kernel.js';
import { keys } from '../tables/schema.js';
import type { Tables, VatID, Work } from '@cooperage/types';
import type { CoreOptions } from './core-options.js';
import { howToChoose, makeTurns, type Turns, turnsTextOf } from './delivery-order.js';

export interface OneAtATime {
  /** What the row `turns` must say; undefined in the orders that do not wait. */
  readonly text: string | undefined;
  /** Whether the row says so. */
  isWritten(): boolean;
  readonly isOn: boolean;
  /** In a re-run the kernel may be opened in another order in the middle. */
  follow(): void;
  /** Something of these vats has changed. */
  note(vatIDs: readonly VatID[]): void;
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
  const makeTurnsOf = (text: string | undefined): Turns | undefined =>
    text === undefined
      ? undefined
      : makeTurns(kernel, handOut, howToChoose(text, nextChoice), nextChoice);
  let text = order === 'recorded' ? rows.get(keys.turns) : turnsTextOf(order, seed, choices);
  let turns = makeTurnsOf(text);
  return {
    get text() {
      return text;
    },
    isWritten: () => order === 'recorded' || rows.get(keys.turns) === text,
    get isOn() {
      return turns !== undefined;
    },
    follow: () => {
      if (order !== 'recorded' || rows.get(keys.turns) === text) return;
      text = rows.get(keys.turns);
      turns = makeTurnsOf(text);
    },
    note: (vatIDs) => turns?.note(vatIDs),
    *take() {
      return turns === undefined ? false : yield* turns.take();
    },
    forget: () => turns?.forget(),
  };
};
