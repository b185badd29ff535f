/**
 * JSON with places: where the text is wrong, and where each value stands, so that a mistake found later
 * can be shown at its line. Refuses a key that is given twice, which `JSON.parse` lets pass.
 */

/** A mistake in the text, at a character. */
export class JsonTextError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'JsonTextError';
    this.offset = offset;
  }
}

export interface JsonText {
  readonly value: unknown;
  /** Where the value at this path begins; for a path that leads nowhere, the nearest value around it. */
  readonly offsetOf: (path: readonly (string | number)[]) => number;
}

interface Place {
  readonly offset: number;
  readonly children: Map<string | number, Place>;
}

const BLANK = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// eslint-disable-next-line no-control-regex -- JSON allows no control characters in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** Deeper than any config can be; the parser's own stack is deep enough for it. */
const DEEPEST = 1_000;

/** @throws {JsonTextError} */
export const parseJsonText = (text: string): JsonText => {
  let at = 0;

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const skip = (): void => void match(BLANK);
  const wrong = (expected: string): JsonTextError => {
    const found = at < text.length ? JSON.stringify(text[at]) : 'the end of the file';
    return new JsonTextError(`expected ${expected}, found ${found}`, at);
  };

  const string = (what: string): string => {
    const literal = match(STRING);
    if (literal !== undefined) return JSON.parse(literal) as string;
    if (text[at] === "'") throw new JsonTextError('strings must be in double quotes', at);
    if (text[at] === '"') {
      throw new JsonTextError(
        'this string does not end on its line, or has an escape that JSON does not allow',
        at,
      );
    }
    throw wrong(what);
  };

  /** A comma, or the end of the list; a comma just before the end is a mistake of its own. */
  const more = (end: string, what: string): boolean => {
    skip();
    if (text[at] === end) {
      at += 1;
      return false;
    }
    if (text[at] !== ',') throw wrong(`"," or "${end}" after ${what}`);
    const comma = at;
    at += 1;
    skip();
    if (text[at] === end) throw new JsonTextError(`a "," before "${end}"`, comma);
    return true;
  };

  const object = (children: Place['children']): Record<string, unknown> => {
    const entries = new Map<string, unknown>();
    at += 1;
    skip();
    if (text[at] === '}') {
      at += 1;
      return {};
    }
    do {
      const keyAt = at;
      const key = string('a key in double quotes');
      if (entries.has(key)) {
        throw new JsonTextError(`the key ${JSON.stringify(key)} is given twice`, keyAt);
      }
      skip();
      if (text[at] !== ':') throw wrong('":" after the key');
      at += 1;
      entries.set(key, value(key, children));
    } while (more('}', 'a value'));
    return Object.fromEntries(entries);
  };

  const array = (children: Place['children']): unknown[] => {
    const items: unknown[] = [];
    at += 1;
    skip();
    if (text[at] === ']') {
      at += 1;
      return items;
    }
    do items.push(value(items.length, children));
    while (more(']', 'a value'));
    return items;
  };

  const word = (): unknown => {
    for (const [literal, meaning] of WORDS) {
      if (text.startsWith(literal, at)) {
        at += literal.length;
        return meaning;
      }
    }
    if (text.startsWith('//', at) || text.startsWith('/*', at)) {
      throw new JsonTextError('JSON has no comments', at);
    }
    throw wrong('a value');
  };

  let depth = 0;
  const inside = <T>(parse: () => T): T => {
    if (depth === DEEPEST) {
      throw new JsonTextError(`arrays and objects are nested more than ${DEEPEST} deep`, at);
    }
    depth += 1;
    const parsed = parse();
    depth -= 1;
    return parsed;
  };

  const value = (key: string | number, siblings: Place['children']): unknown => {
    skip();
    const place: Place = { offset: at, children: new Map() };
    siblings.set(key, place);
    if (text[at] === '{') return inside(() => object(place.children));
    if (text[at] === '[') return inside(() => array(place.children));
    if (text[at] === '"') return string('a string');
    const number = match(NUMBER);
    return number === undefined ? word() : Number(number);
  };

  // A byte order mark is no part of the text.
  if (text.startsWith('\ufeff')) at = 1;
  const top: Place['children'] = new Map();
  const parsed = value('', top);
  skip();
  if (at < text.length) throw wrong('the end of the file');

  const root = top.get('') as Place;
  return {
    value: parsed,
    offsetOf: (path) => {
      let here = root;
      for (const key of path) {
        const next = here.children.get(key);
        if (next === undefined) break;
        here = next;
      }
      return here.offset;
    },
  };
};

/** `line:column`, both from 1. */
export const formatPlace = (text: string, offset: number): string => {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1) as string).length + 1}`;
};
