import { causesOf, type Delivery, effectsOf, type Recording } from '@cooperage/recording';
import type { CrankTime } from '@cooperage/kernel';
import type { VatID } from '@cooperage/types';
import type { Change, Past } from '../past.js';
import { type GroupOfKind, groupOfKind } from './kinds.js';
import { labelOfCrank, type Link, linkTo, withNames } from './labels.js';
import type { IsWanted } from './timeline/filter.js';
import { makeTimed, type Timed } from './timeline/timed.js';

export interface CrankView {
  readonly crank: number;
  readonly cause: string;
  readonly vat: string;
  readonly vatID?: VatID;
  readonly label: string;
  readonly kind: GroupOfKind;
  /** When it ran, in microseconds since the first crank began, and in which thread, where that is known. */
  readonly time?: CrankTime;
  readonly delivery?: {
    readonly n: number;
    readonly kind: string;
    readonly from?: string;
    readonly target?: string;
    readonly result?: string;
    readonly enteredInbox: number;
    readonly leftInbox: number;
  };
  /** What waited in the inbox of the vat when this crank was done, the next one first. */
  readonly pending: { readonly count: number; readonly links: readonly Link[] };
  /** What the host called. */
  readonly calls: readonly string[];
  readonly causes: readonly Link[];
  readonly effects: readonly Link[];
  /**
   * Of an answer: what else its vat did between asking and hearing it, the oldest first. What a vat has read before it
   * asked may have been changed by these.
   */
  readonly meanwhile: readonly Link[];
  /** All that led here, the oldest first. */
  readonly chain: readonly Link[];
  readonly promisesMade: readonly string[];
  readonly promisesResolved: readonly { readonly kp: string; readonly to: string }[];
  readonly objectsMade: readonly string[];
  readonly objectsDeleted: readonly string[];
  readonly changes: readonly Change[];
}

/** Cranks of a chain that are shown: the nearest ones. */
const LONGEST_CHAIN = 200;

/** The messages that led to a delivery, one after another. */
const chainTo = (recording: Recording, delivery: Delivery): Link[] => {
  const chain: Link[] = [];
  let at: Delivery | undefined = causesOf(recording, delivery)[0];
  while (at !== undefined && chain.length < LONGEST_CHAIN) {
    chain.unshift(...linkTo(recording, at));
    [at] = causesOf(recording, at);
  }
  return chain;
};

/** Deliveries of an inbox that are shown: the next ones. */
const MOST_PENDING = 20;

const pendingBehind = (
  recording: Recording,
  { vatID, n }: Delivery,
  crank: number,
): CrankView['pending'] => {
  const links: Link[] = [];
  let count = 0;
  for (const next of recording.deliveriesTo(vatID, n + 1)) {
    if (next.issuedIn > crank) break;
    count += 1;
    if (links.length < MOST_PENDING) links.push(...linkTo(recording, next));
  }
  return { count, links };
};

/** Cranks between a question and its answer that are shown: the latest ones. */
const MOST_BETWEEN = 50;

/** What a vat did between the crank in which it made a promise and the one in which it hears of it. */
const meanwhileOf = (recording: Recording, { vatID, promises, retiredIn }: Delivery): Link[] => {
  const asked = (promises ?? []).flatMap((kp) => {
    const life = recording.promises.get(kp);
    return life?.madeBy === vatID ? [life.madeIn] : [];
  });
  const found: Link[] = [];
  if (asked.length === 0) return found;
  const from = Math.min(...asked);
  for (let number = (retiredIn ?? 0) - 1; number > from; number -= 1) {
    const { delivery } = recording.crank(number) ?? {};
    if (delivery?.vatID === vatID) found.unshift(...linkTo(recording, delivery));
    if (found.length === MOST_BETWEEN) break;
  }
  return found;
};

const describeDelivery = (recording: Recording, delivery: Delivery) => {
  const { message } = delivery;
  return {
    n: delivery.n,
    kind: delivery.kind,
    ...(message !== undefined && {
      from: recording.nameOf(message.from),
      target: withNames(recording, message.target),
      ...(message.result !== undefined && { result: message.result }),
    }),
    enteredInbox: delivery.issuedIn,
    leftInbox: delivery.handedOutIn,
  };
};

export interface CrankViewPowers {
  readonly timed?: Timed;
  /** Which cranks are looked for; all where it is left out. The others are marked in the links. */
  readonly isWanted?: IsWanted | undefined;
}

/** @returns undefined where there is no such crank */
export const crankViewOf = (
  recording: Recording,
  past: Past,
  number: number,
  { timed = makeTimed(recording), isWanted }: CrankViewPowers = {},
): CrankView | undefined => {
  const crank = recording.crank(number);
  if (crank === undefined) return undefined;
  const { delivery, vatID } = crank;
  const causes = delivery === undefined ? [] : [...new Set(causesOf(recording, delivery))];
  const time = timed.of(number);
  const effects = delivery === undefined ? crank.issued : effectsOf(recording, delivery);
  const marked = (links: readonly Link[]): readonly Link[] =>
    isWanted === undefined
      ? links
      : links.map((link) => {
          const other = recording.crank(link.crank);
          return other === undefined || isWanted(other) ? link : { ...link, isOther: true };
        });
  return {
    crank: number,
    cause: crank.cause,
    vat: recording.nameOf(vatID ?? 'host'),
    ...(vatID !== undefined && { vatID }),
    label: labelOfCrank(recording, crank),
    kind: groupOfKind(crank),
    ...(time !== undefined && { time }),
    ...(delivery !== undefined && { delivery: describeDelivery(recording, delivery) }),
    pending:
      delivery === undefined ? { count: 0, links: [] } : pendingBehind(recording, delivery, number),
    calls: crank.calls.map(([method, ...args]) => `${method} ${JSON.stringify(args)}`),
    causes: marked(causes.flatMap((each) => linkTo(recording, each))),
    effects: marked(effects.flatMap((each) => linkTo(recording, each))),
    meanwhile: delivery === undefined ? [] : marked(meanwhileOf(recording, delivery)),
    chain: delivery === undefined ? [] : marked(chainTo(recording, delivery)),
    promisesMade: crank.promisesMade,
    promisesResolved: crank.promisesResolved.map((kp) => {
      const life = recording.promises.get(kp);
      return { kp, to: `${life?.state ?? ''} ${withNames(recording, life?.resolution ?? '')}` };
    }),
    objectsMade: crank.objectsMade,
    objectsDeleted: crank.objectsDeleted,
    changes: past.changesIn(number),
  };
};
