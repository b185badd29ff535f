/**
 * The engine calls whatever is evaluated `<input>`, and reads no `//# sourceURL=`. So that stacks name modules all the
 * same, each named source begins at a line that no other has: blank lines before it, as many as the others take.
 */
const MARK = '//# sourceURL=';
/** Code that the engine's own surroundings evaluate has few lines: none of them is taken for a vat's. */
const FIRST = 300;
/**
 * So many blank lines for all sources of a vat: they are searched for what a compartment may not evaluate, like all else,
 * at half a microsecond for each. What is evaluated after that, the dependencies of dependencies, stays nameless.
 */
const BLANK = 100_000;

/** More than a name is long. The engine's own search from the end of a long text takes a microsecond a character. */
const TAIL = 1_000;

/** What a source says at its end that it is called. */
const nameOf = (source: string): string | undefined => {
  const tail = source.slice(-TAIL);
  const at = tail.lastIndexOf(MARK);
  if (at < 0 || (at > 0 && tail[at - 1] !== '\n')) return undefined;
  const rest = tail.slice(at + MARK.length).trim();
  return rest === '' || /\s/.test(rest) ? undefined : rest;
};

const countLines = (source: string): number => {
  let lines = 1;
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) lines += 1;
  return lines;
};

export interface SourceNames {
  /** A transform for compartments: moves a named source to lines of its own. */
  readonly place: (source: string) => string;
  /** A text in which lines of named sources have their names, and the numbers that they have there. */
  readonly tell: (text: string) => string;
}

export const makeSourceNames = (): SourceNames => {
  const places: { readonly before: number; readonly name: string }[] = [];
  let next = FIRST;
  let spent = 0;
  /** The most lines of a source that is nameless: a line up to there may be one of its. */
  let longest = FIRST;
  return {
    place: (source) => {
      const name = nameOf(source);
      const lines = countLines(source);
      const before = next;
      if (name === undefined || spent + before > BLANK) {
        longest = Math.max(longest, lines);
        return source;
      }
      spent += before;
      next += lines;
      places.push({ before, name });
      return '\n'.repeat(before) + source;
    },
    tell: (text) => {
      if (!text.includes('<input>:')) return text;
      return text.replace(/<input>:(\d+)/g, (all, digits: string) => {
        const line = Number(digits);
        if (line <= longest || line > next) return all;
        for (let i = places.length - 1; i >= 0; i -= 1) {
          const { before, name } = places[i] as (typeof places)[number];
          if (line > before) return `${name}:${line - before}`;
        }
        return all;
      });
    },
  };
};
