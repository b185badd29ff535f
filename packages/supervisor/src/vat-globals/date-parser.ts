/** `Date.parse`, where a text that names no time zone is in UTC. */
import { type DateToken, type DateTokens, makeDateTokens } from './date-tokens.js';

/** What was read so far. */
interface Reading {
  /** Up to three numbers, in the order of the text. */
  readonly day: number[];
  month: number | undefined;
  /** The day is year, month, day, as the language writes it. */
  isStandard: boolean;
  /** Hours, minutes, seconds, milliseconds. */
  readonly time: number[];
  /** Hours to add to a clock of twelve. */
  half: 0 | 12 | undefined;
  sign: 1 | -1 | undefined;
  zoneHour: number | undefined;
  zoneMinute: number | undefined;
}

const MILLISECOND_DIGITS = 3;
const MOST_TIME = 4;

const within = (value: number, low: number, high: number): boolean => value >= low && value <= high;
const isMonth = (value: number): boolean => within(value, 1, 12);
const isDay = (value: number): boolean => within(value, 1, 31);
const isHour = (value: number): boolean => within(value, 0, 23);
const isSixty = (value: number): boolean => within(value, 0, 59);

type NumberToken = DateToken & { readonly kind: 'number' };

/** @returns the token if it is a number of so many digits */
const fixed = (token: DateToken, length: number): NumberToken | undefined =>
  token.kind === 'number' && token.length === length ? token : undefined;

const isZ = (token: DateToken): boolean =>
  token.kind === 'word' && token.word.means === 'zone' && token.length === 1;
const signOf = (token: DateToken): 1 | -1 | undefined => {
  if (token.kind !== 'symbol') return undefined;
  return token.symbol === '+' ? 1 : token.symbol === '-' ? -1 : undefined;
};

const millisecondsOf = ({ value, length }: NumberToken): number => {
  // No more than nine digits were read of the number.
  const digits = Math.min(length, 9);
  return Math.trunc((value * 10 ** MILLISECOND_DIGITS) / 10 ** digits);
};

/** Two digits for the minutes or the seconds of a standard time; undefined where it is not one. */
const readSixty = (tokens: DateTokens, isMidnight: boolean): number | undefined => {
  const token = fixed(tokens.peek, 2);
  if (token === undefined || !isSixty(token.value) || (isMidnight && token.value > 0)) return;
  tokens.take();
  return token.value;
};

/** `+hh:mm` or `+hhmm`, after the sign. */
const readStandardOffset = (tokens: DateTokens, reading: Reading): boolean => {
  const both = fixed(tokens.peek, 4);
  if (both !== undefined) {
    reading.zoneHour = Math.trunc(both.value / 100);
    reading.zoneMinute = both.value % 100;
    tokens.take();
    return isHour(reading.zoneHour) && isSixty(reading.zoneMinute);
  }
  const hour = fixed(tokens.peek, 2);
  if (hour === undefined || !isHour(hour.value)) return false;
  tokens.take();
  reading.zoneHour = hour.value;
  if (!tokens.skip(':')) return false;
  reading.zoneMinute = readSixty(tokens, false);
  return reading.zoneMinute !== undefined;
};

/** `hh:mm`, `hh:mm:ss`, `hh:mm:ss.sss`, and a zone; nothing may follow. */
const readStandardTime = (tokens: DateTokens, reading: Reading): boolean => {
  const { time } = reading;
  const hour = fixed(tokens.peek, 2);
  if (hour === undefined || hour.value > 24) return false;
  const isMidnight = hour.value === 24;
  tokens.take();
  if (!tokens.skip(':')) return false;
  const minute = readSixty(tokens, isMidnight);
  if (minute === undefined) return false;
  time.push(hour.value, minute);
  if (tokens.skip(':')) {
    const second = readSixty(tokens, isMidnight);
    if (second === undefined) return false;
    time.push(second);
    if (tokens.skip('.')) {
      const fraction = tokens.take();
      if (fraction.kind !== 'number' || (isMidnight && fraction.value > 0)) return false;
      time.push(millisecondsOf(fraction));
    }
  }
  const sign = signOf(tokens.peek);
  if (isZ(tokens.peek)) tokens.take();
  else if (sign !== undefined) {
    tokens.take();
    reading.sign = sign;
    if (!readStandardOffset(tokens, reading)) return false;
  }
  return tokens.peek.kind === 'end';
};

