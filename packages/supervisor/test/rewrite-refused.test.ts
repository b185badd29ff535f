/** Sources that a vat evaluates while it runs: they mean the same, or are refused. */
import { describe, expect, test } from 'vitest';
import { lockdownForVats } from '../src/lockdown/lockdown.js';
import { rewriteRefused } from '../src/vat-script/rewrite-refused.js';

/** As it is before lockdown: it refuses nothing. */
const real = globalThis.eval as (source: string) => unknown;
lockdownForVats();
const { makeVatCompartment } = await import('../src/vat-script/compartment.js');

const evaluate = (source: string): unknown =>
  makeVatCompartment({ endowments: {}, inescapable: {}, transforms: [rewriteRefused] }).evaluate(
    source,
  );

describe('what is refused by its looks is evaluated as what it is', () => {
  test.each([
    '"<!-- x -->"',
    "'a\\'--> import (1)'",
    '`<!-- ${[1, `-->${2}`].map((x) => `{${x}}-->`).join("")} -->`',
    '(() => { /* --> <!-- */ return 4 / 2 / 1; /* import( */ })()',
    '(() => {\n// --> import("x")\nreturn "-->".length; })()',
    '"a-->b".replace(/[/"]-/g, "<!--") + \'-->\'',
    '((a) => ({ a: a / 2 /* --> */, b: "/" + \'-->\' }))(3)',
    '[1].map(function (x) { return x }) + /"/.source + "-->"',
    '(() => { if (1) return typeof /"-"/ + "-->"; })()',
    '"import (" + `import/*`.length',
  ])('%s', (source) => {
    expect(evaluate(source)).toEqual(real(`(${source})`));
  });
});

test('`Function` and `eval` of the vat take it, too', () => {
  expect(evaluate('new Function("return \'-->\' + `<!--`")()')).toBe('--><!--');
  expect(evaluate('(0, eval)("\'import (1)\'")')).toBe('import (1)');
});

describe('what would be another program is refused', () => {
  test.each([
    '(() => { let a = 3; while (a-->0); return a; })()',
    'import("x")',
    'String.raw`-->`',
    '((strings) => strings.raw[0])`<!--${1}-->`',
    '/-->/.test("x")',
    '((o) => o.return`-->`)({ return: String.raw })',
    // A slash after a parenthesis is taken for a division.
    '(() => { if (1) /"/.test("-->"); })()',
  ])('%s', (source) => {
    expect(() => evaluate(source)).toThrow(SyntaxError);
  });
});
