import type { Tables } from '@cooperage/types';

export interface Counters {
  /** The value; 0 for a new one. */
  read(key: string): number;
  write(key: string, value: number): void;
  /** Adds one and gives the new value. */
  next(key: string): number;
}

export const makeCounters = (tables: Tables): Counters => {
  const read = (key: string): number => Number(tables.get(key) ?? 0);
  const write = (key: string, value: number): void => tables.set(key, String(value));
  return {
    read,
    write,
    next: (key) => {
      const value = read(key) + 1;
      write(key, value);
      return value;
    },
  };
};
