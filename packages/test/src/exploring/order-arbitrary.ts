import fc from 'fast-check';
import { type Fault, type Order, weightOf } from './order.js';

/** How large the orders of a scenario are, and what may go wrong in them. */
export interface OrderShape {
  /** Choices that the scenario takes. */
  readonly choices: number;
  /** Cranks that it takes. */
  readonly steps: number;
  readonly crashes: boolean;
  readonly upgrades: number;
  /** Vats of which some are put out of memory; 0 where none are. */
  readonly evicted: number;
}

/** What is drawn of a choice: any number of deliveries from which to choose divides it nearly evenly. */
const DRAWN = 9999;

/** Half of the orders choose freely all the time; the others keep mostly to the order of sending. */
const densityOf = (draw: (from: number, to: number) => number, choices: number): number => {
  const kind = draw(0, 3);
  if (kind < 2) return 1;
  return kind === 2 ? 0.3 : Math.min(1, draw(1, 4) / Math.max(1, choices));
};

/** `size` numbers at a time are made 0, from the halves down to each one. */
function* withFewerChoices(order: Order): Generator<Order> {
  const moved = order.choices.flatMap((place, index) => (place === 0 ? [] : [index]));
  for (let size = moved.length; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < moved.length; from += size) {
      const taken = new Set(moved.slice(from, from + size));
      yield { ...order, choices: order.choices.map((place, i) => (taken.has(i) ? 0 : place)) };
    }
  }
}

function* withFewerFaults(order: Order): Generator<Order> {
  if (order.online !== undefined) yield { choices: order.choices, faults: order.faults };
  for (const index of order.faults.keys()) {
    yield { ...order, faults: order.faults.filter((_, i) => i !== index) };
  }
}

/** The place nearest to the front that will do. */
function* withSmallerChoices(order: Order): Generator<Order> {
  for (const [index, place] of order.choices.entries()) {
    for (let smaller = 1; smaller < Math.min(place, 8); smaller += 1) {
      yield { ...order, choices: order.choices.map((each, i) => (i === index ? smaller : each)) };
    }
  }
}

function* shorter(order: Order): Generator<fc.Value<Order>> {
  for (const make of [withFewerFaults, withFewerChoices, withSmallerChoices]) {
    for (const each of make(order)) yield new fc.Value(each, undefined);
  }
}

/** Orders for fast-check: it draws them, and shrinks one that fails towards the order of sending. */
export class OrderArbitrary extends fc.Arbitrary<Order> {
  readonly #shape: OrderShape;

  constructor(shape: OrderShape) {
    super();
    this.#shape = shape;
  }

  override generate(random: fc.Random): fc.Value<Order> {
    const { choices: length, steps, crashes, upgrades, evicted } = this.#shape;
    const draw = (from: number, to: number): number => random.nextInt(from, to);
    const density = densityOf(draw, length);
    const choices = Array.from({ length }, () =>
      draw(0, 9999) < density * 10_000 ? draw(0, DRAWN) : 0,
    );
    const faults: Fault[] = [];
    const place = (crash: boolean): number => faults.push({ at: draw(0, steps), crash });
    if (crashes) for (let left = draw(1, 2); left > 0; left -= 1) place(true);
    for (let left = upgrades; left > 0; left -= 1) place(false);
    const online = evicted > 0 ? draw(1, evicted) : undefined;
    return new fc.Value({ choices, faults, ...(online !== undefined && { online }) }, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Order {
    return typeof value === 'object' && value !== null && 'choices' in value;
  }

  override shrink(order: Order): fc.Stream<fc.Value<Order>> {
    return weightOf(order) === 0 ? fc.Stream.nil() : fc.stream(shorter(order));
  }
}
