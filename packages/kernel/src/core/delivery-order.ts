import { type InboxWork, isExclusive } from '../tables/deliveries/inboxes.js';
import type { Kernel } from '../kernel.js';
import { byNumber, type KRef, type Order, type VatID, type Work } from '@cooperage/types';
import type { HandOut } from '../deliveries/hand-out.js';

/**
 * Orders in which one delivery is out at a time in the whole kernel, for debugging and for finding hidden assumptions
 * of a program.
 *
 * * `sequential`: deliveries in the order in which they were issued.
 * * `adversarial`: any order that the guarantee permits, chosen by a seed. Messages to one object keep their order,
 *   regardless of the sender. Messages to a promise that the vat decides come after the messages before them, and
 *   before those that name this promise. Nothing passes exclusive work. No other order is kept.
 * * `adversarial` with given choices: the same orders, one by one; where no choice is given, `sequential`.
 */
export interface DeliveryOrder {
  /** The inboxes or windows of these vats have changed. */
  markChanged(vatIDs: readonly VatID[]): void;
  /** Hands out the next delivery, unless one is out. Returns whether it did anything. */
  take(): Work<boolean>;
  /** Resets the state after an aborted crank. */
  forget(): void;
}

/** Chooses one of `count`. */
export type Choose = (count: number) => number;

/** The lane of the messages to a promise that the vat decides. */
const laneTo = (promise: KRef): string => `to ${promise}`;

/**
 * How the next delivery is chosen: the oldest; by two choices, of a vat and of one of its deliveries; or by one
 * choice among all.
 */
export type HowToChoose =
  | { readonly how: 'oldest' }
  | { readonly how: 'vat, then delivery'; readonly choose: Choose }
  | { readonly how: 'delivery'; readonly choose: Choose };

/** A lane: deliveries that keep their order. */
const laneOf = (work: InboxWork): string => {
  switch (work[0]) {
    case 'message':
    case 'notify':
      return work[1];
    case 'pipelined':
      return laneTo(work[1]);
    case 'dropExports':
    case 'retireExports':
    case 'retireImports':
      return 'garbage';
    case 'startVat':
    case 'stopVat':
    case 'bringOutYourDead':
    case 'changeOptions':
    case 'upgrade':
    case 'fork':
    case 'takeOffline':
      return work[0];
    default:
      return work satisfies never;
  }
};

/** Whether nothing may pass this work, and it may pass nothing. */
const standsAlone = (work: InboxWork): boolean => isExclusive(work) || work[0] === 'startVat';

