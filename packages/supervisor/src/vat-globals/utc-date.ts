/**
 * The `Date` of vats, which is in UTC on every host. The realm's own shows the host's time zone, in words of the
 * host's language; a realm may be the host's, too, so that its `Date` must stay as it is.
 */
import { parseDate } from './date-parser.js';

/** After lockdown this is the one that has no clock. */
const RealmDate = Date.prototype.constructor as DateConstructor;
type Method = (...args: unknown[]) => unknown;
const realmMethod = (name: string | symbol): Method => Reflect.get(Date.prototype, name) as Method;
const utc = Reflect.get(RealmDate, 'UTC') as Method;
const getTime = realmMethod('getTime');

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** @returns undefined if it is not a date */
const timeOf = (value: object): number | undefined => {
  try {
    return Reflect.apply(getTime, value, []) as number;
  } catch {
    return undefined;
  }
};

/** As the language converts the one argument of `new Date`: once, and in this order. */
const toPrimitive = (value: unknown): unknown => {
  if (!isObject(value)) return value;
  const convert: unknown = Reflect.get(value, Symbol.toPrimitive);
  if (convert !== undefined && convert !== null) {
    const made: unknown = Reflect.apply(convert as () => unknown, value, ['default']);
    if (!isObject(made)) return made;
  } else {
    for (const name of ['valueOf', 'toString']) {
      const method: unknown = Reflect.get(value, name);
      if (typeof method !== 'function') continue;
      const made: unknown = Reflect.apply(method, value, []);
      if (!isObject(made)) return made;
    }
  }
  throw TypeError('Cannot convert object to primitive value');
};

const argumentOf = (value: unknown): unknown => {
  const time = isObject(value) ? timeOf(value) : undefined;
  if (time !== undefined) return time;
  const primitive = toPrimitive(value);
  return typeof primitive === 'string' ? parseDate(primitive) : primitive;
};

const UtcDate = function Date(this: unknown, ...args: readonly unknown[]): unknown {
  // It has no clock: this throws.
  if (new.target === undefined) return Reflect.apply(RealmDate, undefined, args);
  if (args.length === 0) return Reflect.construct(RealmDate, args, new.target);
  const time: unknown =
    args.length === 1 ? argumentOf(args[0]) : Reflect.apply(utc, undefined, args);
  return Reflect.construct(RealmDate, [time], new.target);
} as unknown as DateConstructor;

const DAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

const pad = (value: number, length: number): string =>
  `${value < 0 ? '-' : ''}${`${Math.abs(value)}`.padStart(length, '0')}`;
const dayText = (date: Date): string => {
  const day = pad(date.getUTCDate(), 2);
  const year = pad(date.getUTCFullYear(), 4);
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${year}`;
};
/** Without the zone's name, which is in the host's language. */
const timeText = (date: Date): string => {
  const parts = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
  return `${parts.map((part) => pad(part, 2)).join(':')} GMT+0000`;
};
const text =
  (format: (date: Date) => string) =>
  (date: Date): string => {
    const time = Reflect.apply(getTime, date, []) as number;
    // A vat may have put methods of its own on its date.
    return Number.isNaN(time) ? 'Invalid Date' : format(new RealmDate(time));
  };
const dateString = text(dayText);
const timeString = text(timeText);
const fullString = text((date) => `${dayText(date)} ${timeText(date)}`);

const methods = {
  toString(this: Date) {
    return fullString(this);
  },
  toDateString(this: Date) {
    return dateString(this);
  },
  toTimeString(this: Date) {
    return timeString(this);
  },
  getTimezoneOffset(this: Date) {
    return Number.isNaN(Reflect.apply(getTime, this, [])) ? NaN : 0;
  },
  getYear(this: Date) {
    return (Reflect.apply(realmMethod('getUTCFullYear'), this, []) as number) - 1900;
  },
  setYear(this: Date, year: unknown) {
    Reflect.apply(getTime, this, []);
    const value = Number(year);
    const isShort = Math.trunc(value) >= 0 && Math.trunc(value) <= 99;
    // Of a date that is none it makes the first of January.
    if (Number.isNaN(value)) return Reflect.apply(realmMethod('setTime'), this, [NaN]);
    return Reflect.apply(realmMethod('setUTCFullYear'), this, [
      isShort ? 1900 + Math.trunc(value) : value,
    ]);
  },
};

/** Parts of a date, which it gives and takes. */
const PARTS = ['Date', 'FullYear', 'Hours', 'Milliseconds', 'Minutes', 'Month', 'Seconds'];
/** What does not depend on a zone. */
const SAME = [
  'getTime',
  'setTime',
  'valueOf',
  'toISOString',
  'toJSON',
  'toUTCString',
  Symbol.toPrimitive,
  ...[...PARTS, 'Day'].map((part) => `getUTC${part}`),
  ...PARTS.map((part) => `setUTC${part}`),
] as const;

/** The method under another name, as a built-in method is: it cannot be constructed. */
const renamed = (name: string, method: Method): Method => {
  const { [name]: made } = {
    [name](this: unknown, ...args: unknown[]): unknown {
      return Reflect.apply(method, this, args);
    },
  };
  const own = made as Method;
  Object.defineProperty(own, 'length', { value: method.length });
  return own;
};

const define = (target: object, name: string | symbol, value: unknown): void => {
  const isFixed = typeof name === 'symbol';
  Object.defineProperty(target, name, {
    value,
    writable: !isFixed,
    enumerable: false,
    configurable: true,
  });
};

const makePrototype = (): object => {
  const prototype = {};
  define(prototype, 'constructor', UtcDate);
  for (const name of SAME) define(prototype, name, realmMethod(name));
  define(prototype, 'toGMTString', realmMethod('toUTCString'));
  for (const part of [...PARTS, 'Day']) {
    define(prototype, `get${part}`, renamed(`get${part}`, realmMethod(`getUTC${part}`)));
  }
  for (const part of PARTS) {
    define(prototype, `set${part}`, renamed(`set${part}`, realmMethod(`setUTC${part}`)));
  }
  for (const [name, method] of Object.entries(methods)) define(prototype, name, method);
  // Lockdown gives all vats one locale, in which these are the same.
  for (const name of ['String', 'DateString', 'TimeString']) {
    define(prototype, `toLocale${name}`, Reflect.get(prototype, `to${name}`));
  }
  return prototype;
};

const statics = {
  parse(string: unknown) {
    return parseDate(String(string));
  },
};

Object.defineProperties(UtcDate, {
  length: { value: 7 },
  prototype: { value: makePrototype(), writable: false },
});
define(UtcDate, 'UTC', utc);
define(UtcDate, 'now', Reflect.get(RealmDate, 'now'));
define(UtcDate, 'parse', Reflect.get(statics, 'parse'));

export { UtcDate };
