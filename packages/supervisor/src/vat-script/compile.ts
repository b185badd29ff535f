/**
 * Compiles the script of a bundle once for all vats of a thread. SES compiles what it evaluates each time, which takes
 * longer than all else that a vat needs to start; here the script becomes a function, and each vat calls it with its own
 * global object.
 */
import { CooperageError, messageOf } from '@cooperage/types';
import type { CompileScript } from './read-bundle.js';
import { insistAllowedSource } from './refused-source.js';
import { constantsOf, lookUp, terminator } from './scopes.js';

/**
 * Compiles the text of a function's body, and must see to it that it is one. Line 1 of the text is line 1 of what stacks
 * show, under the name.
 */
export type CompileBody = (body: string, name: string) => () => unknown;

interface Scopes {
  readonly terminator: object;
  readonly global: object;
}

/** A name that the source does not have: none of its own is hidden. */
const nameFor = (source: string): string => {
  let name = '$script';
  while (source.includes(name)) name += '$';
  return name;
};

const functionFor = (source: string, name: string): string =>
  `function ${name}() { 'use strict'; return (${source}\n); }`;

/**
 * Nothing of it runs but the `return`: what follows a source that closes the function early does not run either, and the
 * function that comes back has another text then.
 */
const bodyFor = (source: string, constants: readonly string[]): string => {
  const name = nameFor(source);
  return (
    'with (this.terminator) { with (this.global) { ' +
    lookUp(constants) +
    `return ${name}; ${functionFor(source, name)} } }`
  );
};

const { toString: functionText } = Function.prototype as { toString: (this: unknown) => string };

const textOf = (value: unknown): string =>
  typeof value === 'function' ? functionText.call(value) : '';

const bad = (problem: string, cause?: unknown): CooperageError =>
  new CooperageError('BAD_BUNDLE', `the script of the bundle ${problem}`, { cause });

type Script = (this: object) => unknown;
/** Makes the script's function for one vat. */
type Body = (this: Scopes) => Script;

const makeBody = (
  compileBody: CompileBody,
  source: string,
  constants: string[],
  name: string,
): Body => {
  insistAllowedSource(source);
  try {
    return compileBody(bodyFor(source, constants), name) as Body;
  } catch (cause) {
    throw bad(`is not strict JavaScript: ${messageOf(cause)}`, cause);
  }
};

export const compileScript =
  (compileBody: CompileBody): CompileScript =>
  (source, name) => {
    // By the constants that the body looks up.
    const bodies = new Map<string, Body>();
    return {
      run: (global) => {
        const constants = constantsOf(global);
        const key = constants.join();
        const known = bodies.get(key);
        const body = known ?? makeBody(compileBody, source, constants, name);
        const script = Reflect.apply(body, { terminator, global }, []);
        // A body has one function to return: what is true of it for one vat is true for all.
        if (known === undefined) {
          if (textOf(script) !== functionFor(source, nameFor(source)))
            throw bad('is no expression');
          bodies.set(key, body);
        }
        return Reflect.apply(script, global, []);
      },
    };
  };