/** The rest of the text is free form, beginning with this token. */
type Rest = DateToken | 'invalid' | 'done';

/** Reads the format of the specification. If the text leaves it, the free form continues from there. */
const readStandard = (tokens: DateTokens, reading: Reading): Rest => {
  const { day } = reading;
  const sign = signOf(tokens.peek);
  if (sign !== undefined) {
    const token = tokens.take();
    const year = fixed(tokens.peek, 6);
    if (year === undefined) return token;
    tokens.take();
    if (sign < 0 && year.value === 0) return token;
    day.push(sign * year.value);
  } else {
    const year = fixed(tokens.peek, 4);
    if (year === undefined) return tokens.take();
    tokens.take();
    day.push(year.value);
  }
  for (const isFit of [isMonth, isDay]) {
    if (!tokens.skip('-')) break;
    const part = fixed(tokens.peek, 2);
    if (part === undefined || !isFit(part.value)) return tokens.take();
    tokens.take();
    day.push(part.value);
  }
  const { peek } = tokens;
  if (peek.kind === 'word' && peek.word.means === 'time') {
    tokens.take();
    if (!readStandardTime(tokens, reading)) return 'invalid';
  } else if (peek.kind !== 'end') return tokens.take();
  reading.isStandard = true;
  return 'done';
};

const expectsTime = ({ time }: Reading, value: number): boolean =>
  time.length === 3
    ? within(value, 0, 999)
    : (time.length === 1 || time.length === 2) && isSixty(value);

const addTime = ({ time }: Reading, value: number): boolean => {
  if (time.length >= MOST_TIME) return false;
  time.push(value);
  return true;
};
/** Nothing is added to the time any more. */
const endTime = ({ time }: Reading): void => {
  while (time.length < MOST_TIME) time.push(0);
};

/** A number in the free form is part of a time, of a zone, or of the day. */
const readNumber = (tokens: DateTokens, reading: Reading, value: number): boolean => {
  if (tokens.skip(':')) {
    if (!tokens.skip(':')) {
      if (!addTime(reading, value)) return false;
      tokens.skip('.');
      return true;
    }
    if (reading.time.length > 0) return false;
    reading.time.push(value, 0);
    return true;
  }
  if (tokens.skip('.')) {
    if (expectsTime(reading, value)) {
      reading.time.push(value);
      const fraction = tokens.take();
      if (fraction.kind !== 'number') return false;
      if (reading.time.length < MOST_TIME) reading.time.push(millisecondsOf(fraction));
      endTime(reading);
      return true;
    }
  }
  if (reading.zoneHour !== undefined && reading.zoneMinute === undefined && isSixty(value)) {
    reading.zoneMinute = value;
    return true;
  }
  if (expectsTime(reading, value)) {
    reading.time.push(value);
    endTime(reading);
    const { peek } = tokens;
    return peek.kind === 'end' || peek.kind === 'space' || isZ(peek) || signOf(peek) !== undefined;
  }
  if (reading.day.length >= 3) return false;
  reading.day.push(value);
  tokens.skip('-');
  return true;
};

/** An offset after a sign: `+2`, `+02`, `+0230`, `+02:30`, or nothing. */
const readOffset = (tokens: DateTokens, reading: Reading, sign: 1 | -1): boolean => {
  reading.sign = sign;
  let value = 0;
  let length = 0;
  if (tokens.peek.kind === 'number') {
    ({ value, length } = tokens.peek);
    tokens.take();
  }
  const { peek } = tokens;
  if (peek.kind === 'symbol' && peek.symbol === ':') {
    reading.zoneHour = value;
    reading.zoneMinute = undefined;
    return true;
  }
  if (!within(length, 1, 4)) return false;
  reading.zoneHour = length > 2 ? Math.trunc(value / 100) : value;
  reading.zoneMinute = length > 2 ? value % 100 : 0;
  return true;
};

