/** What a kernel and its vats say, as entries: the newest are kept, and those who follow get each one. */
import type { KernelEventName, KernelEvents } from '../host/events.js';
import { describeChange } from '../changes/config-change.js';
import { messageOf } from '@cooperage/types';

export interface LogEntry {
  /** ISO 8601, in UTC. */
  readonly time: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** What it is about: an event of the kernel, `console` for what a vat wrote, `log` for the logger and the kernel. */
  readonly event: string;
  readonly message: string;
  /** The name of the vat, and its id. */
  readonly vat?: string;
  readonly vatID?: string;
  /** The delivery of the vat in which it wrote this. */
  readonly crank?: number;
}

/** Entries that are kept for those who come later. */
const KEPT = 500;
const LONGEST = 10_000;

type LogText = Omit<LogEntry, 'time' | 'event'>;

/** The entry that an event makes, where it makes one. */
const SAYINGS: {
  readonly [Name in KernelEventName]?: (event: KernelEvents[Name]) => LogText | undefined;
} = {
  console: ({ vatID, name, level, text, crank }) => ({
    level: level === 'log' || level === 'info' ? 'info' : level,
    message: text,
    vat: name,
    vatID,
    ...(crank !== undefined && { crank }),
  }),
  log: ({ level, message }) => ({ level, message }),
  'config-changed': (change) => ({ level: 'warn', message: describeChange(change) }),
  bootstrapped: (event) =>
    'error' in event
      ? { level: 'error', message: `bootstrap was rejected: ${messageOf(event.error)}` }
      : { level: 'info', message: 'bootstrap is done' },
  'vat-ready': ({ vatID, name }) => ({
    level: 'info',
    message: 'the vat has started',
    vat: name,
    vatID,
  }),
  rejected: ({ code, reasonCode, service, message, errorId, vat, vatID }) => ({
    level: 'warn',
    message: `a promise was rejected (${errorId}): ${[code, reasonCode, service].filter(Boolean).join(' ')}: ${message}`,
    ...(vat !== undefined && { vat }),
    ...(vatID !== undefined && { vatID }),
  }),
  'vat-ended': ({ vatID, name, isFailure, reason, errorId }) => ({
    level: isFailure ? 'error' : 'info',
    message: `the vat was terminated (${errorId}): ${reason}`,
    vat: name,
    vatID,
  }),
  'vat-upgraded': ({ vatID, name, incarnation, error }) => ({
    level: error === undefined ? 'info' : 'error',
    message:
      error === undefined
        ? `the vat was upgraded, to incarnation ${incarnation}`
        : `the upgrade was rolled back: ${error}`,
    vat: name,
    vatID,
  }),
  'worker-lost': ({ vatID, reason }) => ({
    level: 'warn',
    message: `the worker of the vat ended: ${reason}`,
    vatID,
  }),
  failed: (error) => ({ level: 'error', message: `${error.code}: ${error.message}` }),
};

export interface LogBook {
  readonly add: <Name extends KernelEventName>(name: Name, event: KernelEvents[Name]) => void;
  /** The newest entries, oldest first. */
  recent(): readonly LogEntry[];
  /** @returns a function that ends the following */
  follow(listener: (entry: LogEntry) => void): () => void;
}

export const makeLogBook = (): LogBook => {
  const kept: LogEntry[] = [];
  const followers = new Set<(entry: LogEntry) => void>();
  return {
    add: (name, event) => {
      const said = SAYINGS[name]?.(event);
      if (said === undefined) return;
      const entry: LogEntry = {
        time: new Date().toISOString(),
        event: name,
        ...said,
        message: said.message.slice(0, LONGEST),
      };
      kept.push(entry);
      if (kept.length > KEPT) kept.shift();
      for (const follower of followers) follower(entry);
    },
    recent: () => [...kept],
    follow: (listener) => {
      followers.add(listener);
      return () => void followers.delete(listener);
    },
  };
};