export const makeDeliveryOrder = (
  { tables }: Kernel,
  handOut: Pick<HandOut, 'takeOut'>,
  choice: HowToChoose,
  nextChoice: () => number,
): DeliveryOrder => {
  const { backPressure, upgradesInProgress, inboxes, isPaused, vats, windows } = tables;

  /** The places in the vat's inbox of the deliveries that may come next. */
  const permitted = (vatID: VatID): number[] => {
    const places: number[] = [];
    const lanes = new Set<string>();
    let isFirstMessage = true;
    for (const [place, { work }] of inboxes.list(vatID).entries()) {
      if (standsAlone(work)) {
        if (place === 0) places.push(place);
        break;
      }
      const isMessage = work[0] === 'message' || work[0] === 'pipelined';
      const mayPass =
        work[0] === 'pipelined'
          ? isFirstMessage
          : work[0] !== 'message' ||
            !work[2].methargs.slots.some((slot) => lanes.has(laneTo(slot)));
      const lane = laneOf(work);
      if (mayPass && !lanes.has(lane)) places.push(place);
      lanes.add(lane);
      if (isMessage) isFirstMessage = false;
    }
    return places;
  };

  /** All deliveries that may come next, in the order in which they were issued. */
  const permittedOfAll = (withWork: readonly VatID[]): { vatID: VatID; place: number }[] =>
    withWork
      .flatMap((vatID) => {
        const entries = inboxes.list(vatID);
        return permitted(vatID).map((place) => ({ vatID, place, issue: entries[place]?.issue }));
      })
      .sort((a, b) => Number(a.issue) - Number(b.issue));

  const chooseNext = function* (withWork: readonly VatID[]): Work {
    switch (choice.how) {
      case 'oldest': {
        nextChoice();
        const oldest = inboxes.oldest();
        if (oldest !== undefined) yield* handOut.takeOut(oldest.vatID, 0);
        return;
      }
      case 'vat, then delivery': {
        const vatID = withWork[choice.choose(withWork.length)] as VatID;
        const places = permitted(vatID);
        yield* handOut.takeOut(vatID, places[choice.choose(places.length)] as number);
        return;
      }
      case 'delivery': {
        const all = permittedOfAll(withWork);
        const { vatID, place } = all[choice.choose(all.length)] as (typeof all)[number];
        yield* handOut.takeOut(vatID, place);
      }
    }
  };

  /** The vats that may have work, so that idle vats are not examined; undefined until it is known. */
  let active: Set<VatID> | undefined;

  const isActive = (vatID: VatID): boolean =>
    vats.isAlive(vatID) && (inboxes.length(vatID) > 0 || windows.size(vatID) > 0);

  const listActive = (): VatID[] => {
    active ??= new Set(vats.list());
    for (const vatID of active) if (!isActive(vatID)) active.delete(vatID);
    return [...active].sort(byNumber);
  };

  return {
    markChanged: (vatIDs) => {
      for (const vatID of vatIDs) active?.add(vatID);
    },
    forget: () => {
      active = undefined;
    },
    *take() {
      const all = listActive().filter((vatID) => !isPaused(vatID));
      if (
        all.some((vatID) => windows.size(vatID) > 0 || upgradesInProgress.find(vatID) !== undefined)
      ) {
        return false;
      }
      const withWork = all.filter(
        (vatID) => inboxes.length(vatID) > 0 && !backPressure.isSlowed(vatID),
      );
      if (withWork.length === 0) return false;
      yield* chooseNext(withWork);
      return true;
    },
  };
};

/**
 * Choices as a function of the seed and of the number of choices made: the finalizer of MurmurHash3 over both. So a
 * kernel that is opened again continues with the same choices.
 */
export const makeChoose =
  (seed: number, nextChoice: () => number): Choose =>
  (count) => {
    let x = (seed + Math.imul(nextChoice(), 0x9e3779b9)) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) % count;
  };

/**
 * Given choices, by their numbers; where none is given, the first.
 *
 * @param text `3:1,7:2`: the third choice is the second of the possible deliveries, the seventh is the third; or
 * `none`
 */
const makeGivenChoices = (text: string, nextChoice: () => number): Choose => {
  const given = new Map(
    text
      .split(',')
      .filter((each) => each !== 'none')
      .map((each) => each.split(':').map(Number) as [number, number]),
  );
  return (count) => (given.get(nextChoice()) ?? 0) % count;
};

/** The form of `CoreOptions.choices`. */
export const CHOICES =
  /^none$|^[1-9][0-9]{0,15}:[0-9]{1,9}(,[1-9][0-9]{0,15}:[0-9]{1,9}){0,99999}$/;

/** What the row `deliveryOrder` says of a kernel's own order; undefined where deliveries are not let out one at a time. */
export const deliveryOrderText = (
  order: Order | 'recorded',
  seed: number,
  choices: string | undefined,
): string | undefined => {
  if (order === 'sequential') return order;
  if (order !== 'adversarial') return undefined;
  return choices === undefined ? `adversarial ${seed}` : `chosen ${choices}`;
};

/** Parses such a row. */
export const howToChoose = (text: string, nextChoice: () => number): HowToChoose => {
  const [how, what = ''] = text.split(' ');
  if (how === 'chosen') return { how: 'delivery', choose: makeGivenChoices(what, nextChoice) };
  if (how !== 'adversarial') return { how: 'oldest' };
  return { how: 'vat, then delivery', choose: makeChoose(Number(what), nextChoice) };
};