const readFree = (first: DateToken, tokens: DateTokens, reading: Reading): boolean => {
  let hasNumber = reading.day.length > 0;
  for (let token = first; token.kind !== 'end'; token = tokens.take()) {
    const sign = signOf(token);
    if (token.kind === 'number') {
      hasNumber = true;
      if (!readNumber(tokens, reading, token.value)) return false;
    } else if (token.kind === 'word') {
      const { word } = token;
      if (word.means === 'half' && reading.time.length > 0) reading.half = word.value;
      else if (word.means === 'month') {
        reading.month = word.value;
        tokens.skip('-');
      } else if (word.means === 'zone' && hasNumber) {
        reading.sign = word.value < 0 ? -1 : 1;
        reading.zoneHour = Math.abs(word.value);
        reading.zoneMinute = 0;
        // Words are passed over, but only before the first number, and apart from it.
      } else if (hasNumber || tokens.peek.kind === 'number') return false;
    } else if (sign !== undefined && isAfterTime(reading)) {
      hasNumber = true;
      if (!readOffset(tokens, reading, sign)) return false;
    } else if (hasNumber && (sign !== undefined || isClosing(token))) return false;
  }
  return true;
};

const isClosing = (token: DateToken): boolean => token.kind === 'symbol' && token.symbol === ')';
const isAfterTime = ({ zoneHour, zoneMinute, time }: Reading): boolean =>
  (zoneHour === 0 && zoneMinute === 0) || time.length > 0;

/** Year, month, day. */
const dayOf = ({ day, month, isStandard }: Reading): readonly number[] | undefined => {
  if (day.length < 1) return undefined;
  const [a = 1, b = 1, c = 1] = day;
  const isYearFirst = isStandard || !isDay(a);
  let found: number[];
  if (month === undefined) found = isYearFirst ? [a, b, c] : [c, a, b];
  else found = isYearFirst ? [a, month, b] : [b, month, a];
  let [year = 0] = found;
  if (!isStandard && within(year, 0, 99)) year += year < 50 ? 2000 : 1900;
  const [, ofYear = 0, ofMonth = 0] = found;
  return isMonth(ofYear) && isDay(ofMonth) ? [year, ofYear - 1, ofMonth] : undefined;
};

/** Hours, minutes, seconds, milliseconds. */
const timeOf = ({ time, half }: Reading): readonly number[] | undefined => {
  let [hour = 0] = time;
  const [, minute = 0, second = 0, millisecond = 0] = time;
  if (half !== undefined) {
    if (!within(hour, 0, 12)) return undefined;
    hour = (hour % 12) + half;
  }
  const isEndOfDay = hour === 24 && minute === 0 && second === 0 && millisecond === 0;
  const isTime = isHour(hour) && isSixty(minute) && isSixty(second) && within(millisecond, 0, 999);
  return isTime || isEndOfDay ? [hour, minute, second, millisecond] : undefined;
};

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** The calendar repeats itself after so many years, which have so many days. */
const CYCLE = { years: 400, days: 146_097 } as const;

/** Beyond what a date can be, too: with the offset it may be one. */
const toTime = (
  [year = 0, month, day]: readonly number[],
  [hour = 0, minute = 0, second = 0, millisecond = 0]: readonly number[],
): number => {
  const cycles = Math.floor(year / CYCLE.years);
  const date = new Date(0);
  // Not `Date.UTC`, for which years below 100 are of the last century.
  date.setUTCFullYear(year - cycles * CYCLE.years, month, day);
  const time = (hour * 60 + minute) * MINUTE + second * 1_000 + millisecond;
  return date.getTime() + cycles * CYCLE.days * DAY + time;
};

/** @returns milliseconds since 1970, NaN if the text is not a date */
export const parseDate = (text: string): number => {
  const tokens = makeDateTokens(text);
  const reading: Reading = {
    day: [],
    month: undefined,
    isStandard: false,
    time: [],
    half: undefined,
    sign: undefined,
    zoneHour: undefined,
    zoneMinute: undefined,
  };
  const rest = readStandard(tokens, reading);
  if (rest === 'invalid') return NaN;
  if (rest !== 'done' && !readFree(rest, tokens, reading)) return NaN;
  const day = dayOf(reading);
  const time = timeOf(reading);
  if (day === undefined || time === undefined) return NaN;
  const { sign = 1, zoneHour = 0, zoneMinute = 0 } = reading;
  const offset = sign * (zoneHour * 60 + zoneMinute) * MINUTE;
  return new Date(toTime(day, time) - offset).getTime();
};
