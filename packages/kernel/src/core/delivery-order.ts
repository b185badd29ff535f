import { type InboxWork, isExclusive } from '../tables/deliveries/inboxes.js';
import type { Kernel } from '../kernel.js';
import { byNumber, type KRef, type Order, type VatID, type Work } from '@cooperage/types';
import type { HandOut } from '../deliveries/hand-out.js';

/**
 * One delivery at a time in the whole kernel: for finding out what a program leans on, and for debugging.
 *
 * * `sequential`: in the order in which the deliveries were issued.
 * * `adversarial`: in any order that the guarantee permits, chosen by a seed. What is sent to one object keeps its
 *   order, regardless of the sender. What was sent to a promise that the vat decides comes after the messages before it,
 *   and before those that name this promise. Exclusive work lets nothing pass. Nothing else is promised.
 * * `adversarial` with given choices: the same orders, one by one; what is not chosen is `sequential`.
 */
export interface DeliveryOrder {
  /** Something of these vats has changed. */
  noteChanged(vatIDs: readonly VatID[]): void;
  /** Hands out the next delivery, unless one is out; says whether anything has moved. */
  take(): Work<boolean>;
  /** After an aborted crank. */
  forget(): void;
}

/** Which one of so many. */
export type Choose = (count: number) => number;

/** The lane of the messages to a promise that the vat decides. */
const laneTo = (promise: KRef): string => `to ${promise}`;

/** How the next delivery is found: the oldest; by two choices, of a vat and of a delivery to it; by one among all. */
export type HowToChoose =
  | { readonly how: 'oldest' }
  | { readonly how: 'vat, then delivery'; readonly choose: Choose }
  | { readonly how: 'delivery'; readonly choose: Choose };

/** What keeps its order among itself. */
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

/** Nothing passes it, and it passes nothing. */
const standsAlone = (work: InboxWork): boolean => isExclusive(work) || work[0] === 'startVat';

export const makeDeliveryOrder = (
  { tables }: Kernel,
  handOut: Pick<HandOut, 'takeOut'>,
  choice: HowToChoose,
  nextChoice: () => number,
): DeliveryOrder => {
  const { backPressure, upgradesInProgress, inboxes, isHalted, vats, windows } = tables;

  /** Places in the vat's inbox of what may come next. */
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

  /** All that may come next, in the order in which it was issued. */
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

  /** Those that may have something to do, so that vats at rest are not looked at; undefined until it is known. */
  let active: Set<VatID> | undefined;

  const isActive = (vatID: VatID): boolean =>
    vats.isAlive(vatID) && (inboxes.length(vatID) > 0 || windows.size(vatID) > 0);

  const listActive = (): VatID[] => {
    active ??= new Set(vats.list());
    for (const vatID of active) if (!isActive(vatID)) active.delete(vatID);
    return [...active].sort(byNumber);
  };

  return {
    noteChanged: (vatIDs) => {
      for (const vatID of vatIDs) active?.add(vatID);
    },
    forget: () => {
      active = undefined;
    },
    *take() {
      const all = listActive().filter((vatID) => !isHalted(vatID));
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
 * Choices that are a function of the seed and of how many were made: the finalizer of MurmurHash3 over both, so
 * that a kernel that is opened again goes on as it would have.
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
 * Choices that are given, each by its number; where none is given, the first.
 *
 * @param text `3:1,7:2`: the third choice is the second of what may come next, the seventh the third; or `none`
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

/** What `CoreOptions.choices` may be. */
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

/** What such a row means. */
export const howToChoose = (text: string, nextChoice: () => number): HowToChoose => {
  const [how, what = ''] = text.split(' ');
  if (how === 'chosen') return { how: 'delivery', choose: makeGivenChoices(what, nextChoice) };
  if (how !== 'adversarial') return { how: 'oldest' };
  return { how: 'vat, then delivery', choose: makeChoose(Number(what), nextChoice) };
};
