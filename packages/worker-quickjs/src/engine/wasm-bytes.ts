/** Reading and writing of the pieces that a WebAssembly module is made of. */
export class WasmReader {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const value = this.bytes[this.at];
    if (value === undefined) throw Error(`the module ends early, at byte ${this.at}`);
    this.at += 1;
    return value;
  }

  /** An unsigned number of up to 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  /** Any LEB128 number, without its value. */
  skipNumber(): void {
    while (this.byte() >= 0x80);
  }

  name(): string {
    const length = this.u32();
    const text = new TextDecoder().decode(this.bytes.subarray(this.at, this.at + length));
    this.at += length;
    return text;
  }

  slice(from: number): Uint8Array {
    return this.bytes.subarray(from, this.at);
  }
}

export const u32 = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
};

/** A signed number that is not negative: an operand of `i32.const` and `i64.const`. */
export const positive = (value: number): number[] => {
  const bytes = u32(value);
  const last = bytes[bytes.length - 1] as number;
  if ((last & 0x40) !== 0) {
    bytes[bytes.length - 1] = last | 0x80;
    bytes.push(0);
  }
  return bytes;
};

export const nameBytes = (text: string): number[] => {
  const bytes = [...new TextEncoder().encode(text)];
  return [...u32(bytes.length), ...bytes];
};

/** Bytes that grow. */
export class WasmWriter {
  #bytes = new Uint8Array(1 << 10);
  #length = 0;

  append(bytes: ArrayLike<number>): void {
    const end = this.#length + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = end;
  }

  /** What was written, until the next write. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}
