/** Bytes that do not change, with a type. */
const bytesOf = (part) => {
  if (part instanceof Blob) return part._bytes;
  if (part instanceof ArrayBuffer) return new Uint8Array(part.slice(0));
  if (ArrayBuffer.isView(part)) {
    return new Uint8Array(part.buffer, part.byteOffset, part.byteLength).slice();
  }
  return new TextEncoder().encode(String(part));
};

export class Blob {
  constructor(parts = [], { type = '' } = {}) {
    const all = [...parts].map(bytesOf);
    const bytes = new Uint8Array(all.reduce((sum, each) => sum + each.length, 0));
    let at = 0;
    for (const each of all) {
      bytes.set(each, at);
      at += each.length;
    }
    Object.defineProperty(this, '_bytes', { value: bytes });
    Object.defineProperty(this, 'type', { value: String(type).toLowerCase() });
  }
  get size() {
    return this._bytes.length;
  }
  slice(start, end, type) {
    return new Blob([this._bytes.slice(start, end)], { type });
  }
  async bytes() {
    return this._bytes.slice();
  }
  async arrayBuffer() {
    return this._bytes.slice().buffer;
  }
  async text() {
    return new TextDecoder().decode(this._bytes);
  }
}

export class File extends Blob {
  constructor(parts, name, options = {}) {
    super(parts, options);
    Object.defineProperty(this, 'name', { value: String(name) });
    Object.defineProperty(this, 'lastModified', { value: options.lastModified ?? 0 });
  }
}
