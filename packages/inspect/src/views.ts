/** What the page shows, as plain data. Pure functions of a recording: each is compared with the kernel's own tables. */
import {
  causesOf,
  type Crank,
  type Delivery,
  effectsOf,
  type Recording,
} from '@cooperage/recording';
import {
  isVatAllocated,
  type KObject,
  type KPromise,
  type KRef,
  type VatID,
} from '@cooperage/types';
import type { KernelTables } from '@cooperage/kernel';
import type { Change, Past } from './past.js';

export interface Lane {
  readonly id: string;
  readonly name: string;
}

/** A crank as a box of the timeline. */
export interface Box {
  readonly crank: number;
  /** Index of its lane. */
  readonly lane: number;
  readonly label: string;
  readonly kind: string;
}

export interface Overview {
  /** More cranks may come: ask again. */
  readonly isLive?: boolean;
  readonly source: string;
  readonly first: number;
  readonly last: number;
  /** Where the reading ended before the newest crank. */
  readonly cut?: { readonly crank: number; readonly reason: string };
  readonly lanes: readonly Lane[];
  readonly boxes: readonly Box[];
  /** From the crank in which something was sent to the one in which it was done. */
  readonly arrows: readonly (readonly [from: number, to: number])[];
}

/** References by what they are called. */
const withNames = (recording: Recording, text: string): string =>
  text.replace(/\b(?:ko|kp)\d+\b/g, (kref) => {
    const name = recording.nameOf(kref);
    return name === kref ? kref : `${name} (${kref})`;
  });

export const labelOf = (recording: Recording, { message, promises, kind }: Delivery): string => {
  if (message !== undefined) return withNames(recording, message.call);
  if (promises === undefined) return kind;
  return promises
    .map((kp) => {
      const life = recording.promises.get(kp);
      return `${kp} ${life?.state ?? ''} ${withNames(recording, life?.resolution ?? '')}`.trim();
    })
    .join(', ');
};

const labelOfCrank = (recording: Recording, { delivery, calls, cause }: Crank): string => {
  if (delivery !== undefined) return labelOf(recording, delivery);
  return calls.map(([method]) => method).join(', ') || cause;
};

/** @param after cranks up to this one are known already, and left out */
export const overviewOf = (recording: Recording, source: string, after = 0): Overview => {
  const ids = new Set<string>(['host']);
  for (const { vatID } of recording.cranks) if (vatID !== undefined) ids.add(vatID);
  const lanes = [...ids].map((id) => ({ id, name: recording.nameOf(id) }));
  const places = new Map(lanes.map(({ id }, index) => [id, index]));
  const boxes = recording.cranks.slice(after).map((crank) => ({
    crank: crank.number,
    lane: places.get(crank.vatID ?? 'host') ?? 0,
    label: labelOfCrank(recording, crank),
    kind: crank.delivery?.kind ?? crank.cause,
  }));
  const arrows = recording.deliveries.flatMap((delivery) => {
    const from = delivery.message?.sentIn ?? delivery.issuedIn;
    const { retiredIn = 0 } = delivery;
    return retiredIn <= after ? [] : [[from, retiredIn] as const];
  });
  return {
    source,
    first: recording.first,
    last: recording.cranks.at(-1)?.number ?? 0,
    ...(recording.cut !== undefined && { cut: recording.cut }),
    lanes,
    boxes,
    arrows,
  };
};

/** Another crank, as one that leads there. */
export interface Link {
  readonly crank: number;
  readonly vat: string;
  readonly label: string;
}

const linkTo = (recording: Recording, delivery: Delivery): Link[] =>
  delivery.retiredIn === undefined
    ? []
    : [
        {
          crank: delivery.retiredIn,
          vat: recording.nameOf(delivery.vatID),
          label: labelOf(recording, delivery),
        },
      ];

