import { describe, expect, it } from 'vitest';
import { makeSourceNames } from '../src/inside/source-names.js';

/** A module's source of so many lines. */
const moduleOf = (name: string, lines: number): string =>
  `${'f();\n'.repeat(lines)}//# sourceURL=${name}\n`;

const linesBefore = (placed: string): number => /^\n*/.exec(placed)?.[0].length ?? 0;

describe('the names of sources, in an engine that has none', () => {
  it('are told of by lines that no other source has', () => {
    const { place, tell } = makeSourceNames();
    const first = linesBefore(place(moduleOf('ann/a.js', 10)));
    const second = linesBefore(place(moduleOf('ann/b.js', 10)));
    const text = [
      'Error: no',
      `    at f (<input>:${first + 1}:7)`,
      `    at g (<input>:${first + 10}:1)`,
      `    at <input>:${second + 4}:12`,
    ];
    expect(tell(text.join('\n')).split('\n')).toEqual([
      'Error: no',
      '    at f (ann/a.js:1:7)',
      '    at g (ann/a.js:10:1)',
      '    at ann/b.js:4:12',
    ]);
  });

  it('are those of the vat: its surroundings, and what has no name, stay as they are', () => {
    const { place, tell } = makeSourceNames();
    const unnamed = ['1 + 1', 'f(); //# sourceURL=inline.js', '//# sourceURL=two words'];
    for (const source of unnamed) expect(place(source)).toBe(source);
    const before = linesBefore(place(moduleOf('a.js', 5)));
    for (const line of [1, before, before + 100]) {
      expect(tell(`at <input>:${line}:1`)).toBe(`at <input>:${line}:1`);
    }
    expect(tell('what a vat says of <input> is its own')).toBe(
      'what a vat says of <input> is its own',
    );
  });

  it('end where the lines before a source would cost more than they tell', () => {
    const { place, tell } = makeSourceNames();
    const placed = Array.from({ length: 100 }, (_, i) => place(moduleOf(`${i}.js`, 2_000)));
    const blank = placed.map(linesBefore);
    expect(blank[0]).toBeGreaterThan(0);
    expect(blank.at(-1)).toBe(0);
    expect(blank.reduce((sum, each) => sum + each, 0)).toBeLessThan(100_001);
    // What may be a line of one that has no name is not told to be another's.
    const [first = 0, second = 0] = blank;
    expect(tell(`at <input>:${first + 1}:2`)).toBe(`at <input>:${first + 1}:2`);
    expect(tell(`at <input>:${second + 7}:2`)).toBe('at 1.js:7:2');
  });
});
