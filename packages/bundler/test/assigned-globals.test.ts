import { expect, test } from 'vitest';
import { parse, walk } from '../src/inside/code/syntax.js';
import { makeAssignedGlobals } from '../src/inside/globals/assigned.js';

const namesOf = (text: string): string[] => {
  const { program } = parse('program.js', text, { lang: 'js', sourceType: 'script' });
  const globals = makeAssignedGlobals();
  for (const { node } of walk(program)) globals.visit(node);
  return globals.names();
};

test.each([
  ['globalThis.Able = 1; self["Baker"] = 2;', ['Able', 'Baker']],
  ['const key = "Able"; const root = globalThis; root[key] = 1;', ['Able']],
  ['function getRoot() { return other || globalThis; } getRoot().Able = 1;', ['Able']],
  [
    'let held; const get = () => held || (held = globalThis); const own = get(); own.Able = 1;',
    ['Able'],
  ],
  ['const own = {}; own.Able = 1; const a = globalThis; a.Baker = 1;', []],
])('of %s, these are properties of the global object: %j', (text, names) => {
  expect(namesOf(text)).toEqual(names);
});

test('variables that may each have the value of each other are followed once', () => {
  const all = Array.from({ length: 60 }, (_, i) => `held${i}`);
  const assignments = all.flatMap((to) => all.map((from) => `${to} = cond ? ${from} : ${from}();`));
  expect(namesOf(`${assignments.join('')} held0 = globalThis; held59.Able = 1;`)).toEqual(['Able']);
});
