/** What the parts of `Intl` have in common: one locale, and what is not there. */
export const LOCALE = 'en-US';
export const define = (target, name, value) =>
  Object.defineProperty(target, name, { value, writable: true, configurable: true });

export const listOf = (locales) =>
  locales === undefined ? [] : [].concat(locales).map((each) => String(each));
export const supportedLocalesOf = (locales) =>
  listOf(locales).filter((each) => /^en\b/i.test(each));

export const refuse = (what) => {
  throw TypeError(`vats have no ${what}: their Intl knows American English and UTC only`);
};
