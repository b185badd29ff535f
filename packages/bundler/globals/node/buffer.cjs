/** The encoding `base64url` and the constants, which the package `buffer` does not have. */
const own = require('cooperage-node:buffer');

const { Buffer } = own;
const { byteLength, from, isEncoding } = Buffer;
const { fill, toString, write } = Buffer.prototype;

const isUrl = (encoding) => typeof encoding === 'string' && encoding.toLowerCase() === 'base64url';
/** As a reader `base64` takes both alphabets. */
const readable = (encoding) => (isUrl(encoding) ? 'base64' : encoding);

Buffer.isEncoding = (encoding) => isUrl(encoding) || isEncoding(encoding);
Buffer.from = (value, encoding, length) => from(value, readable(encoding), length);
Buffer.byteLength = (value, encoding) =>
  isUrl(encoding) && typeof value === 'string'
    ? from(value, 'base64').length
    : byteLength(value, encoding);
Buffer.prototype.write = function (...args) {
  return write.apply(this, args.map(readable));
};
Buffer.prototype.fill = function (value, ...args) {
  return fill.call(this, value, ...args.map(readable));
};
Buffer.prototype.toString = function (encoding, start, end) {
  if (!isUrl(encoding)) return Reflect.apply(toString, this, arguments);
  return toString
    .call(this, 'base64', start, end)
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
};

module.exports = {
  ...own,
  constants: { MAX_LENGTH: own.kMaxLength, MAX_STRING_LENGTH: 536870888 },
};
