/**
 * What is pure of Node's module `crypto`: hashes, authentication codes and keys made of passwords, by @noble/hashes. Random
 * bytes are those of the vat's grant. Ciphers, signatures and key pairs are refused in words.
 */
import { blake2b, blake2s } from '@noble/hashes/blake2.js';
import { hkdf as deriveByHkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { md5, ripemd160, sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2 as deriveByPbkdf2 } from '@noble/hashes/pbkdf2.js';
import { scrypt as deriveByScrypt } from '@noble/hashes/scrypt.js';
import { sha224, sha256, sha384, sha512, sha512_224, sha512_256 } from '@noble/hashes/sha2.js';
import { sha3_224, sha3_256, sha3_384, sha3_512, shake128, shake256 } from '@noble/hashes/sha3.js';
import { Buffer } from 'node:buffer';

const host = globalThis.crypto;

const fail = (type, code, message) => {
  throw Object.assign(new type(message), { code });
};

const HASHES = {
  blake2b512: blake2b,
  blake2s256: blake2s,
  md5,
  ripemd160,
  sha1,
  sha224,
  sha256,
  sha384,
  sha512,
  'sha512-224': sha512_224,
  'sha512-256': sha512_256,
  'sha3-224': sha3_224,
  'sha3-256': sha3_256,
  'sha3-384': sha3_384,
  'sha3-512': sha3_512,
  shake128,
  shake256,
};
const EXTENDABLE = { shake128: 16, shake256: 32 };
const ALIASES = {
  rmd160: 'ripemd160',
  ripemd: 'ripemd160',
  'ssl3-md5': 'md5',
  'ssl3-sha1': 'sha1',
};

const nameOfHash = (given) => {
  if (typeof given !== 'string') {
    fail(TypeError, 'ERR_INVALID_ARG_TYPE', 'The "algorithm" argument must be of type string');
  }
  const name = given
    .toLowerCase()
    .replace(/^rsa-(?=sha|md5|ripemd)/, '')
    .replace(/^sha2?-(?=1$|224$|256$|384$|512)/, 'sha')
    .replace('/', '-');
  const known = Object.hasOwn(ALIASES, name) ? ALIASES[name] : name;
  if (!Object.hasOwn(HASHES, known)) {
    fail(
      Error,
      'ERR_CRYPTO_INVALID_DIGEST',
      `Digest method not supported: "${given}"; a vat has ${Object.keys(HASHES).join(', ')}`,
    );
  }
  return known;
};

const bytesOf = (data, encoding, name = 'data') => {
  if (typeof data === 'string') {
    return Buffer.from(data, encoding === 'buffer' ? undefined : encoding);
  }
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  return fail(
    TypeError,
    'ERR_INVALID_ARG_TYPE',
    `The "${name}" argument must be of type string or an instance of Buffer, TypedArray, or DataView`,
  );
};

/** What takes buffers as well as views of them. */
const anyBytesOf = (data, name) =>
  Object.prototype.toString.call(data) === '[object ArrayBuffer]'
    ? new Uint8Array(data)
    : bytesOf(data, undefined, name);

const bufferOf = ({ buffer, byteOffset, byteLength }) =>
  Buffer.from(buffer, byteOffset, byteLength);

const encoded = (bytes, encoding) => {
  const buffer = bufferOf(bytes);
  return encoding === undefined || encoding === null || encoding === 'buffer'
    ? buffer
    : buffer.toString(encoding);
};

const finalized = () => fail(Error, 'ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');

const make = (constructor, state, name, options) => {
  const self = Object.create(constructor.prototype);
  Object.defineProperty(self, '_state', { value: { state, name, options, result: undefined } });
  return self;
};

const update = (self, data, encoding) => {
  if (self._state.result !== undefined) finalized();
  self._state.state.update(bytesOf(data, encoding));
  return self;
};

const finish = (self) => {
  self._state.result = self._state.state.digest();
  return self._state.result;
};

/** As a stream it is written to, ended and read: nothing of it waits. */
const asStream = (prototype) => {
  Object.assign(prototype, {
    write(data, encoding) {
      update(this, data, encoding);
      return true;
    },
    end(data, encoding) {
      if (data !== undefined && data !== null) update(this, data, encoding);
      return this;
    },
    setEncoding(encoding) {
      this._state.encoding = encoding;
      return this;
    },
    read() {
      if (this._state.result !== undefined) return null;
      return encoded(finish(this), this._state.encoding);
    },
  });
};

export function Hash(algorithm, options) {
  const name = nameOfHash(algorithm);
  const length = options?.outputLength;
  if (length === undefined || length === HASHES[name].outputLen) {
    return make(Hash, HASHES[name].create({ dkLen: EXTENDABLE[name] }), name, options);
  }
  if (!Object.hasOwn(EXTENDABLE, name)) {
    fail(
      Error,
      'ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH',
      'Unsupported state or unable to set outputLength',
    );
  }
  return make(Hash, HASHES[name].create({ dkLen: length }), name, options);
}
Object.assign(Hash.prototype, {
  update(data, encoding) {
    return update(this, data, encoding);
  },
  digest(encoding) {
    if (this._state.result !== undefined) finalized();
    return encoded(finish(this), encoding);
  },
  copy() {
    if (this._state.result !== undefined) finalized();
    const { state, name, options } = this._state;
    return make(Hash, state.clone(), name, options);
  },
});
asStream(Hash.prototype);

const keyBytesOf = (key, name = 'key') =>
  key instanceof KeyObject ? key.export() : anyBytesOf(key, name);

export function Hmac(algorithm, key) {
  const name = nameOfHash(algorithm);
  if (Object.hasOwn(EXTENDABLE, name)) {
    fail(Error, 'ERR_CRYPTO_INVALID_DIGEST', `Invalid digest: ${algorithm}`);
  }
  return make(Hmac, hmac.create(HASHES[name], keyBytesOf(key)), name);
}
Object.assign(Hmac.prototype, {
  update(data, encoding) {
    return update(this, data, encoding);
  },
  /** As in Node, a second time there is nothing. */
  digest(encoding) {
    return encoded(this._state.result === undefined ? finish(this) : new Uint8Array(), encoding);
  },
});
asStream(Hmac.prototype);

/** A secret, which is all that a vat can do without ciphers and signatures. */
export class KeyObject {
  #bytes;
  constructor(bytes) {
    this.#bytes = bytes;
    this.type = 'secret';
  }
  get symmetricKeySize() {
    return this.#bytes.length;
  }
  export(options) {
    const copy = Buffer.from(this.#bytes);
    return options?.format === 'jwk' ? { kty: 'oct', k: copy.toString('base64url') } : copy;
  }
  equals(other) {
    return other instanceof KeyObject && this.export().equals(other.export());
  }
}

export const createHash = (algorithm, options) => Hash(algorithm, options);
export const createHmac = (algorithm, key) => Hmac(algorithm, key);
export const createSecretKey = (key, encoding) =>
  new KeyObject(
    Buffer.from(typeof key === 'string' ? bytesOf(key, encoding) : anyBytesOf(key, 'key')),
  );
export const hash = (algorithm, data, encoding = 'hex') =>
  createHash(algorithm).update(data).digest(encoding);
export const getHashes = () => Object.keys(HASHES);
export const getCiphers = () => [];
export const getCurves = () => [];
export const constants = {};

export const timingSafeEqual = (a, b) => {
  const [one, other] = [anyBytesOf(a, 'buf1'), anyBytesOf(b, 'buf2')];
  if (one.length !== other.length) {
    fail(
      RangeError,
      'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH',
      'Input buffers must have the same byte length',
    );
  }
  let different = 0;
  for (let at = 0; at < one.length; at += 1) different |= one[at] ^ other[at];
  return different === 0;
};

/** Calls back in this crank, among the promise jobs. */
const later = (work, done) => {
  if (typeof done !== 'function') {
    fail(TypeError, 'ERR_INVALID_ARG_TYPE', 'The "callback" argument must be of type function');
  }
  Promise.resolve()
    .then(work)
    .then(
      (value) => done(null, value),
      (error) => done(error),
    );
};

/** Bytes that the vat's own `crypto` gives at once. */
const MOST = 65_536;

const fill = (bytes) => {
  for (let at = 0; at < bytes.length; at += MOST)
    host.getRandomValues(bytes.subarray(at, at + MOST));
};

export const randomFillSync = (target, offset = 0, size = undefined) => {
  const bytes = anyBytesOf(target, 'buf');
  const width = target.BYTES_PER_ELEMENT ?? 1;
  const start = offset * width;
  fill(bytes.subarray(start, size === undefined ? undefined : start + size * width));
  return target;
};
export const randomFill = (target, ...rest) => {
  const done = rest.pop();
  later(() => randomFillSync(target, ...rest), done);
};
export const randomBytes = (size, done) => {
  if (typeof size !== 'number' || !(size >= 0) || size > 0x7fff_ffff) {
    fail(RangeError, 'ERR_OUT_OF_RANGE', `The value of "size" is out of range: ${size}`);
  }
  const drawn = () => randomFillSync(Buffer.alloc(size));
  return done === undefined ? drawn() : later(drawn, done);
};
export const pseudoRandomBytes = randomBytes;
export const prng = randomBytes;
export const rng = randomBytes;

/** Of 48 bits those that would make some results likelier than others are drawn again. */
const RANGE = 2 ** 48;

const drawInteger = (least, below) => {
  const range = below - least;
  if (
    !Number.isSafeInteger(least) ||
    !Number.isSafeInteger(below) ||
    !(range > 0 && range < RANGE)
  ) {
    fail(
      RangeError,
      'ERR_OUT_OF_RANGE',
      `randomInt() draws from less than 2^48 integers, not from ${least} to ${below}`,
    );
  }
  const limit = RANGE - (RANGE % range);
  for (;;) {
    const drawn = randomBytes(6).readUIntBE(0, 6);
    if (drawn < limit) return least + (drawn % range);
  }
};
export const randomInt = (first, ...rest) => {
  const done = typeof rest.at(-1) === 'function' ? rest.pop() : undefined;
  const [least, below] = typeof rest[0] === 'number' ? [first, rest[0]] : [0, first];
  const draw = () => drawInteger(least, below);
  return done === undefined ? draw() : later(draw, done);
};
export const randomUUID = () => host.randomUUID();
export const getRandomValues = (array) => host.getRandomValues(array);

export const pbkdf2Sync = (password, salt, iterations, length, digest) =>
  bufferOf(
    deriveByPbkdf2(
      HASHES[nameOfHash(digest)],
      anyBytesOf(password, 'password'),
      anyBytesOf(salt, 'salt'),
      {
        c: iterations,
        dkLen: length,
      },
    ),
  );
export const pbkdf2 = (...args) => {
  const done = args.pop();
  later(() => pbkdf2Sync(...args), done);
};

export const scryptSync = (password, salt, length, options = {}) => {
  const { N, cost = N ?? 16_384, r, blockSize = r ?? 8, p, parallelization = p ?? 1 } = options;
  return bufferOf(
    deriveByScrypt(anyBytesOf(password, 'password'), anyBytesOf(salt, 'salt'), {
      N: cost,
      r: blockSize,
      p: parallelization,
      dkLen: length,
      maxmem: options.maxmem ?? 32 * 1_048_576 + 128 * 1_024,
    }),
  );
};
export const scrypt = (...args) => {
  const done = args.pop();
  later(() => scryptSync(...args), done);
};

export const hkdfSync = (digest, key, salt, info, length) =>
  Uint8Array.from(
    deriveByHkdf(
      HASHES[nameOfHash(digest)],
      keyBytesOf(key),
      anyBytesOf(salt, 'salt'),
      anyBytesOf(info, 'info'),
      length,
    ),
  ).buffer;
export const hkdf = (...args) => {
  const done = args.pop();
  later(() => hkdfSync(...args), done);
};

const refuse = (name) => () => {
  throw Error(
    `vats have no crypto.${name}: of Node's module crypto they have what hashes, and random bytes. Encrypt and sign ` +
      'with a pure package (@noble/ciphers, @noble/curves)',
  );
};
export const createCipheriv = refuse('createCipheriv()');
export const createDecipheriv = refuse('createDecipheriv()');
export const createDiffieHellman = refuse('createDiffieHellman()');
export const createECDH = refuse('createECDH()');
export const createPrivateKey = refuse('createPrivateKey()');
export const createPublicKey = refuse('createPublicKey()');
export const createSign = refuse('createSign()');
export const createVerify = refuse('createVerify()');
export const diffieHellman = refuse('diffieHellman()');
export const generateKey = refuse('generateKey()');
export const generateKeyPair = refuse('generateKeyPair()');
export const generateKeyPairSync = refuse('generateKeyPairSync()');
export const generateKeySync = refuse('generateKeySync()');
export const privateDecrypt = refuse('privateDecrypt()');
export const privateEncrypt = refuse('privateEncrypt()');
export const publicDecrypt = refuse('publicDecrypt()');
export const publicEncrypt = refuse('publicEncrypt()');
export const sign = refuse('sign()');
export const verify = refuse('verify()');

const DIGESTS = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];

const asyncRefusal = (name) => async () => refuse(`subtle.${name}()`)();

export const subtle = {
  digest: async (algorithm, data) => {
    const name = String(algorithm?.name ?? algorithm).toUpperCase();
    if (!DIGESTS.includes(name)) throw Error(`subtle.digest() takes ${DIGESTS.join(', ')}`);
    return Uint8Array.from(createHash(name).update(anyBytesOf(data, 'data')).digest()).buffer;
  },
  ...Object.fromEntries(
    'decrypt deriveBits deriveKey encrypt exportKey generateKey importKey sign unwrapKey verify wrapKey'
      .split(' ')
      .map((name) => [name, asyncRefusal(name)]),
  ),
};
export const webcrypto = { getRandomValues, randomUUID, subtle };

export default {
  Hash,
  Hmac,
  KeyObject,
  constants,
  createCipheriv,
  createDecipheriv,
  createDiffieHellman,
  createECDH,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  createSign,
  createVerify,
  diffieHellman,
  generateKey,
  generateKeyPair,
  generateKeyPairSync,
  generateKeySync,
  getCiphers,
  getCurves,
  getHashes,
  getRandomValues,
  hash,
  hkdf,
  hkdfSync,
  pbkdf2,
  pbkdf2Sync,
  privateDecrypt,
  privateEncrypt,
  prng,
  pseudoRandomBytes,
  publicDecrypt,
  publicEncrypt,
  randomBytes,
  randomFill,
  randomFillSync,
  randomInt,
  randomUUID,
  rng,
  scrypt,
  scryptSync,
  sign,
  subtle,
  timingSafeEqual,
  verify,
  webcrypto,
};
