/** Bytes: hashes, signatures, encodings. */

export const BINARY = [
  {
    name: 'multiformats',
    imports:
      "import { CID } from 'multiformats/cid'; import { base58btc } from 'multiformats/bases/base58';",
    use: "[CID.parse('bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi').version, base58btc.encode(new Uint8Array([1, 2, 3]))]",
  },
  {
    name: '@noble/hashes',
    imports:
      "import { sha256 } from '@noble/hashes/sha2.js'; import { keccak_256 } from '@noble/hashes/sha3.js';",
    use: '[...sha256(new Uint8Array([1])), ...keccak_256(new Uint8Array([2]))]',
  },
  {
    name: '@noble/curves',
    imports: "import { secp256k1 } from '@noble/curves/secp256k1.js';",
    use: '[...secp256k1.getPublicKey(new Uint8Array(32).fill(7))]',
  },
  {
    name: 'tweetnacl',
    imports: "import nacl from 'tweetnacl';",
    use: '[...nacl.sign.detached(new Uint8Array([1, 2]), nacl.sign.keyPair.fromSeed(new Uint8Array(32)).secretKey)].slice(0, 8)',
  },
  {
    name: 'ethers',
    imports: "import { keccak256, toUtf8Bytes, AbiCoder, parseEther, Wallet } from 'ethers';",
    use: "[keccak256(toUtf8Bytes('hi')), AbiCoder.defaultAbiCoder().encode(['uint256', 'string'], [3, 'x']), parseEther('1.5').toString(), new Wallet('0x' + '1'.repeat(64)).address]",
  },
  {
    name: 'viem',
    imports: "import { encodeFunctionData, parseAbi, keccak256, formatEther } from 'viem';",
    use: "[encodeFunctionData({ abi: parseAbi(['function f(uint256 a)']), args: [3n] }), keccak256('0x1234'), formatEther(15n * 10n ** 17n)]",
  },
  {
    name: 'elliptic',
    imports: "import elliptic from 'elliptic';",
    use: "new elliptic.ec('secp256k1').keyFromPrivate('11'.repeat(32)).getPublic(true, 'hex')",
  },
  {
    name: 'crypto-js',
    imports: "import CryptoJS from 'crypto-js';",
    use: "[CryptoJS.SHA256('hi').toString(), CryptoJS.HmacSHA1('a', 'b').toString()]",
  },
  {
    name: 'jose',
    imports: "import { decodeJwt, base64url } from 'jose';",
    use: "[decodeJwt('eyJhbGciOiJub25lIn0.eyJhIjoxfQ.').a, base64url.encode('hi')]",
  },
  {
    name: 'msgpackr',
    imports: "import { pack, unpack } from 'msgpackr';",
    use: "unpack(pack({ a: [1, 'x', 1.5, null], b: new Date(3) }))",
  },
  {
    name: 'cbor-x',
    imports: "import { encode, decode } from 'cbor-x';",
    use: "[decode(encode({ a: [1.5, 'x', true], f: 0.1 })), [...encode([1, 1.5])]]",
  },
  {
    name: 'protobufjs',
    imports: "import protobuf from 'protobufjs';",
    use: `(() => { const T = protobuf.parse('syntax = "proto3"; message A { double x = 1; string y = 2; repeated int32 z = 3; }').root.lookupType('A'); return [T.toObject(T.decode(T.encode({ x: 1.5, y: 'q', z: [1, 300] }).finish())), [...T.encode({ x: 2.25 }).finish()]]; })()`,
  },
  {
    name: '@bufbuild/protobuf',
    imports:
      "import { fromBinary, toBinary, create } from '@bufbuild/protobuf'; import { TimestampSchema } from '@bufbuild/protobuf/wkt';",
    use: '[...toBinary(TimestampSchema, create(TimestampSchema, { seconds: 3n, nanos: 4 }))].concat(fromBinary(TimestampSchema, new Uint8Array([8, 3])).nanos)',
  },
  {
    name: 'avsc',
    imports: "import avro from 'avsc';",
    use: "(() => { const t = avro.Type.forSchema({ type: 'record', name: 'A', fields: [{ name: 'a', type: 'int' }] }); return t.fromBuffer(t.toBuffer({ a: 3 })).a; })()",
    ambient: { random: true },
  },
  {
    name: 'fflate',
    imports: "import { zlibSync, unzlibSync, strToU8, strFromU8 } from 'fflate';",
    use: "strFromU8(unzlibSync(zlibSync(strToU8('hello hello hello'))))",
  },
  {
    name: 'pako',
    imports: "import * as pako from 'pako';",
    use: "pako.inflate(pako.deflate('hello hello'), { to: 'string' })",
  },
  {
    name: 'bs58',
    imports: "import bs58 from 'bs58';",
    use: "[bs58.encode(new Uint8Array([1, 2, 3])), [...bs58.decode('Ldp')]]",
  },
  {
    name: 'jszip',
    imports: "import JSZip from 'jszip';",
    use: "(async () => { const z = new JSZip(); z.file('a.txt', 'hello', { date: new Date(0) }); const b = await z.generateAsync({ type: 'uint8array', compression: 'DEFLATE' }); return [b.length, await (await JSZip.loadAsync(b)).file('a.txt').async('string')]; })()",
    ambient: { time: true, random: true },
  },
];
