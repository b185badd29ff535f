/** What packages from npm do that vats once did not bear: each in a package of its own, in vats of both engines. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { onPublished, openForTest, temporaryDirectory } from '../helpers.js';

const HABITS: readonly (readonly [fact: string, files: Readonly<Record<string, string>>])[] = [
  [
    'a subclass assigns the constructor and toString of its prototype',
    {
      'index.js':
        'function Sub() {} Sub.prototype = Object.create(Error.prototype);' +
        'Sub.prototype.constructor = Sub; Sub.prototype.toString = () => "works"; module.exports = String(new Sub());',
    },
  ],
  [
    'a package puts a property on the global object at import',
    { 'index.js': 'globalThis.__registry = "works"; module.exports = __registry;' },
  ],
  [
    'CommonJS asks in vain for a module of Node',
    {
      'index.js':
        'let found = "works"; try { found = require("fs").sep; } catch (_) { /* not in Node */ }' +
        'if (typeof window !== "undefined") require("crypto"); module.exports = found;',
    },
  ],
  [
    'a browser field takes the place of a module for Node',
    {
      'package.json': '{"main":"index.js","browser":{"./node.js":"./browser.js","net":false}}',
      'index.js': 'require("net"); module.exports = require("./node.js");',
      'node.js': 'module.exports = require("fs").nothing();',
      'browser.js': 'module.exports = "works";',
    },
  ],
  [
    'a build for workers is taken before one for documents',
    {
      'package.json':
        '{"exports":{"worker":"./worker.js","browser":"./dom.js","default":"./worker.js"}}',
      'worker.js': 'module.exports = "works";',
      'dom.js': 'module.exports = document.title;',
    },
  ],
  [
    'a nested package.json says that modules are ES modules',
    {
      'package.json': '{"exports":{"import":"./esm/index.js","default":"./index.js"}}',
      'esm/package.json': '{"type":"module"}',
      'esm/index.js': 'const value = "works"; export default value;',
      'index.js': 'module.exports = "CommonJS";',
    },
  ],
  [
    'CommonJS gets what a package has for `require`, and not what it has for `import`',
    {
      'package.json': '{"imports":{"#helper":{"import":"./esm.mjs","require":"./cjs.js"}}}',
      'index.js': 'module.exports = require("#helper")("works");',
      'cjs.js': 'module.exports = (value) => value;',
      'esm.mjs': 'export default (value) => value;',
    },
  ],
  [
    'a template with an HTML comment becomes code while the vat runs',
    { 'index.js': 'module.exports = new Function("return `works<!-- c -->`")().slice(0, 5);' },
  ],
  [
    'an object that inherits from the prototype of arrays assigns any of its methods',
    {
      'index.js':
        'function List() {} List.prototype = Object.create(Array.prototype); List.prototype.indexOf = () => 3;' +
        'const list = new List(); list.length = 2; if (list.length !== 2) throw Error("length");' +
        'List.prototype.forEach = () => "works"; module.exports = new List().indexOf() === 3 && new List().forEach();',
    },
  ],
  [
    'a function is given an `apply` and a `call` of its own',
    {
      'index.js':
        'function Machine() {} const calls = Machine.apply =\n  Machine.call = () => "works"; Machine.call = (x) => x;' +
        'module.exports = Machine.call(calls()) === "works" && Machine.apply();',
    },
  ],
  [
    'core-js gives all functions a toString',
    {
      'index.js':
        'const redefine = function (O, key, value) { delete O[key]; O[key] = value; };' +
        '(module.exports = redefine)(Function.prototype, "toString", function () { return "hidden"; });' +
        'Function.prototype.toString = ((f) => f)(function toString() { return "hidden"; });' +
        'module.exports = String(redefine).includes("hidden") ? "changed" : "works";',
    },
  ],
  [
    'an object captures a stack without looking whether it can',
    {
      'index.js':
        'function Oops() { Error.captureStackTrace(this, Oops); } Error.prepareStackTrace = () => "x";' +
        'const error = new TypeError("x"); Error.captureStackTrace(error, Oops);' +
        'module.exports = typeof new Oops().stack === "string" && typeof error.stack === "string" && "works";',
    },
  ],
  [
    'a package puts a property on the global object later, by another name of it',
    {
      'index.js':
        'let held; const get = () => held || (held = typeof globalThis !== "undefined" ? globalThis : {});' +
        'module.exports = () => { const target = get(); target.__LATER__ = "works"; return __LATER__; };',
    },
  ],
  [
    'Babel looks for an accessor called constructor in an object of its own',
    {
      'index.js':
        'var _mutatorMap = {}; var key = "constructor"; _mutatorMap[key] = _mutatorMap[key] || {};' +
        '_mutatorMap[key].get = () => "works"; module.exports = _mutatorMap.constructor.get();',
    },
  ],
  [
    'a package reads RegExp.$1 after a match',
    {
      'index.js':
        'const seen = []; if (/(\\d+)-(\\w)/.test("a 12-b c")) seen.push(RegExp.$1, RegExp.$2, RegExp["$`"], RegExp.rightContext);' +
        '"x=1,y=2".replace(/(\\w)=(\\d)/g, () => { seen.push(RegExp.$2); return ""; });' +
        'seen.push("k7".match(/([a-z])(\\d)/)[0].replace(/7/, "8"), RegExp.lastMatch, "a-b".split(/(-)/)\n.length, RegExp.$1);' +
        'module.exports = String(seen) === "12,b,a , c,1,2,k8,7,3,-" ? "works" : String(seen);',
    },
  ],
  [
    'a template is compiled to code with a `with` statement',
    {
      'index.js':
        "const source = 'var p = \"\", print = (x) => { p += x; };\\n' + 'with (obj || {}) {\\n' + " +
        "'var name = name || \"none\"; for (var i = 0, n = list.length; i < n; i += 1) { print(wrap(list[i])); } p += typeof other;' + '}\\nreturn p + name;';" +
        'const render = new Function("obj", source);' +
        'const said = render({ list: [1, 2], mark: "!", wrap(x) { return x + this.mark; } }) + render({ list: [], name: "n" });' +
        'module.exports = said === "1!2!undefinednoneundefinedundefined" ? "works" : said;',
    },
  ],
  [
    'a module has a variable that is called globalThis',
    {
      'index.js':
        'var globalThis = (() => { if (typeof globalThis !== "undefined") return globalThis;' +
        ' if (typeof self !== "undefined") return self; throw "none"; })(); module.exports = globalThis.Array === Array && "works";',
    },
  ],
  [
    'a decoder of UTF-16 is made at import',
    {
      'index.js':
        'module.exports = new TextDecoder("utf-16le").decode(Uint8Array.from([...Buffer.from("works")].flatMap((byte) => [byte, 0])));',
    },
  ],
  [
    'modules import one another, and see each other’s variables change',
    {
      'package.json': '{"type":"module","main":"index.js"}',
      'index.js':
        'import { set } from "./a.js"; export let state = "fails"; export const change = (v) => { state = v; }; set(); export default state;',
      'a.js': 'import { change } from "./index.js"; export const set = () => change("works");',
    },
  ],
  [
    'code finds global, self and process.env.NODE_ENV',
    {
      'index.js':
        'const root = typeof global !== "undefined" ? global : self;' +
        'module.exports = root.Symbol && process.env.NODE_ENV === "production" ? "works" : "fails";',
    },
  ],
  [
    'arrays of floats are there, and have one NaN',
    {
      'index.js':
        'const f = new Float64Array(1); const bytes = new Uint8Array(f.buffer); bytes.fill(255); f[0] = f[0];' +
        'const first = bytes.join(); f[0] = NaN; module.exports = first === bytes.join() ? "works" : first;',
    },
  ],
  [
    'a package uses Buffer, atob and btoa as globals',
    {
      'index.js':
        'const text = Buffer.from("works").toString("base64");' +
        'module.exports = btoa(atob(text)) === text && globalThis.atob("d29y a3M=");',
    },
  ],
  [
    'an ES module uses Buffer as a global',
    {
      'package.json': '{"type":"module","main":"index.js"}',
      'index.js': 'export default Buffer.from([119, 111, 114, 107, 115]).toString();',
    },
  ],
  [
    'a package that looks for Buffer does without it',
    { 'index.js': 'module.exports = typeof Buffer === "undefined" ? "works" : "fails";' },
  ],
  [
    'a package puts functions on Reflect',
    { 'index.js': 'Reflect.tell = () => "works"; module.exports = Reflect.tell();' },
  ],
  [
    'a package puts a symbol on Symbol',
    {
      'index.js':
        'Symbol.observable = Symbol("observable"); let fails; try { new Symbol(); } catch { fails = true; }' +
        'module.exports = fails && typeof Symbol.observable === "symbol" && Object(Symbol()) instanceof Symbol' +
        ' && Symbol.for("x") === Symbol.for("x") && [][Symbol.iterator] ? "works" : "fails";',
    },
  ],
  [
    'a typed array is given a constructor of its own',
    {
      'index.js':
        'const bytes = new Uint8Array(1); bytes.constructor = "works"; module.exports = bytes.constructor;',
    },
  ],
  [
    'a compiler hands a module of Node through its function for CommonJS',
    {
      'index.js':
        'var __toESM = (m, _, target = {}) => { for (const key of Object.getOwnPropertyNames(m))' +
        ' Object.defineProperty(target, key, { get: () => m[key], enumerable: true });' +
        ' return m && m.__esModule ? m : target; };' +
        'var fs = __toESM(require("fs")); exports.read = () => fs.default.readFileSync("x");' +
        'module.exports = "works";',
    },
  ],
  [
    'modules of Node that say little are there',
    {
      'index.js':
        'const { EOL } = require("os"); const { env } = require("process");' +
        'const { Readable } = require("stream"); const { setImmediate: soon } = require("timers");' +
        'module.exports = async () => { const seen = []; for await (const x of Readable.from(["wor", "ks"])) seen.push(x);' +
        ' await new Promise((resolve) => soon(resolve)); return EOL === "\\n" && env ? seen.join("") : "fails"; };',
    },
  ],
  [
    'a package queues a microtask, and sets a property of the global object while it runs',
    {
      'index.js':
        'const KEY = "~habit/current"; module.exports = () => new Promise((resolve) => {' +
        'queueMicrotask(() => { globalThis[KEY] = "works"; resolve(globalThis[KEY]); }); });',
    },
  ],
  [
    'a constructor is found on a new object',
    {
      'index.js':
        'class A { constructor(say = "") { this.say = say; } get kinds() { return [A]; } }' +
        'const made = [new (new A().constructor)("w"), new (new A("x").kinds[0])("o"),' +
        'new (new (new A().constructor)().constructor)("r"), new (new Map().constructor)([["k", { say: "k" }]]).get("k")];' +
        'module.exports = made.map(({ say }) => say).join("") + new (new Set().constructor)("s").values().next().value;',
    },
  ],
  [
    'a package adds to shared objects what old engines lack',
    {
      'index.js':
        'Math.sign = Math.sign || function (x) { return x > 0 ? 1 : -1; };' +
        'String.prototype.trim =\n String.prototype.trim ||\n function () { return ""; };' +
        'module.exports = Math.sign(-3) === -1 ? " works ".trim() : "no";',
    },
  ],
  [
    'import expressions, HTML comments and eval stand in strings and comments',
    {
      'index.js':
        '// import("x") <!-- eval("1")\n' +
        'const text = "import(1) <!-- --> eval(2)"; const pattern = /<!--|import\\(/;' +
        'module.exports = text.length === 26 && pattern.test(text) ? "works" : text;',
    },
  ],
];

