import { inspect } from 'node:util';
import { makeService, type Service } from '../host/service.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Receives what vats log: `E(logger).info('sold', amount)`. */
export type LogSink = (level: LogLevel, message: string) => void;

export const makeLogger = (sink: LogSink): Service =>
  makeService(({ method, args }) => {
    const level = LOG_LEVELS.find((each) => each === method);
    if (level === undefined) {
      throw new TypeError(`the logger has no level "${method}"; it has ${LOG_LEVELS.join(', ')}`);
    }
    sink(
      level,
      args.map((arg) => (typeof arg === 'string' ? arg : inspect(arg, { depth: 6 }))).join(' '),
    );
    return undefined;
  });
