import type { Clock } from 'cooperage/testing';

/** A clock that stands still until it is set on. */
export interface VirtualTime extends Clock {
  /** When the next timer is due; undefined where there is none. */
  readonly next: number | undefined;
  /** Sets the clock on, and calls back those that are due, in the order of their times. */
  advanceTo(time: number): void;
}

interface Alarm {
  readonly time: number;
  readonly callback: () => void;
}

/** The time at which every world begins: the same run has the same times. */
export const BEGINNING = Date.UTC(2030, 0, 1);

export const makeVirtualTime = (): VirtualTime => {
  let now = BEGINNING;
  const alarms = new Set<Alarm>();

  /** The earliest, and of two at one time the one that was set first. */
  const earliest = (): Alarm | undefined => {
    let found: Alarm | undefined;
    for (const alarm of alarms) if (found === undefined || alarm.time < found.time) found = alarm;
    return found;
  };

  return {
    now: () => now,
    get next() {
      return earliest()?.time;
    },
    wakeAt: (time, callback) => {
      const alarm = { time, callback };
      alarms.add(alarm);
      return () => void alarms.delete(alarm);
    },
    advanceTo: (time) => {
      for (let due = earliest(); due !== undefined && due.time <= time; due = earliest()) {
        alarms.delete(due);
        now = Math.max(now, due.time);
        due.callback();
      }
      now = Math.max(now, time);
    },
  };
};
