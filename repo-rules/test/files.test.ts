import { expect, test } from 'vitest';
import { fileLength, maxLines } from '../src/rules/code/file-length.js';
import { noMarks, noOnly } from '../src/rules/code/leftovers.js';
import { noAny } from '../src/rules/code/no-any.js';
import { typeEscapes } from '../src/rules/code/type-escapes.js';
import { packageShape } from '../src/rules/packages/package-shape.js';
import { makePackage, makeRepository } from './made-up.js';

const source = 'packages/kernel/src/a.ts';
const withText = (text: string, path = source) => makeRepository([], { files: { [path]: text } });

test('a package that lacks a part is reported', () => {
  const repository = makeRepository([
    makePackage('packages/kernel', { entries: ['src/index.ts'] }),
  ]);
  expect(packageShape(repository)).toEqual([
    'packages/kernel: lacks README.md',
    'packages/kernel: lacks test',
  ]);
});

test('a file that is one line too long is reported', () => {
  expect(fileLength(withText('x\n'.repeat(maxLines)))).toEqual([]);
  expect(fileLength(withText('x\n'.repeat(maxLines + 1)))).toEqual([
    `${source}: ${String(maxLines + 1)} lines, more than ${String(maxLines)}`,
  ]);
});

test.each(['let a: any;', 'b(c as any);', 'type D = Record<string, any>;'])(
  'the type any is reported: %s',
  (text) => {
    expect(noAny(withText(text))).toEqual([`${source}:1: the type any`]);
  },
);

test.each(['f(a as never);', 'f(a as unknown as B);'])(
  'a way out of the types is reported: %s',
  (text) => {
    expect(typeEscapes(withText(text, 'packages/none/src/a.ts'))).toEqual([
      'packages/none: 1 times "as never" or "as unknown as", more than 0: packages/none/src/a.ts:1',
    ]);
  },
);

test('a cast that the compiler checks is no way out of the types', () => {
  expect(typeEscapes(withText('f(a as B);', 'packages/none/src/a.ts'))).toEqual([]);
});

test('the word any is not the type', () => {
  expect(noAny(withText("// as any\nconst any = ': any';"))).toEqual([]);
});

test.each(['TO' + 'DO', 'FIX' + 'ME'])('a mark %s is reported', (mark) => {
  expect(noMarks(withText(`f();\n// ${mark}: later`))).toHaveLength(1);
});

test.each(['describe', 'it', 'test.concurrent'])(
  'a test that runs alone is reported: %s',
  (name) => {
    expect(noOnly(withText(`${name}.only('x', f);`))).toHaveLength(1);
  },
);
