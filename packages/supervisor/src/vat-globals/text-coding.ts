/**
 * `TextEncoder` and `TextDecoder` of vats: UTF-8 and nothing else. Which other encodings an engine's own ones know,
 * and how they decode them, depends on how it was built.
 */
interface RealmCoding {
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly TextDecoder: new (
    label: string,
    options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
}
const { TextEncoder: RealmEncoder, TextDecoder: RealmDecoder } =
  globalThis as unknown as RealmCoding;

/** @see https://encoding.spec.whatwg.org/#names-and-labels */
const LABELS: ReadonlySet<string> = new Set([
  'unicode-1-1-utf-8',
  'unicode11utf8',
  'unicode20utf8',
  'utf-8',
  'utf8',
  'x-unicode20utf8',
]);

const SPACES = '\t\n\f\r ';

/** A loop, and no regular expression: a vat may make the label as long as it likes. */
const isUtf8Label = (label: string): boolean => {
  let start = 0;
  let end = label.length;
  while (start < end && SPACES.includes(label.charAt(start))) start += 1;
  while (end > start && SPACES.includes(label.charAt(end - 1))) end -= 1;
  return LABELS.has(label.slice(start, end).toLowerCase());
};

const viewOf = (input: unknown): Uint8Array => {
  if (ArrayBuffer.isView(input)) {
    return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  }
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  throw TypeError('bytes to decode are an ArrayBuffer, or a view of one');
};

/** Bytes at the end that begin a character of more bytes than there are. */
const unfinished = (bytes: Uint8Array): number => {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return back < length ? back : 0;
  }
  return 0;
};

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
};

const NOTHING = new Uint8Array(0);

export class TextDecoder {
  readonly #decoder: InstanceType<RealmCoding['TextDecoder']>;
  readonly #fatal: boolean;
  readonly #ignoreBOM: boolean;
  /** Of a stream: bytes of a character that is not complete, and whether something came before them. */
  #rest = NOTHING;
  #began = false;

  constructor(label: unknown = 'utf-8', options: unknown = {}) {
    const name = String(label);
    if (!isUtf8Label(name)) {
      throw RangeError(`there is no decoder for ${JSON.stringify(name)}: vats have utf-8 only`);
    }
    const { fatal, ignoreBOM } = (options ?? {}) as { fatal?: unknown; ignoreBOM?: unknown };
    this.#fatal = Boolean(fatal);
    this.#ignoreBOM = Boolean(ignoreBOM);
    this.#decoder = new RealmDecoder('utf-8', { fatal: this.#fatal, ignoreBOM: true });
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
  decode(input?: unknown, options?: unknown): string {
    const stream = Boolean((options as { stream?: unknown } | null | undefined)?.stream);
    const bytes = joined(this.#rest, input === undefined ? NOTHING : viewOf(input));
    const began = this.#began;
    const whole = bytes.length - (stream ? unfinished(bytes) : 0);
    // A copy: the caller may change what it gave.
    this.#rest = stream ? bytes.slice(whole) : NOTHING;
    let text: string;
    try {
      text = this.#decoder.decode(bytes.subarray(0, whole));
    } catch {
      this.#rest = NOTHING;
      this.#began = false;
      throw TypeError('the bytes are not UTF-8');
    }
    this.#began = stream && (began || whole > 0);
    return !this.#ignoreBOM && !began && text.startsWith('\uFEFF') ? text.slice(1) : text;
  }
}

export class TextEncoder {
  readonly #encoder = new RealmEncoder();

  get encoding(): string {
    return 'utf-8';
  }
  encode(text: unknown = ''): Uint8Array {
    return this.#encoder.encode(String(text));
  }
  encodeInto(text: unknown, into: Uint8Array): { read: number; written: number } {
    const source = String(text);
    let read = 0;
    let written = 0;
    for (const character of source) {
      const bytes = this.#encoder.encode(character);
      if (written + bytes.length > into.length) break;
      into.set(bytes, written);
      read += character.length;
      written += bytes.length;
    }
    return { read, written };
  }
}
