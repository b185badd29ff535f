/** What a vat was doing, for people: the innermost calls on its stack. */
export interface Frame {
  /** Of the function; empty where it has none. */
  readonly name: string;
  /** `vat/bundle.js:12:3` */
  readonly place: string;
}

const SHOWN = 4;

/** Characters of a function's name: vats give their functions any. */
const NAME = 60;

const show = ({ name, place }: Frame): string =>
  name === '' ? place : `${name.slice(0, NAME)} (${place})`;

/** `spin (vat.js:3:7), called from serve (vat.js:9:5)`; undefined where there is nothing to tell. */
export const describeFrames = (frames: readonly Frame[]): string | undefined =>
  frames.length === 0 ? undefined : frames.slice(0, SHOWN).map(show).join(', called from ');

/** The frames that the lines of a stack name: `    at spin (vat/bundle.js:12:3)`. */
export const framesOfStack = (stack: string): Frame[] =>
  stack.split('\n').flatMap((line) => {
    const [, name = '', place] = /^\s*at (?:(.+?) \()?(\S+:\d+:\d+)\)?$/.exec(line) ?? [];
    return place === undefined ? [] : [{ name: name === '<anonymous>' ? '' : name, place }];
  });
