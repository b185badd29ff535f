/** The lanes of the timeline: one for each vat, or one for each thread. The host's own cranks have the first. */
import type { Recording } from '@cooperage/recording';

export interface Lane {
  readonly id: string;
  readonly name: string;
}

/** The oldest first: they grow with their recording, and none of them moves. */
export interface Lanes {
  readonly list: () => readonly Lane[];
  /** The lane of a crank. */
  readonly of: (crank: number) => number;
  /** The lane of what happened to the worker of a vat; undefined where that has none. */
  readonly place: (vatID: string) => number | undefined;
}

const HOST = 'host';

/** Of cranks of which the recording does not say in which thread they ran. */
const UNKNOWN = 'unknown';

/** @param idOf the id of the lane of a crank */
const makeIndexed = (recording: Recording, idOf: (crank: number) => string) => {
  const places = new Map<string, number>([[HOST, 0]]);
  let indexed = 0;
  const placeOf = (id: string): number => {
    const place = places.get(id) ?? places.size;
    places.set(id, place);
    return place;
  };
  const catchUp = (): void => {
    for (; indexed < recording.cranks.length; indexed += 1)
      placeOf(idOf(recording.first + indexed));
  };
  return {
    ids: () => {
      catchUp();
      return [...places.keys()];
    },
    of: (crank: number) => {
      catchUp();
      return placeOf(idOf(crank));
    },
    find: (id: string) => {
      catchUp();
      return places.get(id);
    },
  };
};

/** A lane for each vat. */
export const makeLanes = (recording: Recording): Lanes => {
  const indexed = makeIndexed(recording, (crank) => recording.crank(crank)?.vatID ?? HOST);
  return {
    list: () => indexed.ids().map((id) => ({ id, name: recording.nameOf(id) })),
    of: indexed.of,
    place: (vatID) => indexed.find(vatID) ?? 0,
  };
};

const nameOfThread = (id: string): string => {
  if (id === HOST) return id;
  return id === UNKNOWN ? 'thread not known' : `thread ${id}`;
};

/** A lane for each thread that ran a vat, by the number that Node gave it, and one for cranks whose thread is not known. */
export const makeThreadLanes = (recording: Recording): Lanes => {
  const indexed = makeIndexed(recording, (crank) => {
    if (recording.crank(crank)?.vatID === undefined) return HOST;
    const thread = recording.clock.of(crank)?.thread;
    return thread === undefined ? UNKNOWN : String(thread);
  });
  return {
    list: () => indexed.ids().map((id) => ({ id, name: nameOfThread(id) })),
    of: indexed.of,
    // A worker starts, and ends, in no crank.
    place: () => undefined,
  };
};

/** The lanes of the threads; undefined where the recording knows the thread of no crank. */
export const knownThreads = (lanes: Lanes): readonly Lane[] | undefined => {
  const list = lanes.list();
  return list.some(({ id }) => id !== HOST && id !== UNKNOWN) ? list : undefined;
};
