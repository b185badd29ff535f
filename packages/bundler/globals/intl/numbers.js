/** Numbers as American English writes them. */
import { define, listOf, LOCALE, refuse, supportedLocalesOf } from './common.js';

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

export class NumberFormat {
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
