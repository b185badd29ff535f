/** The order of texts: letters before case and accents, as dictionaries have it. */
import { define, listOf, LOCALE, supportedLocalesOf } from './common.js';

const bare = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '');

export class Collator {
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
