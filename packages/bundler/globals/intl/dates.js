/** Dates as American English writes them, in UTC and at fixed offsets from it. */
import { define, listOf, LOCALE, supportedLocalesOf } from './common.js';

const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const FULL = { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' };
const DATES = {
  full: FULL,
  long: { ...FULL, weekday: undefined },
  medium: { year: 'numeric', month: 'short', day: 'numeric' },
  short: { year: '2-digit', month: 'numeric', day: 'numeric' },
};
const SHORT_TIME = { hour: 'numeric', minute: '2-digit' };
const MEDIUM_TIME = { ...SHORT_TIME, second: '2-digit' };
const TIMES = {
  full: { ...MEDIUM_TIME, timeZoneName: 'long' },
  long: { ...MEDIUM_TIME, timeZoneName: 'short' },
  medium: MEDIUM_TIME,
  short: SHORT_TIME,
};

/** @returns the zone's name, and its minutes ahead of UTC */
const zoneOf = (given = 'UTC') => {
  const name = String(given);
  if (/^(?:utc|gmt|etc\/(?:utc|gmt|uct|zulu)|uct|zulu)$/i.test(name)) return ['UTC', 0];
  const [, sign, hours, minutes = '00'] = /^([+-])(\d\d):?(\d\d)?$/.exec(name) ?? [];
  if (sign !== undefined && Number(hours) < 24 && Number(minutes) < 60) {
    const size = Number(hours) * 60 + Number(minutes);
    return [`${sign}${hours}:${minutes}`, sign === '-' ? -size : size];
  }
  throw RangeError(
    `Invalid time zone specified: ${name}. Vats know UTC and offsets such as +02:00; other zones need a package that has their data`,
  );
};

const two = (number) => String(number).padStart(2, '0');
const numeric = (style, number) => (style === '2-digit' ? two(number % 100) : String(number));
const named = (style, name) =>
  style === 'long' ? name : style === 'narrow' ? name.slice(0, 1) : name.slice(0, 3);

export class DateTimeFormat {
  #options;
  #zone;
  constructor(locales, options = {}) {
    listOf(locales);
    const { dateStyle, timeStyle } = options;
    const [timeZone, minutes] = zoneOf(options.timeZone);
    this.#zone = minutes;
    let fields = options;
    if (dateStyle !== undefined || timeStyle !== undefined) {
      fields = { ...options, ...DATES[dateStyle], ...TIMES[timeStyle] };
    } else if (!FIELDS.some((name) => options[name] !== undefined)) {
      fields = { ...options, ...DATES.short, year: 'numeric' };
    }
    const hourCycle =
      fields.hour === undefined
        ? undefined
        : fields.hour12 === undefined
          ? (fields.hourCycle ?? 'h12')
          : fields.hour12
            ? 'h12'
            : 'h23';
    const kept = [...FIELDS, 'era', 'timeZoneName', 'fractionalSecondDigits'].filter(
      (name) => fields[name] !== undefined,
    );
    this.#options = {
      locale: LOCALE,
      calendar: 'gregory',
      numberingSystem: 'latn',
      timeZone,
      ...(hourCycle !== undefined && { hourCycle, hour12: /^h1/.test(hourCycle) }),
      ...Object.fromEntries(kept.map((name) => [name, fields[name]])),
      ...(dateStyle !== undefined && { dateStyle }),
      ...(timeStyle !== undefined && { timeStyle }),
    };
    define(this, 'format', (date) =>
      this.formatToParts(date)
        .map((part) => part.value)
        .join(''),
    );
  }

  formatToParts(given) {
    const time = given === undefined ? Date.now() : Number(given);
    if (!Number.isFinite(time)) throw RangeError('Invalid time value');
    const at = new Date(time + this.#zone * 60_000);
    const options = this.#options;
    const parts = [];
    const add = (type, value) => parts.push({ type, value });
    const between = (text) => {
      if (parts.length > 0) add('literal', text);
    };
    this.#date(at, options, add, between);
    if (FIELDS.slice(4).some((name) => options[name] !== undefined)) {
      const isWorded = options.dateStyle === 'full' || options.dateStyle === 'long';
      between(isWorded ? ' at ' : ', ');
      this.#time(at, options, add);
    }
    if (options.timeZoneName !== undefined) {
      between(parts.some(({ type }) => type === 'hour') ? ' ' : ', ');
      add('timeZoneName', this.#zoneName(options));
    }
    return parts;
  }

  #zoneName({ timeZone, timeZoneName }) {
    if (timeZone !== 'UTC') return `GMT${timeZone.replace(/^([+-])0/, '$1').replace(/:00$/, '')}`;
    return timeZoneName === 'long' ? 'Coordinated Universal Time' : 'UTC';
  }

  #date(at, { weekday, era, year, month, day }, add, between) {
    const full = at.getUTCFullYear();
    const shown = era !== undefined && full < 1 ? 1 - full : full;
    const isNamed = month !== undefined && !/^(?:numeric|2-digit)$/.test(month);
    const isDayOfWeek = weekday !== undefined && day !== undefined && (month ?? year) === undefined;
    if (isDayOfWeek) add('day', numeric(day, at.getUTCDate()));
    between(' ');
    if (weekday !== undefined) add('weekday', named(weekday, DAYS[at.getUTCDay()]));
    const comma = isNamed ? ' ' : '/';
    if (month !== undefined) {
      between(', ');
      add(
        'month',
        isNamed ? named(month, MONTHS[at.getUTCMonth()]) : numeric(month, at.getUTCMonth() + 1),
      );
    }
    if (day !== undefined && !isDayOfWeek) {
      between(month === undefined ? ' ' : comma);
      add('day', numeric(day, at.getUTCDate()));
    }
    if (year !== undefined) {
      between(month === undefined ? ', ' : isNamed && day !== undefined ? ', ' : comma);
      add('year', numeric(year, shown));
    }
    if (era !== undefined) {
      between(' ');
      add(
        'era',
        full < 1
          ? era === 'long'
            ? 'Before Christ'
            : 'BC'
          : era === 'long'
            ? 'Anno Domini'
            : 'AD',
      );
    }
  }

  #time(at, { hour, minute, second, fractionalSecondDigits: digits, hourCycle }, add) {
    const hours = at.getUTCHours();
    const cycles = { h11: hours % 12, h12: hours % 12 || 12, h23: hours, h24: hours || 24 };
    if (hour !== undefined) {
      const isPadded = hour === '2-digit' || /^h2/.test(hourCycle);
      add('hour', isPadded ? two(cycles[hourCycle]) : String(cycles[hourCycle]));
    }
    if (minute !== undefined) {
      if (hour !== undefined) add('literal', ':');
      const isAlone = hour === undefined && second === undefined;
      add('minute', isAlone ? String(at.getUTCMinutes()) : two(at.getUTCMinutes()));
    }
    if (second !== undefined) {
      if (minute !== undefined) add('literal', ':');
      add('second', minute === undefined ? String(at.getUTCSeconds()) : two(at.getUTCSeconds()));
    }
    if (digits !== undefined) {
      if (second !== undefined) add('literal', '.');
      add('fractionalSecond', String(at.getUTCMilliseconds()).padStart(3, '0').slice(0, digits));
    }
    if (hour !== undefined && /^h1/.test(hourCycle)) {
      add('literal', '\u202f');
      add('dayPeriod', hours < 12 ? 'AM' : 'PM');
    }
  }

  resolvedOptions() {
    return { ...this.#options };
  }
  static supportedLocalesOf(locales) {
    return supportedLocalesOf(locales);
  }
}
const FIELDS = ['weekday', 'year', 'month', 'day', 'hour', 'minute', 'second'];