const install = async (folder: string): Promise<string> => {
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  for (const [i, [, files]] of HABITS.entries()) {
    const manifest = JSON.parse(files['package.json'] ?? '{}') as object;
    for (const [path, text] of Object.entries(files)) {
      await write(`node_modules/habit${i}/${path}`, text);
    }
    await write(
      `node_modules/habit${i}/package.json`,
      JSON.stringify({ name: `habit${i}`, version: '1.0.0', ...manifest }),
    );
  }
  const imports = HABITS.map((_, i) => `import h${i} from 'habit${i}';`).join('\n');
  const list = HABITS.map((_, i) => `h${i}`).join(', ');
  await write('package.json', '{"name":"habits","type":"module"}');
  await write(
    'vat.js',
    `${imports}\nexport const buildRootObject = () => Far('root', {\n` +
      `all: async () => harden(await Promise.all([${list}].map((h) => (typeof h === 'function' ? h() : h)))) });`,
  );
  return join(folder, 'vat.js');
};

test.each(['v8', 'quickjs'] as const)('on %s, vats bear the habits of packages', async (engine) => {
  const source = await install(temporaryDirectory());
  const kernel = await openForTest({ config: { vats: { vat: { source, engine } } } });
  const all = (await kernel.send('vat', 'all')) as readonly string[];
  const found = Object.fromEntries(HABITS.map(([fact], i) => [fact, all[i]]));
  expect(found).toEqual(Object.fromEntries(HABITS.map(([fact]) => [fact, 'works'])));
});

// The published liveslots reads the message too late.
test.each(onPublished ? [] : (['v8', 'quickjs'] as const))(
  'on %s, an error that computes its message when it is first read is thrown with it',
  async (engine) => {
    const source = join(temporaryDirectory(), 'vat.js');
    await writeFile(
      source,
      "export const buildRootObject = () => Far('root', { fail: () => { const error = Error(); const kept = {};" +
        'Object.defineProperty(error, "kept", { value: kept });' +
        'throw Object.defineProperty(error, "message", { get: () => (kept.message ??= "late") }); } });',
    );
    const kernel = await openForTest({ config: { vats: { vat: { source, engine } } } });
    await expect(kernel.send('vat', 'fail')).rejects.toThrow('late');
  },
);
