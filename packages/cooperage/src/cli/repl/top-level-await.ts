/** Code as it was typed becomes a script: with `await`, and names that stay for the next line. */
import { parse, type Pattern, type Program } from 'acorn';

/** Where a statement stands in the text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

type Statement = Program['body'][number];

const namesIn = (pattern: Pattern): string[] => {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : namesIn(element)));
    case 'RestElement':
      return namesIn(pattern.argument);
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    default:
      return [];
  }
};

/** A declaration as an assignment, since its names are declared outside of the function that awaits. */
const asAssignment = (statement: Statement, textOf: (span: Span) => string): string | undefined => {
  if (statement.type === 'VariableDeclaration') {
    const each = statement.declarations.map(({ id, init }) =>
      init ? `(${textOf(id)} = ${textOf(init)})` : `(${textOf(id)} = undefined)`,
    );
    return `void (${each.join(', ')});`;
  }
  if (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration') {
    return `${statement.id.name} = ${textOf(statement)};`;
  }
  return undefined;
};

const declaredBy = (statement: Statement): string[] => {
  if (statement.type === 'VariableDeclaration') {
    return statement.declarations.flatMap(({ id }) => namesIn(id));
  }
  return statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration'
    ? [statement.id.name]
    : [];
};

const hasOnlyPlainCode = (code: string): boolean => {
  try {
    parse(code, { ecmaVersion: 'latest' });
    return true;
  } catch {
    return false;
  }
};

export interface Script {
  readonly code: string;
  /** The script gives a promise for `{ value }` instead of the value. */
  readonly awaits: boolean;
}

/** @throws {SyntaxError} with the place, for code that is none */
export const toScript = (typed: string): Script => {
  // What begins with a brace is meant as an object, where it can be one.
  const asObject = `(${typed.trim()}\n)`;
  const code = /^\s*\{/.test(typed) && hasOnlyPlainCode(asObject) ? asObject : typed;
  if (!code.includes('await') || hasOnlyPlainCode(code)) {
    parse(code, { ecmaVersion: 'latest' });
    return { code, awaits: false };
  }
  const { body } = parse(code, { ecmaVersion: 'latest', allowAwaitOutsideFunction: true });
  const textOf = ({ start, end }: Span): string => code.slice(start, end);
  const names = body.flatMap(declaredBy);
  const lines = body.map((statement, i) => {
    if (statement.type === 'ExpressionStatement' && i === body.length - 1) {
      return `return { value: (${textOf(statement.expression)}\n) };`;
    }
    return asAssignment(statement, textOf) ?? textOf(statement);
  });
  const declared = names.length === 0 ? '' : `var ${[...new Set(names)].join(', ')};\n`;
  return { code: `${declared}(async () => {\n${lines.join('\n')}\n})()`, awaits: true };
};

/** Whether more lines can make it whole. */
export const isUnfinished = (error: unknown, code: string): boolean => {
  if (!(error instanceof SyntaxError)) return false;
  const { raisedAt } = error as SyntaxError & { readonly raisedAt?: number };
  return (
    /Unterminated (template|comment)/.test(error.message) ||
    (raisedAt !== undefined && raisedAt >= code.trimEnd().length && !/string/.test(error.message))
  );
};
