/** How bytes become text, in the encodings that vats have. */
interface RealmDecoder {
  decode(bytes: Uint8Array): string;
}
const RealmTextDecoder = Reflect.get(globalThis, 'TextDecoder') as new (
  label: string,
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
) => RealmDecoder;

export interface Decoding {
  readonly name: string;
  /** @see https://encoding.spec.whatwg.org/#names-and-labels */
  readonly labels: ReadonlySet<string>;
  /** @returns how many bytes at the end begin a character of more bytes than there are */
  readonly unfinished: (bytes: Uint8Array) => number;
  /**
   * @param fatal bytes that are no text are refused
   * @throws where they are
   */
  readonly makeDecode: (fatal: boolean) => (bytes: Uint8Array) => string;
}

const UTF_8: Decoding = {
  name: 'utf-8',
  labels: new Set([
    'unicode-1-1-utf-8',
    'unicode11utf8',
    'unicode20utf8',
    'utf-8',
    'utf8',
    'x-unicode20utf8',
  ]),
  unfinished: (bytes) => {
    for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
      const byte = bytes[bytes.length - back] as number;
      if (byte < 0x80) return 0;
      if (byte < 0xc0) continue;
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < length ? back : 0;
    }
    return 0;
  },
  makeDecode: (fatal) => {
    const decoder = new RealmTextDecoder('utf-8', { fatal, ignoreBOM: true });
    return (bytes) => decoder.decode(bytes);
  },
};

const isHigh = (unit: number | undefined): boolean =>
  unit !== undefined && unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number | undefined): boolean =>
  unit !== undefined && unit >= 0xdc00 && unit < 0xe000;
const REPLACEMENT = 0xfffd;
const UTF_16LE: Decoding = {
  name: 'utf-16le',
  labels: new Set([
    'csunicode',
    'iso-10646-ucs-2',
    'ucs-2',
    'unicode',
    'unicodefeff',
    'utf-16',
    'utf-16le',
  ]),
  unfinished: (bytes) => {
    const odd = bytes.length % 2;
    const high = bytes[bytes.length - odd - 1];
    return odd + (high !== undefined && high >= 0xd8 && high < 0xdc ? 2 : 0);
  },
  makeDecode: (fatal) => (bytes) => {
    const units: number[] = [];
    for (let at = 0; at + 1 < bytes.length; at += 2) {
      units.push((bytes[at] as number) | ((bytes[at + 1] as number) << 8));
    }
    // Half a unit, and half a pair, are no text.
    const whole = units.map((unit, at) => {
      const isPaired = isHigh(unit) ? isLow(units[at + 1]) : !isLow(unit) || isHigh(units[at - 1]);
      return isPaired ? unit : REPLACEMENT;
    });
    const isText = bytes.length % 2 === 0 && whole.every((unit, at) => unit === units[at]);
    if (!isText && fatal) throw TypeError('the bytes are not UTF-16');
    if (bytes.length % 2 === 1) whole.push(REPLACEMENT);
    return whole.map((unit) => String.fromCharCode(unit)).join('');
  },
};

const SPACES = '\t\n\f\r ';

/** A loop, and no regular expression: a vat may make the label as long as it likes. */
const trim = (label: string): string => {
  let start = 0;
  let end = label.length;
  while (start < end && SPACES.includes(label.charAt(start))) start += 1;
  while (end > start && SPACES.includes(label.charAt(end - 1))) end -= 1;
  return label.slice(start, end);
};

/** @throws {RangeError} */
export const decodingFor = (label: string): Decoding => {
  const name = trim(label).toLowerCase();
  const found = [UTF_8, UTF_16LE].find(({ labels }) => labels.has(name));
  if (found !== undefined) return found;
  throw RangeError(
    `there is no decoder for ${JSON.stringify(label)}: vats have utf-8 and utf-16le only`,
  );
};
