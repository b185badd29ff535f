/** Completion: vats and variables as Node completes them, and methods as the object itself names them. */
import type { CompleterResult } from 'node:readline';
import { runInThisContext } from 'node:vm';
import type { ReplWorld } from './world.js';

export type Completer = (
  line: string,
  done: (error: Error | null, result?: CompleterResult) => void,
) => void;

/** A name, properties of it by names: nothing that runs code. */
const PATH = String.raw`[\w$]+(?:\.[\w$]+|\[(?:'[^']*'|"[^"]*")\])*`;
const IN_E = new RegExp(String.raw`\bE\(\s*(${PATH})\s*\)\.([\w$]*)$`);
const DIRECT = new RegExp(String.raw`(${PATH})\.([\w$]*)$`);

const NAMES = /[\w$]+(?:\??\.[\w$]*)*$/;

const valueOf = (path: string): unknown => {
  try {
    return runInThisContext(path);
  } catch {
    return undefined;
  }
};

export const makeCompleter = (
  { describe, methodsOf, isCalledDirectly }: ReplWorld,
  standard: Completer,
): Completer => {
  const methods = new WeakMap<object, Promise<readonly string[]>>();

  const find = (line: string): { readonly target: object; readonly begun: string } | undefined => {
    const [, path, begun] = IN_E.exec(line) ?? (isCalledDirectly ? DIRECT.exec(line) : null) ?? [];
    if (path === undefined || begun === undefined) return undefined;
    const target = valueOf(path);
    const isObject = typeof target === 'object' || typeof target === 'function';
    if (!isObject || target === null || describe(target) === undefined) return undefined;
    return { target, begun };
  };

  const ask = async (target: object): Promise<readonly string[]> => {
    const asked = methods.get(target) ?? methodsOf(target);
    methods.set(target, asked);
    try {
      return await asked;
    } catch {
      // An object that does not tell has nothing to complete.
      methods.delete(target);
      return [];
    }
  };

  return (line, done) => {
    const found = find(line);
    if (found === undefined) {
      // Node looks at no name inside of a call: it is given what comes after the parenthesis.
      const tail = line.startsWith('.') ? line : (NAMES.exec(line)?.[0] ?? line);
      standard(tail, done);
      return;
    }
    const { target, begun } = found;
    void ask(target).then((names) => {
      const fitting = names
        .filter((name) => name.startsWith(begun) && !name.startsWith('__'))
        .map((name) => `${name}(`);
      done(null, [fitting, begun]);
    });
  };
};
