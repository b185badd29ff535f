/**
 * The timer. Its methods have the names of SwingSet's timer service; times are numbers of milliseconds since 1970. What
 * is waited for goes on after a restart.
 */
import { Far } from '@endo/pass-style';
import type { KObject } from '@cooperage/types';
import { makeService, type Service, type ServiceCall } from '../../host/service.js';
import type { Delays } from './delays.js';
import { nextTime, type Schedule, type TimerEntry } from './schedule.js';
import { insistTime } from './times.js';
import type { Grid } from './timer-rows.js';
import type { Wakeups } from './wakeups.js';

export interface TimerPowers {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly delays: Delays;
  readonly wakeups: Wakeups;
  /** The kernel's name of an object that a vat gave; undefined for what is none. */
  readonly krefOf: (value: unknown) => KObject | undefined;
  readonly grids: {
    find(id: string): Grid | undefined;
    set(id: string, grid?: Grid): void;
  };
  /** Gives an object the kernel's name that it has for good; the same object, the second time. */
  readonly part: (name: string, make: () => TimerPart) => object;
}

/** An object that the timer hands out. */
export interface TimerPart {
  readonly object: object;
  readonly service: Service;
}

/** What a vat gives may be anything: croner refuses a time zone that is none. */
interface CronOptions {
  readonly timeZone?: string;
  readonly cancelToken?: unknown;
}

type Method = (call: ServiceCall) => unknown;

const answering =
  (what: string, methods: Readonly<Record<string, Method>>) =>
  (call: ServiceCall): unknown => {
    const method = Object.hasOwn(methods, call.method) ? methods[call.method] : undefined;
    if (method === undefined) {
      throw new TypeError(
        `${what} has no method "${call.method}"; it has ${Object.keys(methods).join(', ')}`,
      );
    }
    return method(call);
  };

const BACKGROUND = { background: true } as const;

const partOf = (what: string, methods: Readonly<Record<string, Method>>): TimerPart => ({
  object: Far(what, {}),
  service: makeService(answering(`the ${what}`, methods), BACKGROUND),
});

export interface TimerServices {
  readonly timer: Service;
  /** A part that was handed out in an earlier start, by its name. */
  readonly partNamed: (name: string) => TimerPart | undefined;
}