export interface CrankView {
  readonly crank: number;
  readonly cause: string;
  readonly vat: string;
  readonly vatID?: VatID;
  readonly label: string;
  readonly delivery?: {
    readonly n: number;
    readonly kind: string;
    readonly from?: string;
    readonly target?: string;
    readonly result?: string;
    readonly enteredInbox: number;
    readonly leftInbox: number;
  };
  /** What the host called. */
  readonly calls: readonly string[];
  readonly causes: readonly Link[];
  readonly effects: readonly Link[];
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

/** @returns undefined where there is no such crank */
export const crankViewOf = (
  recording: Recording,
  past: Past,
  number: number,
): CrankView | undefined => {
  const crank = recording.crank(number);
  if (crank === undefined) return undefined;
  const { delivery, vatID } = crank;
  const causes = delivery === undefined ? [] : [...new Set(causesOf(recording, delivery))];
  const effects = delivery === undefined ? crank.issued : effectsOf(recording, delivery);
  return {
    crank: number,
    cause: crank.cause,
    vat: recording.nameOf(vatID ?? 'host'),
    ...(vatID !== undefined && { vatID }),
    label: labelOfCrank(recording, crank),
    ...(delivery !== undefined && { delivery: describeDelivery(recording, delivery) }),
    calls: crank.calls.map(([method, ...args]) => `${method} ${JSON.stringify(args)}`),
    causes: causes.flatMap((each) => linkTo(recording, each)),
    effects: effects.flatMap((each) => linkTo(recording, each)),
    chain: delivery === undefined ? [] : chainTo(recording, delivery),
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

/** A vat that has an entry for an object or a promise in its c-list. */
export interface Holder {
  readonly vat: string;
  readonly vatID: VatID;
  /** Its own name of it. */
  readonly vref: string;
  readonly isMaker: boolean;
}

export interface ObjectView {
  readonly kref: string;
  readonly name: string;
  readonly at: number;
  /** In its life as a whole, whether it is there at this crank or not. */
  readonly madeIn?: number;
  readonly endedIn?: number;
  /** The vat or process that made it. */
  readonly owner?: string;
  readonly exists: boolean;
  readonly holders: readonly Holder[];
  readonly promise?: {
    readonly state: string;
    readonly decider?: string;
    readonly subscribers: readonly string[];
    readonly resolution?: string;
    /** Calls that wait for it to be resolved. */
    readonly waiting: number;
  };
}

const holdersAt = (recording: Recording, tables: KernelTables, kref: KRef): Holder[] =>
  tables.vats.list().flatMap((vatID) => {
    const vref = tables.cLists.toVat(vatID, kref);
    if (vref === undefined) return [];
    return [{ vat: recording.nameOf(vatID), vatID, vref, isMaker: isVatAllocated(vref) }];
  });

const promiseAt = (recording: Recording, tables: KernelTables, kp: KPromise) => {
  const row = tables.promises.find(kp);
  if (row === undefined) return undefined;
  const life = recording.promises.get(kp);
  const isResolved = row.state !== 'unresolved';
  return {
    state: row.state,
    ...(row.state === 'unresolved' &&
      row.decider !== undefined && { decider: recording.nameOf(row.decider) }),
    subscribers:
      row.state === 'unresolved' ? row.subscribers.map((each) => recording.nameOf(each)) : [],
    ...(isResolved && life?.resolution !== undefined && { resolution: life.resolution }),
    waiting: row.queued,
  };
};

/** An object or a promise as it was after a crank, and its life as a whole. */
export const objectViewOf = (
  recording: Recording,
  past: Past,
  kref: string,
  at: number,
): ObjectView | undefined => {
  const object = recording.objects.get(kref as KObject);
  const promise = recording.promises.get(kref as KPromise);
  if (object === undefined && promise === undefined) return undefined;
  const tables = past.tablesAt(at);
  const now = promise === undefined ? undefined : promiseAt(recording, tables, kref as KPromise);
  const owner = object?.owner ?? promise?.madeBy;
  const endedIn = object?.deletedIn ?? promise?.resolvedIn;
  return {
    kref,
    name: recording.nameOf(kref),
    at,
    madeIn: (object?.madeIn ?? promise?.madeIn) as number,
    ...(endedIn !== undefined && { endedIn }),
    ...(owner !== undefined && { owner: recording.nameOf(owner) }),
    exists: past.rowAt(kref, at) !== undefined,
    holders: holdersAt(recording, tables, kref as KRef),
    ...(now !== undefined && { promise: now }),
  };
};

export interface VatView {
  readonly vatID: VatID;
  readonly name: string;
  readonly at: number;
  readonly cList: readonly {
    readonly vref: string;
    readonly kref: string;
    readonly name: string;
  }[];
  readonly inbox: number;
}

/** A vat's names and inbox as they were after a crank. */
export const vatViewOf = (
  recording: Recording,
  past: Past,
  vatID: VatID,
  at: number,
): VatView | undefined => {
  const tables = past.tablesAt(at);
  if (!tables.vats.isAlive(vatID)) return undefined;
  const cList = [...recording.objects.keys(), ...recording.promises.keys()].flatMap((kref) => {
    const vref = tables.cLists.toVat(vatID, kref);
    return vref === undefined ? [] : [{ vref, kref, name: recording.nameOf(kref) }];
  });
  return { vatID, name: recording.nameOf(vatID), at, cList, inbox: tables.inboxes.length(vatID) };
};

export interface Found {
  readonly kind: 'crank' | 'object' | 'vat';
  readonly id: string;
  readonly text: string;
}

/** Results that are told. */
const MOST_FOUND = 200;

/** Cranks by what they delivered, objects and promises by kref, vats by name. */
export const search = (recording: Recording, wanted: string): Found[] => {
  const text = wanted.trim().toLowerCase();
  if (text === '') return [];
  const found: Found[] = [];
  const add = (each: Found): void => {
    if (found.length < MOST_FOUND) found.push(each);
  };
  for (const ref of [...recording.objects.keys(), ...recording.promises.keys()]) {
    const name = recording.nameOf(ref);
    if (ref === text || (name !== ref && name.toLowerCase().includes(text))) {
      add({ kind: 'object', id: ref, text: name === ref ? ref : `${name} (${ref})` });
    }
  }
  for (const [ref, name] of recording.names) {
    if (/^v\d+$/.test(ref) && (ref === text || name.toLowerCase().includes(text))) {
      add({ kind: 'vat', id: ref, text: `${name} (${ref})` });
    }
  }
  for (const crank of recording.cranks) {
    const label = labelOfCrank(recording, crank);
    const where = recording.nameOf(crank.vatID ?? 'host');
    if (label.toLowerCase().includes(text) || String(crank.number) === text) {
      add({ kind: 'crank', id: String(crank.number), text: `${where}: ${label}` });
    }
  }
  return found;
};
