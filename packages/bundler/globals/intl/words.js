/** Words that go with numbers, lists and times. */
import { listOf, LOCALE, supportedLocalesOf } from './common.js';
import { NumberFormat } from './numbers.js';

export class PluralRules {
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

export class ListFormat {
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

export class RelativeTimeFormat {
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
