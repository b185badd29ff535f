/**
 * `Intl` that is the same on every machine: it knows American English, UTC and fixed offsets from it, and says that it
 * takes any other locale to be that. The host's own shows its locale, its time zone and its version of the data.
 */
const LOCALE = 'en-US';
const define = (target, name, value) =>
  Object.defineProperty(target, name, { value, writable: true, configurable: true });

const listOf = (locales) =>
  locales === undefined ? [] : [].concat(locales).map((each) => String(each));
const supportedLocalesOf = (locales) => listOf(locales).filter((each) => /^en\b/i.test(each));

const refuse = (what) => {
  throw TypeError(`vats have no ${what}: their Intl knows American English and UTC only`);
};

// Numbers

const SYMBOLS = { USD: '$', EUR: '€', GBP: '£', JPY: '¥', INR: '₹', CNY: 'CN¥', KRW: '₩' };
const NO_CENTS = /^(?:JPY|KRW|VND|CLP|ISK)$/;

const digitsOf = ({ style, currency, ...options }) => {
  const usual = style === 'currency' ? (NO_CENTS.test(currency) ? 0 : 2) : 0;
  const least =
    options.minimumFractionDigits ?? Math.min(usual, options.maximumFractionDigits ?? usual);
  const most = options.maximumFractionDigits ?? Math.max(least, style ? usual : 3);
  if (least > most) throw RangeError('maximumFractionDigits is below minimumFractionDigits');
  return [least, most];
};

/** Digits of a number that is not negative, rounded half away from zero as it is written in decimal. */
const fixed = (value, most) => {
  if (typeof value === 'bigint') return String(value) + (most > 0 ? `.${'0'.repeat(most)}` : '');
  if (value >= 1e21) return String(BigInt(value)) + (most > 0 ? `.${'0'.repeat(most)}` : '');
  const [mantissa, exponent = '0'] = String(value).split('e');
  const rounded = Math.round(Number(`${mantissa}e${Number(exponent) + most}`));
  const moved = Number(`${String(rounded).includes('e') ? rounded : `${rounded}e-${most}`}`);
  return moved.toFixed(most);
};

const group = (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, ',');

class NumberFormat {
  #options;
  constructor(locales, options = {}) {
    listOf(locales);
    const { style = 'decimal', currency, unit } = options;
    if (style === 'currency' && currency === undefined) throw TypeError('a currency is missing');
    if (options.notation !== undefined && options.notation !== 'standard') {
      refuse(`Intl.NumberFormat with the notation ${options.notation}`);
    }
    const code = currency === undefined ? undefined : String(currency).toUpperCase();
    const [least, most] = digitsOf({
      ...options,
      style: style === 'decimal' || style === 'unit' ? undefined : style,
      currency: code,
    });
    this.#options = {
      locale: LOCALE,
      numberingSystem: 'latn',
      style,
      ...(code !== undefined && { currency: code }),
      ...(unit !== undefined && { unit }),
      minimumIntegerDigits: options.minimumIntegerDigits ?? 1,
      minimumFractionDigits: least,
      maximumFractionDigits: most,
      useGrouping: options.useGrouping ?? 'auto',
      notation: 'standard',
      signDisplay: options.signDisplay ?? 'auto',
    };
    define(this, 'format', (value) =>
      this.formatToParts(value)
        .map((part) => part.value)
        .join(''),
    );
  }
  formatToParts(given) {
    const value = typeof given === 'bigint' ? given : Number(given);
    const { style, currency, unit, signDisplay, ...options } = this.#options;
    const parts = [];
    const add = (type, text) => parts.push({ type, value: text });
    if (value !== value) return [{ type: 'nan', value: 'NaN' }];
    const isNegative = value < 0 || Object.is(value, -0);
    if (signDisplay !== 'never' && isNegative) add('minusSign', '-');
    else if (signDisplay === 'always') add('plusSign', '+');
    if (style === 'currency') {
      add('currency', SYMBOLS[currency] ?? currency);
      if (SYMBOLS[currency] === undefined) add('literal', '\u00a0');
    }
    const size = isNegative ? -value : value;
    if (size === Infinity) add('infinity', '∞');
    else {
      const text = fixed(style === 'percent' ? size * 100 : size, options.maximumFractionDigits);
      let [whole, fraction = ''] = text.split('.');
      whole = whole.padStart(options.minimumIntegerDigits, '0');
      while (fraction.length > options.minimumFractionDigits && fraction.endsWith('0')) {
        fraction = fraction.slice(0, -1);
      }
      const grouped = options.useGrouping === false ? whole : group(whole);
      for (const [i, each] of grouped.split(',').entries()) {
        if (i > 0) add('group', ',');
        add('integer', each);
      }
      if (fraction !== '')
        parts.push({ type: 'decimal', value: '.' }, { type: 'fraction', value: fraction });
    }
    if (style === 'percent') add('percentSign', '%');
    if (style === 'unit') {
      add('literal', ' ');
      add('unit', unit);
    }
    return parts;
  }
  resolvedOptions() {
    return { ...this.#options };
  }
  static supportedLocalesOf(locales) {
    return supportedLocalesOf(locales);
  }
}

// Dates

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

