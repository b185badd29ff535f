/**
 * `TextEncoder` and `TextDecoder` of vats: UTF-8, and for decoding UTF-16, which engines compiled to WebAssembly ask for.
 * Which other encodings an engine's own ones know, and how they decode them, depends on how it was built.
 */
import { type Decoding, decodingFor } from './decodings.js';

const { TextEncoder: RealmEncoder } = globalThis as unknown as {
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
};

const viewOf = (input: unknown): Uint8Array => {
  if (ArrayBuffer.isView(input)) {
    return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  }
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  throw TypeError('bytes to decode are an ArrayBuffer, or a view of one');
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
  readonly #decoding: Decoding;
  readonly #decode: (bytes: Uint8Array) => string;
  readonly #fatal: boolean;
  readonly #ignoreBOM: boolean;
  /** Of a stream: bytes of a character that is not complete, and whether something came before them. */
  #rest = NOTHING;
  #began = false;

  constructor(label: unknown = 'utf-8', options: unknown = {}) {
    this.#decoding = decodingFor(String(label));
    const { fatal, ignoreBOM } = (options ?? {}) as { fatal?: unknown; ignoreBOM?: unknown };
    this.#fatal = Boolean(fatal);
    this.#ignoreBOM = Boolean(ignoreBOM);
    this.#decode = this.#decoding.makeDecode(this.#fatal);
  }
  get encoding(): string {
    return this.#decoding.name;
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
    const whole = bytes.length - (stream ? this.#decoding.unfinished(bytes) : 0);
    // A copy, because the caller may change its buffer.
    this.#rest = stream ? bytes.slice(whole) : NOTHING;
    let text: string;
    try {
      text = this.#decode(bytes.subarray(0, whole));
    } catch {
      this.#rest = NOTHING;
      this.#began = false;
      throw TypeError(`the bytes are not ${this.#decoding.name.toUpperCase()}`);
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
