/** Takes any view of bytes, and not only a Buffer. */
const { StringDecoder: Own } = require('cooperage-node:string_decoder');
const { Buffer } = require('node:buffer');

const bufferOf = (bytes) =>
  ArrayBuffer.isView(bytes) && !Buffer.isBuffer(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : bytes;

function StringDecoder(encoding) {
  const isUrl = /^base64url$/i.test(encoding);
  Own.call(this, isUrl ? 'base64' : encoding);
  const { write, end } = this;
  const said = isUrl
    ? (text) => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
    : (text) => text;
  // Own properties in any case: the package has some encodings as such.
  this.write = (bytes) =>
    said(typeof bytes === 'string' ? bytes : write.call(this, bufferOf(bytes)));
  this.end = (bytes) => said(end.call(this, bytes === undefined ? bytes : bufferOf(bytes)));
}
StringDecoder.prototype = Object.create(Own.prototype, {
  constructor: { value: StringDecoder, writable: true, configurable: true },
});

module.exports = { StringDecoder };
