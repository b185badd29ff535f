/** The timer of an open kernel. */
import type { Host } from '@cooperage/kernel';
import type { KObject } from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import type { Service } from '../../host/service.js';
import type { Switchboard } from '../../host/switchboard.js';
import type { LogSink } from '../logger.js';
import { makeAlarms } from './alarms.js';
import type { Clock } from './clock.js';
import { makeDelays } from './delays.js';
import { makeTimerService, type TimerPart } from './timer.js';
import { findDeadline, findGrid, holdEntries, setDeadline, setGrid } from './timer-rows.js';
import { makeWakeups } from './wakeups.js';

/** What the timer handed out has names among the services that no config and no program can give. */
const PARTS = 'timer/';

export const isTimerPart = (service: string): boolean => service.startsWith(PARTS);

export interface Timer {
  readonly service: Service;
  /**
   * In the crank in which services are installed: holds what wake-ups name, unless it is held, and answers for what was
   * handed out.
   */
  install(host: Host, isHeld: boolean): void;
  /** The kernel is open: wake-ups that are due come. */
  resume(): void;
  /** Wake-ups that come once, and are not over. */
  readonly pending: number;
  /** Ends one, by its id. */
  cancel(id: string): boolean;
  /** Forgets all delays under way, and begins no more; they go on after the next start. */
  stop(): void;
}

/** @param clock of a test; the host's if left out */
export const makeTimer = (
  runner: Runner,
  switchboard: Switchboard,
  log: LogSink,
  clock?: Clock,
): Timer => {
  const { tables } = runner.core.kernel;
  const alarms = makeAlarms(clock);
  const parts = new Map<string, object>();
  const { presences } = switchboard;
  const wakeups = makeWakeups({ runner, alarms, log, answerOf: (kp) => switchboard.answerOf(kp) });

  const provide = (host: Host, name: string, { object, service }: TimerPart): object => {
    switchboard.addService(host.provideService(PARTS + name), PARTS + name, service, object);
    parts.set(name, object);
    return object;
  };

  const { timer, partNamed } = makeTimerService({
    now: () => alarms.now(),
    wakeups,
    delays: makeDelays(
      {
        find: (id) => findDeadline(tables, id),
        set: (id, deadline) => runner.input((host) => setDeadline(host, id, deadline)),
        forget: (id) => runner.input((host) => setDeadline(host, id)),
      },
      alarms,
    ),
    krefOf: (value): KObject | undefined =>
      typeof value === 'object' && value !== null ? presences.krefOf(value) : undefined,
    grids: {
      find: (id) => findGrid(tables, id),
      set: (id, grid) => runner.input((host) => setGrid(host, id, grid)),
    },
    part: (name, make) => parts.get(name) ?? runner.input((host) => provide(host, name, make())),
  });

  return {
    service: timer,
    install: (host, isHeld) => {
      if (!isHeld) holdEntries(host, tables);
      for (const [service] of [...tables.hostNames.list('service')]) {
        const part = isTimerPart(service) ? partNamed(service.slice(PARTS.length)) : undefined;
        if (part !== undefined) provide(host, service.slice(PARTS.length), part);
      }
    },
    resume: () => wakeups.resume(),
    get pending() {
      return wakeups.pending;
    },
    cancel: (id) => wakeups.cancel((_entry, each) => each === id).length > 0,
    stop: () => alarms.stop(),
  };
};
