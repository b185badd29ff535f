/**
 * Evaluates the script of a bundle for one vat, on an engine whose `Function` cannot tell a function's body from more: by
 * a direct `eval` within the scopes, as SES does. SES searches each source with patterns that some engines match character
 * by character, which takes most of the time until a vat is loaded; the same is refused here without them.
 */
import type { CompileScript } from './read-bundle.js';
import { insistAllowedSource } from './refused-source.js';
import { constantsOf, lookUp, terminator } from './scopes.js';

/** The engine's own, which evaluate in the realm: taken before lockdown, and out of every vat's reach. */
export interface FeralEvaluators {
  readonly eval: (source: string) => unknown;
  readonly Function: FunctionConstructor;
}

type Evaluate = (this: object, source: string) => unknown;

/** An object that has the engine's `eval` until it is first asked for. */
const makeEvalScope = (feralEval: unknown): object => {
  const scope = Object.create(null) as object;
  return Object.defineProperty(scope, 'eval', {
    get: () => {
      Reflect.deleteProperty(scope, 'eval');
      return feralEval;
    },
    enumerable: false,
    configurable: true,
  });
};

export const evalScript =
  (feral: FeralEvaluators): CompileScript =>
  (source) => {
    insistAllowedSource(source);
    return {
      run: (global, place = (unmoved) => unmoved) => {
        const evalScope = makeEvalScope(feral.eval);
        const makeEvaluate = feral.Function(
          'with (this.terminator) { with (this.global) { with (this.evalScope) { ' +
            lookUp(constantsOf(global)) +
            "return function () { 'use strict'; return eval(arguments[0]); }; } } }",
        ) as (this: object) => Evaluate;
        const evaluate = Reflect.apply(makeEvaluate, { terminator, global, evalScope }, []);
        const placed = place(source);
        try {
          return Reflect.apply(evaluate, global, [placed]);
        } finally {
          Reflect.deleteProperty(evalScope, 'eval');
        }
      },
    };
  };
