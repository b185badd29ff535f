import type { Cells } from './cells.js';

export interface Counters {
  /** The value; 0 for a new one. */
  read(key: string): number;
  write(key: string, value: number): void;
  /** Resets it to 0, and deletes its row. */
  delete(key: string): void;
  /** Adds one and returns the new value. */
  next(key: string): number;
}

export const makeCounters = (cells: Omit<Cells<number>, 'peek'>): Counters => {
  const read = (key: string): number => cells.get(key) ?? 0;
  const write = (key: string, value: number): void => cells.set(key, value);
  return {
    read,
    write,
    delete: (key) => cells.delete(key),
    next: (key) => {
      const value = read(key) + 1;
      write(key, value);
      return value;
    },
  };
};
