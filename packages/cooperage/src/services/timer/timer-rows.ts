/** What the timer keeps in the kernel's tables: it changes in the cranks that it has part in, and outlives the process. */
import type { Host, KernelTables } from '@cooperage/kernel';
import type { KObject } from '@cooperage/types';
import type { TimerEntry } from './schedule.js';

/** A delay is an open call, with its deadline beside it; the rest is an entry. */
const DEADLINE = 'timer ';
const ENTRY = 'timer-entry ';
/** What `makeRepeater` and `makeNotifier` gave: a grid of times. */
const GRID = 'timer-grid ';

export interface Grid {
  readonly from: number;
  readonly every: number;
}

type Tables = Pick<KernelTables, 'hostNames'>;

const read = <T>({ hostNames }: Tables, name: string): T | undefined => {
  const text = hostNames.find('host', name);
  return text === undefined ? undefined : (JSON.parse(text) as T);
};

const list = function* <T>({ hostNames }: Tables, prefix: string): Generator<readonly [string, T]> {
  for (const [name, text] of hostNames.list('host')) {
    if (name.startsWith(prefix)) yield [name.slice(prefix.length), JSON.parse(text) as T];
  }
};

export const findDeadline = (tables: Tables, call: string): number | undefined =>
  read(tables, DEADLINE + call);
export const setDeadline = (host: Host, call: string, deadline?: number): void =>
  host.setName('host', DEADLINE + call, deadline === undefined ? undefined : String(deadline));
export const listDeadlines = (tables: Tables) => list<number>(tables, DEADLINE);

export const findGrid = (tables: Tables, id: string): Grid | undefined => read(tables, GRID + id);
export const setGrid = (host: Host, id: string, grid?: Grid): void =>
  host.setName('host', GRID + id, grid === undefined ? undefined : JSON.stringify(grid));

export const findEntry = (tables: Tables, id: string): TimerEntry | undefined =>
  read(tables, ENTRY + id);
export const listEntries = (tables: Tables) => list<TimerEntry>(tables, ENTRY);

const krefsOf = ({ handler, token }: TimerEntry): KObject[] =>
  token === undefined ? [handler] : [handler, token];

/** The host holds what the entry names. */
export const addEntry = (host: Host, id: string, entry: TimerEntry): void => {
  krefsOf(entry).forEach((kref) => host.pin(kref));
  host.setName('host', ENTRY + id, JSON.stringify(entry));
};

export const moveEntry = (host: Host, id: string, entry: TimerEntry, at: number): void =>
  host.setName('host', ENTRY + id, JSON.stringify({ ...entry, at }));

export const removeEntry = (host: Host, id: string, entry: TimerEntry): void => {
  host.setName('host', ENTRY + id);
  krefsOf(entry).forEach((kref) => host.unpin(kref));
};

/** All that the process before held was let go of: what the entries name is held again. */
export const holdEntries = (host: Host, tables: Tables): void => {
  for (const [, entry] of listEntries(tables)) krefsOf(entry).forEach((kref) => host.pin(kref));
};
