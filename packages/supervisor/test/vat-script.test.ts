/** The script of a bundle: compiled once, run for each vat in scopes of its own, and never outside of them. */
import { createHash } from 'node:crypto';
import { runInThisContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { lockdownForVats } from '../src/lockdown/lockdown.js';

/** As they are before lockdown. */
const feral = { eval: globalThis.eval };
lockdownForVats();
const { makeBundleReader } = await import('../src/vat-script/read-bundle.js');
const { compileScript } = await import('../src/vat-script/compile.js');
const { constantsOf } = await import('../src/vat-script/scopes.js');
const { makeVatCompartment } = await import('../src/vat-script/compartment.js');

const hashOf = (source: string): string => createHash('sha256').update(source).digest('hex');
let compiled: string[] = [];
const makeReader = () => {
  compiled = [];
  return makeBundleReader(
    compileScript({
      hashOf,
      evaluate: (text, filename) => {
        compiled.push(filename);
        return runInThisContext(text, { filename }) as unknown;
      },
    }),
  );
};
/** How engines run scripts. */
const WAYS: readonly (readonly [way: string, read: typeof makeReader])[] = [
  ['compiled', makeReader],
  ['evaluated', () => makeBundleReader(compileScript({ hashOf, evaluate: feral.eval }))],
];
const textOf = (source: string, globals: readonly string[] = []): string =>
  JSON.stringify({
    moduleFormat: 'endoScript',
    source,
    cooperage: { format: 1, sourceMap: 'abcdef0123456789f', globals, modules: [] },
  });
const run = async (source: string, read = makeReader(), endowments = {}): Promise<unknown> => {
  const { script } = read(textOf(source));
  const compartment = makeVatCompartment({ endowments, inescapable: {}, transforms: [] });
  return script?.compiled?.run(compartment.globalThis);
};
const inCompartment = (source: string): unknown =>
  makeVatCompartment({ endowments: {}, inescapable: {}, transforms: [] }).evaluate(source);

test('a script is compiled once for all vats, each of which has its own variables and global object', async () => {
  const read = makeReader();
  const source = '(() => { let n = 0; return { add: () => (n += step), global: globalThis }; })()';
  const one = (await run(source, read, { step: 1 })) as { add: () => number; global: object };
  const two = (await run(source, read, { step: 10 })) as { add: () => number; global: object };
  expect([one.add(), one.add(), two.add(), one.add()]).toEqual([1, 2, 10, 3]);
  expect(one.global).not.toBe(two.global);
  expect(compiled).toEqual(['cooperage-vat/abcdef0123456789/bundle.js']);
});

test('a bundle of another form is not taken for a script, whatever it holds', () => {
  const bundle = { moduleFormat: 'nestedEvaluate', source: '() => 1', script: '1', compiled: {} };
  expect(makeReader()(JSON.stringify(bundle))).toEqual({ foreign: bundle });
});

test('what vats of one thread have of one script can be changed by none of them', async () => {
  const read = makeReader();
  const source =
    '({ tag: ((strings) => strings)`a${1}b`, pattern: /a/g, list: [1], make: () => /b/g, run: function () {} })';
  const one = (await run(source, read)) as Record<string, object>;
  const two = (await run(source, read)) as Record<string, object>;
  for (const name of ['pattern', 'list', 'make', 'run']) expect(one[name]).not.toBe(two[name]);
  // The strings of a tagged template belong to the place in the source.
  const { tag } = one as { tag: readonly string[] & { raw: readonly string[] } };
  expect([Object.isFrozen(tag), Object.isFrozen(tag.raw)]).toEqual([true, true]);
});

test('stacks have the lines of the script', async () => {
  await expect(run('(() => {\n\n  null.x;\n})()')).rejects.toMatchObject({
    message: expect.stringContaining('null') as string,
  });
  const at = (await run(
    '({ stack: () => {\n try { null.x; } catch (error) { return error; } } })',
  )) as {
    stack: () => object;
  };
  const { getStackString } = globalThis as unknown as { getStackString: (error: object) => string };
  expect(getStackString(at.stack())).toContain('cooperage-vat/abcdef0123456789/bundle.js:2:');
});

describe.each(WAYS)('a script that is %s finds what a compartment finds', (_way, readerFor) => {
  test.each([
    'typeof process',
    'typeof missing',
    'typeof script + typeof $script',
    'missing',
    'typeof globalThis.process',
    '(function () { return typeof this; })()',
    'typeof this',
    'this === globalThis',
    'typeof undefined',
    '[typeof arguments, typeof eval, typeof Function]',
    '(0, eval)("typeof process + typeof missing")',
    'new Function("return typeof process")()',
    '(globalThis.later = 3, later)',
  ])('%s', async (source) => {
    const value = inCompartment(source);
    // A compartment's `evaluate` shows the code its own source as an argument.
    const expected = source.includes('arguments') ? ['object', 'function', 'function'] : value;
    expect(await run(source, readerFor())).toEqual(expected);
  });

  test.each([
    'missing = 1',
    'Array.prototype.constructor.constructor("return this")()',
    'undefined = 1',
    'delete Object.prototype',
    'null.x',
    'new Function("with ({}) {}")',
  ])('and fails where that fails: %s', async (source) => {
    expect(() => inCompartment(source)).toThrow();
    await expect(run(source, readerFor())).rejects.toThrow();
  });
});

/** What stands before the source, part by part, and what closes each of them. */
const AROUND: readonly (readonly [open: string, close: string])[] = [
  ['(function () {', '})'],
  ['with ({}) {', '}'],
  ['with ({}) {', '}'],
  ['return class {', '};'],
  ['static script = (', ');'],
  ['function () {', '}'],
  ['return (', ');'],
];
/** Sets a property of the realm's global object where it is sloppy code, or outside of the scopes. */
const ESCAPE = '(globalThis.escaped = 1, function () { if (this) this.escaped = 1; }())';
/** Sources that close what is around them down to a depth, try to escape there, and open it all again. */
const CLOSING = AROUND.flatMap((_, depth) => {
  const closers = AROUND.slice(depth).map(([, close]) => close);
  const openers = AROUND.slice(depth).map(([open]) => open);
  const again = [
    openers.join(' '),
    `function lazy() { ${openers.join(' ')}`,
    `(() => { ${openers.join(' ')}`,
    `class { static #y; m() { ${openers.join(' ')}`,
    `\`\${${openers.join(' ')}`,
    `/* ${openers.join(' ')}`,
  ];
  return [',', ';', '', '\n'].flatMap((before) =>
    [',', ';', ''].flatMap((after) =>
      again.map(
        (open) => `0 ${[...closers].reverse().join(' ')} ${before} ${ESCAPE} ${after} ${open} 0`,
      ),
    ),
  );
});

describe.each(WAYS)('nothing that is %s runs outside of the scopes', (_way, readerFor) => {
  const outcomeOf = async (source: string): Promise<unknown> => {
    Reflect.deleteProperty(globalThis, 'escaped');
    const outcome = await run(source, readerFor()).then(
      () => 'ran',
      ({ code }: { code?: string }) => code,
    );
    expect(Reflect.get(globalThis, 'escaped')).toBe(undefined);
    return outcome;
  };

  const escapes = [
    '0); } globalThis.escaped = 1; function script() { (0',
    '0); } } } globalThis.escaped = 1; { { function script() { return (0',
    '0); } } } (function () { this.escaped = 1; })(); { { { (0',
    '0\n); } } }) ; escaped = 1; (function () { { { { (0',
    '0); } } function script() { return this.escaped = 1; } { {{ (0',
    '0) /*',
    '0) //',
    '`',
    '"',
    '/',
  ];
  test.each(escapes)('a source that is no expression is refused: %s', async (source) => {
    expect(await outcomeOf(source)).toBe('BAD_BUNDLE');
  });

  // It is strict code in the scopes all the same: the vat's own business.
  const inside = [
    '0); return (1',
    '0); var script = function () { return 2; }; (0',
    '0); }, globalThis.escaped = 1, function script() { (0',
    `0); }); static other = ${ESCAPE}; static script = (function () { return (0`,
    `0); }); static { ${ESCAPE}; } static script = (function () { return (0`,
    `0); }); static [${ESCAPE}] = 1; static script = (function () { return (0`,
    '0); }); static [(() => { this.global.escaped = 1; })()] = 1; static script = (function () { return (0',
    '0); }); static get script() { return function () { return this; }; } static other = (function () { return (0',
  ];
  test.each(inside)('a source that stays in its class runs there: %s', async (source) => {
    expect(await outcomeOf(source)).toBe('ran');
  });

  test('a source cannot close its class and open another', async () => {
    const outcomes = new Set<unknown>();
    for (const source of CLOSING) outcomes.add(await outcomeOf(source));
    expect(CLOSING.length).toBeGreaterThan(400);
    expect(outcomes).toContain('BAD_BUNDLE');
  });

  test('a class without the private name is a syntax error, also where the engine parses lazily', () => {
    for (const text of [
      '(class { static f() { return this.#x; } })',
      'function lazy() { return class { static #y; f() { return this.#x; } }; }',
      'function lazy() { function inner() { return this.#x; } }',
      '(() => { class A { static y = (function () { return this.#x; }); } })',
    ]) {
      expect(() => feral.eval(text)).toThrow(SyntaxError);
      expect(() => runInThisContext(text) as unknown).toThrow(SyntaxError);
    }
  });

  const refused = [
    'import("node:fs")',
    'import\n("node:fs")',
    '[...import("node:fs")]',
    'import/**/("node:fs")',
    'eval("1")',
    '"<!--"',
    '"-->"',
    '"a" +import ("x")',
    '"$import (1)"',
  ];
  test.each(refused)('what a compartment refuses is refused: %s', async (source) => {
    expect(() => inCompartment(source)).toThrow(SyntaxError);
    await expect(run(source, readerFor())).rejects.toMatchObject({ code: 'BAD_BUNDLE' });
  });
  test.each(['a.import(1)', 'a.eval(1)', '[...eval (1)]', '"important (1)"', '"evaluate(1)"'])(
    'and what it takes is taken: %s',
    async (source) => {
      const text = `(() => { if (false) ${source}; return 1; })()`;
      expect(inCompartment(text)).toBe(1);
      expect(await run(text, readerFor())).toBe(1);
    },
  );
});

test('a script that is prepared for the constants of a vat is not compiled again', async () => {
  const read = makeReader();
  const { script } = read(textOf('1 + 1'));
  const compartment = makeVatCompartment({ endowments: {}, inescapable: {}, transforms: [] });
  script?.compiled?.prepare(constantsOf(compartment.globalThis));
  expect(compiled.length).toBe(1);
  expect(script?.compiled?.run(compartment.globalThis)).toBe(2);
  expect(compiled.length).toBe(1);
});
