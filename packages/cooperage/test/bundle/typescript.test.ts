/** TypeScript and JSX as people write them, each with settings of its own, in vats of both engines. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openForTest, temporaryDirectory } from '../helpers.js';

interface Case {
  readonly fact: string;
  /** `main.ts`, unless it says another. */
  readonly files: Readonly<Record<string, string>>;
  readonly value: unknown;
}

const settings = (compilerOptions: object): string => JSON.stringify({ compilerOptions });

const H = 'const h = (t: any, p: any, ...c: any[]) => [t, p, c];';

const CASES: readonly Case[] = [
  {
    fact: 'enums have names, texts, computed values and parts; constant ones cross modules',
    files: {
      'main.ts':
        "import { B } from './b.js'; enum A { X, Y = 5, Z, S = 's', C = Y << 1 } enum A { W = 9 }" +
        'export const value = [A.Z, A[5], A.S, A.C, A.W, B.Q];',
      'b.ts': 'export const enum B { P = 1, Q = P + 1 }',
    },
    value: [6, 'Y', 's', 10, 9, 2],
  },
  {
    fact: 'namespaces nest, have parts, and extend classes and functions',
    files: {
      'main.ts':
        'namespace N { export const a = 1; export namespace I { export const b = a + 1; } } namespace N { export const c = a + 10; }' +
        'class K {} namespace K { export const s = 4; } function F() { return F.p; } namespace F { export let p = 9; }' +
        'import I = N.I; export const value = [N.c, I.b, K.s, F()];',
    },
    value: [11, 2, 4, 9],
  },
  {
    fact: 'parameters of constructors are properties',
    files: {
      'main.ts':
        'class A { constructor(public a: number, private readonly b = a + 1) {} get s() { return [this.a, this.b]; } }' +
        'export const value = new A(1).s;',
    },
    value: [1, 2],
  },
  {
    fact: 'decorators of the standard, on classes, methods, fields and accessors',
    files: {
      'main.ts':
        'const log: string[] = []; const c = (v: any, x: ClassDecoratorContext) => { log.push(String(x.name)); };' +
        'const m = (v: any) => function (this: any, ...a: any[]) { return "w" + v.apply(this, a); };' +
        'const f = () => (x: number) => x + 1; const g = (v: any) => ({ get(this: any) { return v.get.call(this) * 10; } });' +
        '@c class A { @f n = 1; @m hi(x: string) { return x; } @g accessor q = 4; }' +
        'const a = new A(); export const value = [a.n, a.hi("x"), a.q, log];',
    },
    value: [2, 'wx', 40, ['A']],
  },
  {
    fact: 'the older decorators, by the settings that another file extends',
    files: {
      'tsconfig.json': '{ "extends": "./base.json" /* with comments, */, }',
      'base.json': settings({ experimentalDecorators: true }),
      'main.ts':
        'const log: unknown[] = []; function p(k: string) { return (t: any, n: string) => { log.push([k, n]); }; }' +
        'function i(t: any, n: any, at: number) { log.push([n, at]); }' +
        '@((t: any) => { t.marked = true; }) class A { @p("f") x = 1; m(@i a: string) { return a; } }' +
        'export const value = [(A as any).marked, log];',
    },
    value: [
      true,
      [
        ['f', 'x'],
        ['m', 0],
      ],
    ],
  },
  {
    fact: 'fields that are assigned, by the settings',
    files: {
      'tsconfig.json': settings({ useDefineForClassFields: false, target: 'es2021' }),
      'main.ts':
        'const value: number[] = []; class P { set x(v: number) { value.push(v); } } class C extends P { x = 3; }' +
        'new C(); export { value };',
    },
    value: [3],
  },
  {
    fact: 'JSX by a pragma, without settings',
    files: { 'main.tsx': `/** @jsx h */\n${H} export const value = <a b={1}>x{2}</a>;` },
    value: ['a', { b: 1 }, ['x', 2]],
  },
  {
    fact: 'JSX by the settings',
    files: {
      'tsconfig.json': settings({ jsx: 'react', jsxFactory: 'h' }),
      'main.tsx': `${H} export const value = <p>x</p>;`,
    },
    value: ['p', null, ['x']],
  },
  {
    fact: 'paths, and files of all names',
    files: {
      'tsconfig.json': settings({ paths: { '@lib/*': ['./nowhere/*', './src/*'] } }),
      'src/a.mts': 'export const a: number = 1;',
      'src/c.cts': 'const c: number = 3; export = c;',
      'main.ts':
        "import { a } from '@lib/a.mjs'; import c from './src/c.cjs'; import type { T } from './no-such-file.js';" +
        'export const value: T = [a, c];',
    },
    value: [1, 3],
  },
];

const writeVat = (): string => {
  const folder = temporaryDirectory();
  const mains = CASES.map(({ files }, i) => {
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, `c${i}`, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const main = Object.keys(files).find((path) => path.startsWith('main.')) as string;
    return `import { value as v${i} } from './c${i}/${main}';`;
  });
  const source = join(folder, 'vat.js');
  const all = CASES.map((_, i) => `v${i}`).join(', ');
  writeFileSync(
    source,
    `${mains.join('\n')}\nexport const buildRootObject = () => Far('root', {\n` +
      `all: () => harden(JSON.parse(JSON.stringify([${all}]))) });`,
  );
  return source;
};

test.each(['v8', 'quickjs'] as const)(
  'on %s, vats run TypeScript and JSX as people write them',
  async (engine) => {
    const kernel = await openForTest({ config: { vats: { vat: { source: writeVat(), engine } } } });
    const all = (await kernel.send('vat', 'all')) as readonly unknown[];
    for (const [i, { fact, value }] of CASES.entries()) expect(all[i], fact).toEqual(value);
  },
);