class DateTimeFormat {
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

// Words

class PluralRules {
  #type;
  constructor(locales, { type = 'cardinal' } = {}) {
    listOf(locales);
    this.#type = type;
  }
  select(number) {
    const value = Math.abs(Number(number));
    if (this.#type === 'cardinal') return value === 1 ? 'one' : 'other';
    if (value % 100 > 10 && value % 100 < 14) return 'other';
    return { 1: 'one', 2: 'two', 3: 'few' }[value % 10] ?? 'other';
  }
  resolvedOptions() {
    return { locale: LOCALE, type: this.#type };
  }
  static supportedLocalesOf(locales) {
    return supportedLocalesOf(locales);
  }
}

class ListFormat {
  #options;
  constructor(locales, { type = 'conjunction', style = 'long' } = {}) {
    listOf(locales);
    this.#options = { type, style };
  }
  formatToParts(list) {
    const { type, style } = this.#options;
    const all = [...list].map(String);
    const word = type === 'disjunction' ? 'or' : style === 'long' ? 'and' : '&';
    const last = type === 'unit' ? ', ' : all.length === 2 ? ` ${word} ` : `, ${word} `;
    return all.flatMap((value, i) => [
      ...(i === 0 ? [] : [{ type: 'literal', value: i === all.length - 1 ? last : ', ' }]),
      { type: 'element', value },
    ]);
  }
  format(list) {
    return this.formatToParts(list)
      .map(({ value }) => value)
      .join('');
  }
  resolvedOptions() {
    return { locale: LOCALE, ...this.#options };
  }
  static supportedLocalesOf(locales) {
    return supportedLocalesOf(locales);
  }
}

const NEAR = {
  day: { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' },
  second: { 0: 'now' },
};

class RelativeTimeFormat {
  #options;
  constructor(locales, { numeric: kind = 'always', style = 'long' } = {}) {
    listOf(locales);
    this.#options = { numeric: kind, style };
  }
  format(given, givenUnit) {
    const value = Number(given);
    const unit = String(givenUnit).replace(/s$/, '');
    if (this.#options.numeric === 'auto') {
      const near = NEAR[unit]?.[value];
      if (near !== undefined) return near;
      if (value === 0) return `this ${unit}`;
      const isStep = !/^(?:day|hour|minute|second)$/.test(unit) && Math.abs(value) === 1;
      if (isStep) return `${value < 0 ? 'last' : 'next'} ${unit}`;
    }
    const size = new NumberFormat().format(Math.abs(value));
    const words = `${size} ${unit}${Math.abs(value) === 1 ? '' : 's'}`;
    return value < 0 || Object.is(value, -0) ? `${words} ago` : `in ${words}`;
  }
  formatToParts(value, unit) {
    return [{ type: 'literal', value: this.format(value, unit) }];
  }
  resolvedOptions() {
    return { locale: LOCALE, numberingSystem: 'latn', ...this.#options };
  }
  static supportedLocalesOf(locales) {
    return supportedLocalesOf(locales);
  }
}

const bare = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '');

class Collator {
  #options;
  constructor(
    locales,
    { numeric: isNumeric = false, sensitivity = 'variant', usage = 'sort' } = {},
  ) {
    listOf(locales);
    this.#options = {
      usage,
      sensitivity,
      numeric: isNumeric,
      ignorePunctuation: false,
      collation: 'default',
      caseFirst: 'false',
    };
    define(this, 'compare', (a, b) => this.#compare(String(a), String(b)));
  }
  #compare(a, b) {
    const { sensitivity, numeric: isNumeric } = this.#options;
    const first = this.#order(bare(a).toLowerCase(), bare(b).toLowerCase(), isNumeric);
    if (first !== 0 || sensitivity === 'base') return first;
    if (sensitivity !== 'case') {
      const accents = this.#order(
        a.normalize('NFD').toLowerCase(),
        b.normalize('NFD').toLowerCase(),
        false,
      );
      if (accents !== 0 || sensitivity === 'accent') return accents;
    }
    // Lower case comes first.
    const [x, y] =
      sensitivity === 'case' ? [bare(a), bare(b)] : [a.normalize('NFD'), b.normalize('NFD')];
    return -this.#order(x, y, false) || 0;
  }
  #order(a, b, isNumeric) {
    const pieces = isNumeric ? /\d+|\D/g : /[^]/g;
    const left = a.match(pieces) ?? [];
    const right = b.match(pieces) ?? [];
    for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
      const [x, y] = [left[i], right[i]];
      if (x === y) continue;
      if (isNumeric && /^\d/.test(x) && /^\d/.test(y)) {
        if (Number(x) !== Number(y)) return Number(x) < Number(y) ? -1 : 1;
        continue;
      }
      const rank = (each) =>
        /^[\s_\-,;:!?.'"()[\]{}@*/\\&#%`^+<=>|~$]/.test(each) ? 0 : /^\d/.test(each) ? 1 : 2;
      if (rank(x) !== rank(y)) return rank(x) - rank(y) < 0 ? -1 : 1;
      return x < y ? -1 : 1;
    }
    return Math.sign(left.length - right.length);
  }
  resolvedOptions() {
    return { locale: LOCALE, ...this.#options };
  }
  static supportedLocalesOf(locales) {
    return supportedLocalesOf(locales);
  }
}

const callable = (Class) =>
  new Proxy(Class, { apply: (target, _self, args) => Reflect.construct(target, args) });
const absent = (name) =>
  class {
    constructor() {
      refuse(`Intl.${name}`);
    }
  };

export const Intl = {
  Collator: callable(Collator),
  DateTimeFormat: callable(DateTimeFormat),
  DisplayNames: absent('DisplayNames'),
  ListFormat,
  Locale: absent('Locale'),
  NumberFormat: callable(NumberFormat),
  PluralRules,
  RelativeTimeFormat,
  Segmenter: absent('Segmenter'),
  getCanonicalLocales: listOf,
  supportedValuesOf: (key) => (key === 'timeZone' ? ['UTC'] : []),
};
Object.defineProperty(Intl, Symbol.toStringTag, { value: 'Intl' });
