/** Wake-ups: entries in the tables, each with an alarm while this process runs the kernel. */
import type { Host } from '@cooperage/kernel';
import { codeOf, isCooperageError, type KPromise, messageOf } from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import type { LogSink } from '../logger.js';
import type { Alarms } from './alarms.js';
import { nextTime, type TimerEntry } from './schedule.js';
import { addEntry, findEntry, listEntries, moveEntry, removeEntry } from './timer-rows.js';

/** Of a kernel: a vat that makes them without end takes no more of the store. */
const MOST = 10_000;

export interface Wakeups {
  /** The same id again is the same call, made again after a crash. */
  add(id: string, entry: TimerEntry): void;
  /** @returns the times at which they would have been woken next */
  cancel(isMeant: (entry: TimerEntry, id: string) => boolean): number[];
  /** Sets the alarms of what is in the tables. */
  resume(): void;
  /** Those that come once, and are not over. */
  readonly pending: number;
}

export interface WakeupsPowers {
  readonly runner: Runner;
  readonly alarms: Alarms;
  readonly log: LogSink;
  readonly answerOf: (kp: KPromise) => Promise<unknown>;
}

/** The handler is gone: waking it again is in vain. */
const isGone = (error: unknown): boolean =>
  ['VAT_TERMINATED', 'OBJECT_GONE', 'NOT_AN_OBJECT'].includes(codeOf(error) ?? '');

export const makeWakeups = ({ runner, alarms, log, answerOf }: WakeupsPowers): Wakeups => {
  const { tables } = runner.core.kernel;

  const remove = (host: Host, id: string, entry: TimerEntry): void => {
    removeEntry(host, id, entry);
    alarms.clear(id);
  };

  /** The message and the next time are one crank: neither a crash nor a repeated call wakes anything twice. */
  const wake = (id: string): KPromise | undefined => {
    const entry = findEntry(tables, id);
    if (entry === undefined) return undefined;
    const now = alarms.now();
    const next = nextTime(entry.schedule, now);
    return runner.input((host) => {
      const methargs = { body: `#${JSON.stringify(['wake', [now]])}`, slots: [] };
      const answer = host.send(entry.handler, methargs);
      if (next === undefined) remove(host, id, entry);
      else moveEntry(host, id, entry, next);
      return answer;
    });
  };

  /** The next time counts from when the handler has answered: one that is slow is not flooded. */
  const ring = (id: string): void => {
    let answer: KPromise | undefined;
    try {
      answer = wake(id);
    } catch (error) {
      // Closed: the next start goes on.
      if (isCooperageError(error)) return;
      throw error;
    }
    if (answer === undefined) return;
    answerOf(answer)
      .catch((error: unknown) => {
        if (codeOf(error) === 'CLOSED') return;
        log('warn', `timer ${id}: its handler failed: ${messageOf(error)}`);
        const entry = findEntry(tables, id);
        if (entry === undefined || !isGone(error)) return;
        runner.input((host) => remove(host, id, entry));
      })
      .then(() => arm(id))
      .catch((error: unknown) => {
        if (!isCooperageError(error)) throw error;
      });
  };

  const arm = (id: string): void => {
    const entry = findEntry(tables, id);
    if (entry !== undefined) alarms.set(id, entry.at, () => ring(id));
  };

  return {
    add: (id, entry) => {
      if (findEntry(tables, id) !== undefined) return;
      if ([...listEntries(tables)].length >= MOST) {
        throw new RangeError(
          `the timer has ${MOST} wake-ups, which is the limit: cancel some first`,
        );
      }
      runner.input((host) => addEntry(host, id, entry));
      arm(id);
    },
    cancel: (isMeant) => {
      const meant = [...listEntries(tables)].filter(([id, entry]) => isMeant(entry, id));
      if (meant.length > 0) {
        runner.input((host) => meant.forEach(([id, entry]) => remove(host, id, entry)));
      }
      return meant.map(([, { at }]) => at);
    },
    resume: () => {
      for (const [id] of listEntries(tables)) arm(id);
    },
    get pending() {
      return [...listEntries(tables)].filter(([, { schedule }]) => schedule.kind === 'wakeup')
        .length;
    },
  };
};