export const makeTimerService = (powers: TimerPowers): TimerServices => {
  const { now, delays, wakeups, krefOf, grids, part } = powers;

  const insistObject = (value: unknown, method: string, what: string): KObject => {
    const kref = krefOf(value);
    if (kref === undefined) throw new TypeError(`timer.${method}: ${what} must be an object`);
    return kref;
  };
  const handlerOf = (value: unknown, method: string): KObject =>
    insistObject(value, method, 'the handler, whose method "wake" is called,');
  const tokenOf = (value: unknown, method: string): { token?: KObject } =>
    value === undefined ? {} : { token: insistObject(value, method, 'the cancel token') };

  const add = (id: string, schedule: Schedule, entry: Omit<TimerEntry, 'schedule'>): void =>
    wakeups.add(id, { schedule, ...entry });

  const repeat = (id: string, { from, every }: Grid, rest: Omit<TimerEntry, 'schedule' | 'at'>) => {
    const schedule = { kind: 'repeat', from, every } as const;
    const at = nextTime(schedule, now() - 1) as number;
    add(id, schedule, { ...rest, at });
  };

  /** The grid of a repeater or notifier whose call comes again is that of the first time. */
  const gridFor = ({ id, method, args: [delay, interval] }: ServiceCall): Grid => {
    const found = grids.find(id);
    if (found !== undefined) return found;
    const from = now() + insistTime(delay, method);
    const grid = { from, every: insistTime(interval, method, 1) };
    grids.set(id, grid);
    return grid;
  };

  const makeRepeater = (repeater: string): TimerPart =>
    partOf('repeater', {
      schedule: ({ id, method, args: [handler] }) => {
        const grid = grids.find(repeater);
        if (grid === undefined) throw new Error('the repeater was disabled');
        repeat(id, grid, { handler: handlerOf(handler, method), repeater });
        return now();
      },
      disable: () => {
        grids.set(repeater);
        wakeups.cancel((entry) => entry.repeater === repeater);
      },
    });

  const makeNotifier = (notifier: string): TimerPart =>
    partOf('notifier', {
      // The count is that of the times that have come: it is the same after a restart.
      getUpdateSince: ({ id, args: [since] }) => {
        const grid = grids.find(notifier);
        if (grid === undefined) throw new Error('the notifier has ended');
        const { from, every } = grid;
        const countAt = (time: number): number =>
          Math.max(0, Math.floor((time - from) / every) + 1);
        const tell = (time: number) => {
          const updateCount = countAt(time);
          return { value: from + (updateCount - 1) * every, updateCount };
        };
        const seen = since === undefined ? 0 : insistTime(since, 'getUpdateSince');
        const time = now();
        if (countAt(time) > seen) return tell(time);
        return delays.until(id, from + seen * every).then(tell);
      },
    });

  const makeClock = (): TimerPart =>
    partOf('clock', {
      getCurrentTimestamp: now,
      getTimerBrand: () => part('brand', makeBrand),
    });

  const makeBrand = (): TimerPart =>
    partOf('timer brand', {
      isMyClock: ({ args: [value] }) => value === part('clock', makeClock),
    });

  const timer = makeService(
    answering('the timer', {
      now,
      getCurrentTimestamp: now,
      delay: ({ id, method, args: [duration, token] }) =>
        delays.until(id, now() + insistTime(duration, method), tokenOf(token, method).token),
      wakeAt: ({ id, method, args: [time, token] }) =>
        delays.until(id, insistTime(time, method), tokenOf(token, method).token),
      setWakeup: ({ id, method, args: [time, handler, token] }) => {
        const at = insistTime(time, method);
        const rest = { handler: handlerOf(handler, method), ...tokenOf(token, method) };
        add(id, { kind: 'wakeup' }, { at, ...rest });
        return at;
      },
      repeatAfter: ({ id, method, args: [delay, interval, handler, token] }) => {
        const from = now() + insistTime(delay, method);
        const rest = { handler: handlerOf(handler, method), ...tokenOf(token, method) };
        repeat(id, { from, every: insistTime(interval, method, 1) }, rest);
      },
      cron: ({ id, method, args: [pattern, handler, given = {}] }) => {
        const { timeZone, cancelToken } = given as CronOptions;
        const schedule = {
          kind: 'cron',
          pattern: String(pattern),
          ...(timeZone !== undefined && { timeZone }),
        } as const;
        const at = nextTime(schedule, now());
        if (at === undefined)
          throw new RangeError(`timer.cron: ${schedule.pattern} has no next time`);
        const rest = { handler: handlerOf(handler, method), ...tokenOf(cancelToken, method) };
        add(id, schedule, { at, ...rest });
        return at;
      },
      cancel: ({ method, args: [given] }) => {
        const token = insistObject(given, method, 'the cancel token');
        delays.cancel(token);
        wakeups.cancel((entry) => entry.token === token);
      },
      removeWakeup: ({ method, args: [given] }) => {
        const handler = handlerOf(given, method);
        return wakeups.cancel((entry) => entry.handler === handler);
      },
      makeRepeater: (call) => {
        gridFor(call);
        return part(`repeater ${call.id}`, () => makeRepeater(call.id));
      },
      makeNotifier: (call) => {
        gridFor(call);
        return part(`notifier ${call.id}`, () => makeNotifier(call.id));
      },
      getClock: () => part('clock', makeClock),
      getTimerBrand: () => part('brand', makeBrand),
    }),
    BACKGROUND,
  );

  return {
    timer,
    partNamed: (name) => {
      const [kind, id = ''] = name.split(' ');
      if (kind === 'repeater') return makeRepeater(id);
      if (kind === 'notifier') return makeNotifier(id);
      if (kind === 'clock') return makeClock();
      return kind === 'brand' ? makeBrand() : undefined;
    },
  };
};
