/**
 * `Intl` that is the same on every machine: it knows American English, UTC and fixed offsets from it, and says that it
 * takes any other locale to be that. The host's own shows its locale, its time zone and its version of the data.
 */
import { Collator } from './intl/collator.js';
import { listOf, refuse } from './intl/common.js';
import { DateTimeFormat } from './intl/dates.js';
import { Locale, Segmenter } from './intl/locales.js';
import { NumberFormat } from './intl/numbers.js';
import { ListFormat, PluralRules, RelativeTimeFormat } from './intl/words.js';

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
  Locale,
  NumberFormat: callable(NumberFormat),
  PluralRules,
  RelativeTimeFormat,
  Segmenter,
  getCanonicalLocales: listOf,
  supportedValuesOf: (key) => (key === 'timeZone' ? ['UTC'] : []),
};
Object.defineProperty(Intl, Symbol.toStringTag, { value: 'Intl' });
