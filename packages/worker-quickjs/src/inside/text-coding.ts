/** `TextEncoder` and `TextDecoder`, which the engine does not have, for UTF-8. */
const REPLACEMENT = 0xfffd;

const encodePoint = (point: number, bytes: number[]): void => {
  if (point < 0x80) bytes.push(point);
  else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
  else if (point < 0x10000) {
    bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  } else {
    bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63));
    bytes.push(0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  }
};

const encodeUtf8 = (text: string): Uint8Array<ArrayBuffer> => {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const point = text.codePointAt(at) as number;
    if (point > 0xffff) at += 1;
    encodePoint(point >= 0xd800 && point <= 0xdfff ? REPLACEMENT : point, bytes);
  }
  return Uint8Array.from(bytes);
};

/** How many bytes follow a first byte, the bits that it brings, and where its second byte may lie. */
const leading = (first: number): readonly [number, number, number, number] | undefined => {
  if (first >= 0xc2 && first <= 0xdf) return [1, first & 31, 0x80, 0xbf];
  if (first >= 0xe0 && first <= 0xef) {
    return [2, first & 15, first === 0xe0 ? 0xa0 : 0x80, first === 0xed ? 0x9f : 0xbf];
  }
  if (first >= 0xf0 && first <= 0xf4) {
    return [3, first & 7, first === 0xf0 ? 0x90 : 0x80, first === 0xf4 ? 0x8f : 0xbf];
  }
  return undefined;
};

/** Code points that one call of `fromCodePoint` takes: they lie on the stack. */
const CHUNK = 1_024;

const decodeUtf8 = (bytes: Uint8Array, fatal: boolean): string => {
  const pieces: string[] = [];
  let points: number[] = [];
  const bad = (): number => {
    if (fatal) throw TypeError('the bytes are not UTF-8');
    return REPLACEMENT;
  };
  for (let at = 0; at < bytes.length;) {
    if (points.length >= CHUNK) {
      pieces.push(String.fromCodePoint(...points));
      points = [];
    }
    const first = bytes[at] as number;
    at += 1;
    if (first < 0x80) {
      points.push(first);
      continue;
    }
    const lead = leading(first);
    if (lead === undefined) {
      points.push(bad());
      continue;
    }
    let [left, point, low, high] = lead;
    for (; left > 0; left -= 1) {
      const next = bytes[at];
      if (next === undefined || next < low || next > high) break;
      point = (point << 6) | (next & 63);
      [low, high] = [0x80, 0xbf];
      at += 1;
    }
    points.push(left === 0 ? point : bad());
  }
  pieces.push(String.fromCodePoint(...points));
  return pieces.join('');
};

export class TextEncoder {
  get encoding(): string {
    return 'utf-8';
  }
  encode(text = ''): Uint8Array<ArrayBuffer> {
    return encodeUtf8(`${text}`);
  }
}

const viewOf = (input: ArrayBuffer | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(input)
    ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
    : new Uint8Array(input);

export class TextDecoder {
  readonly #fatal: boolean;
  readonly #ignoreBOM: boolean;
  constructor(label = 'utf-8', options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    if (!/^\s*(?:unicode-1-1-)?utf-?8\s*$/i.test(label)) {
      throw RangeError(`there is no decoder for ${label}, only for utf-8`);
    }
    this.#fatal = options.fatal === true;
    this.#ignoreBOM = options.ignoreBOM === true;
  }
  get encoding(): string {
    return 'utf-8';
  }
  get fatal(): boolean {
    return this.#fatal;
  }
  get ignoreBOM(): boolean {
    return this.#ignoreBOM;
  }
  /** Whole texts only: there is no `stream`. */
  decode(input: ArrayBuffer | ArrayBufferView = new ArrayBuffer(0)): string {
    const text = decodeUtf8(viewOf(input), this.#fatal);
    return !this.#ignoreBOM && text.startsWith('\uFEFF') ? text.slice(1) : text;
  }
}
