/** What the timer keeps of a wake-up that was asked for, and when the next one is. */
import { Cron } from 'croner';
import type { KObject } from '@cooperage/types';

export interface Wakeup {
  readonly kind: 'wakeup';
}

export interface Repetition {
  readonly kind: 'repeat';
  /** The first time, and the milliseconds between two. */
  readonly from: number;
  readonly every: number;
}

export interface CronSchedule {
  readonly kind: 'cron';
  readonly pattern: string;
  readonly timeZone?: string;
}

export type Schedule = Wakeup | Repetition | CronSchedule;

export interface TimerEntry {
  readonly schedule: Schedule;
  /** The next time, in milliseconds since 1970. */
  readonly at: number;
  /** Its method `wake` is called with the time. */
  readonly handler: KObject;
  readonly token?: KObject;
  /** The repeater that asked for it. */
  readonly repeater?: string;
}

const nextOfCron = ({ pattern, timeZone }: CronSchedule, after: number): number | undefined =>
  new Cron(pattern, { ...(timeZone !== undefined && { timezone: timeZone }) })
    .nextRun(new Date(after))
    ?.getTime();

/**
 * The first time after another one; undefined where there is none. What was missed while no kernel ran is not made up
 * for one by one.
 * @throws what croner throws of a pattern or a time zone that is none
 */
export const nextTime = (schedule: Schedule, after: number): number | undefined => {
  switch (schedule.kind) {
    case 'wakeup':
      return undefined;
    case 'repeat': {
      const { from, every } = schedule;
      return after < from ? from : from + (Math.floor((after - from) / every) + 1) * every;
    }
    case 'cron':
      return nextOfCron(schedule, after);
  }
};
