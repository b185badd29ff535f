/**
 * Compiles the script of a bundle before there is a vat that runs it. SES compiles what it evaluates each time, which takes
 * longer than all else that a vat needs to start; here the script becomes a function, and each vat calls it with its own
 * global object.
 *
 * The text stands in the body of a class, which is strict code, within the scopes of a compartment. Behind it the class
 * uses a private name that is derived from the text's hash, so that no text can hold it. A text that closed the class would
 * leave that name without a class that declares it, which is a syntax error: so all of the text is in the class.
 */
import { CooperageError, messageOf } from '@cooperage/types';
import type { CompileScript } from './read-bundle.js';
import { insistAllowedSource } from './refused-source.js';
import { constantsOf, lookUp, terminator } from './scopes.js';

export interface CompilePowers {
  /**
   * Evaluates a script in the realm's global scope, as sloppy code. Line 1 of the text is line 1 of what stacks show, under
   * the name.
   */
  readonly evaluate: (text: string, name: string) => unknown;
  /**
   * The SHA-256, as hexadecimal digits, of the source or of a text that contains it. No author can write a source that has that
   * hash in it.
   */
  readonly hashOf: (source: string) => string;
}

interface Scopes {
  readonly terminator: object;
  readonly global: object;
}

const textFor = (source: string, constants: readonly string[], secret: string): string =>
  '(function () { with (this.terminator) { with (this.global) { ' +
  lookUp(constants) +
  `return class { static #${secret}; static script = (function () { return (${source}\n); }); ` +
  `static isWhole() { return this.#${secret} === undefined; } }; } } })`;

const bad = (problem: string, cause?: unknown): CooperageError =>
  new CooperageError('BAD_BUNDLE', `the script of the bundle ${problem}`, { cause });

/** Makes the script's class for one vat. */
type Body = (this: Scopes) => { readonly script: unknown };
type Script = (this: object) => unknown;

const makeBody = (
  { evaluate, hashOf }: CompilePowers,
  source: string,
  constants: readonly string[],
  name: string,
): Body => {
  insistAllowedSource(source);
  const hash = hashOf(source);
  if (!/^[0-9a-f]{64}$/.test(hash)) throw Error('the hash of a script must be a SHA-256');
  const text = textFor(source, constants, `x${hash}`);
  try {
    return evaluate(text, name) as Body;
  } catch (cause) {
    throw bad(`is not strict JavaScript: ${messageOf(cause)}`, cause);
  }
};

export const compileScript =
  (powers: CompilePowers): CompileScript =>
  (source, name) => {
    // By the constants that the body looks up.
    const bodies = new Map<string, Body>();
    const provideBody = (constants: readonly string[]): Body => {
      const key = constants.join();
      const body = bodies.get(key) ?? makeBody(powers, source, constants, name);
      bodies.set(key, body);
      return body;
    };
    return {
      prepare: provideBody,
      run: (global) => {
        const body = provideBody(constantsOf(global));
        const { script } = Reflect.apply(body, { terminator, global }, []);
        if (typeof script !== 'function') throw bad('is no expression');
        return Reflect.apply(script as Script, global, []);
      },
    };
  };
