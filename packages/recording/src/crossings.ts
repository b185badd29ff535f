import type { KPromise } from '@cooperage/types';
import type { Delivery, Recording } from './recording.js';

/** Two deliveries to one vat that came in the other order than in a run that went well. */
export interface Crossing {
  /** Came first here, and second there. */
  readonly first: Delivery;
  readonly second: Delivery;
}

export interface Crossings {
  readonly pairs: readonly Crossing[];
  /** The messages that matter: those of the pairs and what led to them; all, where nothing crossed. By delivery. */
  readonly messages: readonly Delivery[];
}

/**
 * Names for deliveries that are the same in two runs: by what led to them, and not by numbers that depend on the order.
 */
export const nameDeliveries = (recording: Recording): ReadonlyMap<Delivery, string> => {
  const names = new Map<Delivery, string>();
  const sentBy = new Map<number, number>();
  const promiseNames = new Map<KPromise, string>();
  const messages = recording.deliveries
    .filter(({ message }) => message !== undefined)
    .sort((a, b) => sentAt(a) - sentAt(b) || resultNumber(a) - resultNumber(b));
  let ofHost = 0;
  for (const delivery of messages) {
    const { message } = delivery;
    if (message === undefined) continue;
    const by = recording.crank(message.sentIn)?.delivery;
    let name: string;
    if (by === undefined) {
      ofHost += 1;
      name = `host ${ofHost}`;
    } else {
      const index = (sentBy.get(message.sentIn) ?? 0) + 1;
      sentBy.set(message.sentIn, index);
      name = `${names.get(by) ?? `${by.vatID} ${by.kind}`} > ${index}`;
    }
    names.set(delivery, name);
    if (message.result !== undefined) promiseNames.set(message.result, name);
  }
  for (const delivery of recording.deliveries) {
    const [kp] = delivery.promises ?? [];
    if (kp === undefined) continue;
    names.set(delivery, `${delivery.vatID} hears ${promiseNames.get(kp) ?? kp}`);
  }
  return names;
};

const sentAt = ({ message }: Delivery): number => message?.sentIn ?? 0;
const resultNumber = ({ message, issue }: Delivery): number =>
  message?.result === undefined ? issue : Number(message.result.slice(2));

const byVat = (recording: Recording): Map<string, Delivery[]> => {
  const found = new Map<string, Delivery[]>();
  for (const delivery of recording.deliveries) {
    if (delivery.message === undefined && delivery.promises === undefined) continue;
    const list = found.get(delivery.vatID);
    if (list === undefined) found.set(delivery.vatID, [delivery]);
    else list.push(delivery);
  }
  return found;
};

/** More would not be read. */
const MOST_PAIRS = 50;

const pairsThatCross = (failing: Recording, passing: Recording): Crossing[] => {
  const names = nameDeliveries(failing);
  const places = new Map<string, number>();
  for (const [delivery, name] of nameDeliveries(passing)) places.set(name, delivery.n);
  const pairs: Crossing[] = [];
  for (const deliveries of byVat(failing).values()) {
    const known = deliveries
      .map((delivery) => ({ delivery, place: places.get(names.get(delivery) ?? '') }))
      .filter((each): each is { delivery: Delivery; place: number } => each.place !== undefined);
    for (const [index, { delivery: second, place }] of known.entries()) {
      for (const { delivery: first, place: other } of known.slice(0, index)) {
        if (other > place && pairs.length < MOST_PAIRS) pairs.push({ first, second });
      }
    }
  }
  return pairs;
};

/** What led to a delivery: the message in whose crank it was sent, or whose answer it is, and so on. */
export const causesOf = (recording: Recording, delivery: Delivery): Delivery[] => {
  const { message } = delivery;
  const found: (Delivery | undefined)[] = [];
  if (message !== undefined) found.push(recording.crank(message.sentIn)?.delivery);
  found.push(recording.crank(delivery.issuedIn)?.delivery);
  return found.filter((each): each is Delivery => each !== undefined && each !== delivery);
};

/** What a delivery led to: what was issued in its crank. */
export const effectsOf = (recording: Recording, delivery: Delivery): readonly Delivery[] =>
  (delivery.retiredIn === undefined ? undefined : recording.crank(delivery.retiredIn))?.issued ??
  [];

/** With all that led to them. */
export const withCauses = (
  recording: Recording,
  deliveries: Iterable<Delivery>,
): ReadonlySet<Delivery> => {
  const all = new Set<Delivery>();
  const waiting = [...deliveries];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (all.has(next)) continue;
    all.add(next);
    waiting.push(...causesOf(recording, next));
  }
  return all;
};

/**
 * Compares a run that fails with one that goes well: which deliveries to one vat came in another order, and which
 * messages led to them.
 *
 * @param passing left out: nothing is known to have crossed, and all messages matter
 */
export const findCrossings = (failing: Recording, passing?: Recording): Crossings => {
  const pairs = passing === undefined ? [] : pairsThatCross(failing, passing);
  const matter =
    pairs.length === 0
      ? new Set(failing.deliveries)
      : withCauses(
          failing,
          pairs.flatMap(({ first, second }) => [first, second]),
        );
  const messages = failing.deliveries.filter(
    (delivery) => delivery.message !== undefined && matter.has(delivery),
  );
  return { pairs, messages };
};
