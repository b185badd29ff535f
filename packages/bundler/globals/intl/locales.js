/** Names of languages, and the pieces of a text that people take for one character or one word. */
import { listOf, LOCALE } from './common.js';

const LIKELY = { en: 'Latn-US', de: 'Latn-DE', fr: 'Latn-FR', es: 'Latn-ES', ja: 'Jpan-JP' };
const PARTS =
  /^(?<language>[a-z]{2,3}|[a-z]{5,8})(?:-(?<script>[a-z]{4}))?(?:-(?<region>[a-z]{2}|\d{3}))?(?<rest>(?:-[a-z\d]+)*)$/i;

export class Locale {
  #rest;
  constructor(tag, options = {}) {
    const found = PARTS.exec(String(tag));
    if (found === null) throw RangeError(`Incorrect locale information provided: ${tag}`);
    const { language, script, region, rest } = found.groups;
    const { language: l = language, script: s = script, region: r = region } = options;
    this.language = l.toLowerCase();
    this.script = s === undefined ? s : s.slice(0, 1).toUpperCase() + s.slice(1).toLowerCase();
    this.region = r === undefined ? r : r.toUpperCase();
    this.#rest = rest.toLowerCase();
  }
  get baseName() {
    return [this.language, this.script, this.region].filter((each) => each !== undefined).join('-');
  }
  /** With the usual script and region, where they are known. */
  maximize() {
    const [script, region] = (LIKELY[this.language] ?? '').split('-');
    return new Locale(`${this.language}${this.#rest}`, {
      script: this.script ?? (script === '' ? undefined : script),
      region: this.region ?? region,
    });
  }
  minimize() {
    const [script, region] = (LIKELY[this.language] ?? '').split('-');
    const isUsual = (this.region ?? region) === region;
    const tail = (this.script ?? script) === script ? '' : `-${this.script}`;
    return new Locale(
      `${this.language}${tail}${isUsual || this.region === undefined ? '' : `-${this.region}`}${this.#rest}`,
    );
  }
  toString() {
    return this.baseName + this.#rest;
  }
}

// The standard's own classes: what is joined here is what the expression is to find.
const GRAPHEME =
  // eslint-disable-next-line no-misleading-character-class
  /\r\n|\p{RI}\p{RI}|\p{Emoji}(?:\p{EMod}|\ufe0f\u20e3?|[\u{e0020}-\u{e007e}]+\u{e007f})?(?:\u200d\p{Emoji}(?:\p{EMod}|\ufe0f\u20e3?)?)+|[^][\p{M}\p{EMod}\ufe0e\ufe0f\u200d\u20e3]*/gu;
const WORD = /[\p{L}\p{N}\p{M}_]+(?:['’.][\p{L}\p{N}\p{M}_]+)*|\r\n|[^]/gu;
const SENTENCE = /[^.!?]*[.!?]+["')\]]*\s*|[^.!?]+$/gu;

export class Segmenter {
  #granularity;
  constructor(locales, { granularity = 'grapheme' } = {}) {
    listOf(locales);
    this.#granularity = granularity;
  }
  segment(given) {
    const input = String(given);
    const granularity = this.#granularity;
    const pattern = { grapheme: GRAPHEME, word: WORD, sentence: SENTENCE }[granularity];
    const list = [...input.matchAll(pattern)].map(({ 0: segment, index }) => ({
      segment,
      index,
      input,
      ...(granularity === 'word' && { isWordLike: /[\p{L}\p{N}]/u.test(segment) }),
    }));
    return {
      [Symbol.iterator]: () => list[Symbol.iterator](),
      containing: (at = 0) =>
        list.find(({ index, segment }) => at >= index && at < index + segment.length),
    };
  }
  resolvedOptions() {
    return { locale: LOCALE, granularity: this.#granularity };
  }
  static supportedLocalesOf(locales) {
    return listOf(locales).filter((each) => /^en\b/i.test(each));
  }
}
