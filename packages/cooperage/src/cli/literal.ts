/** Arguments of a message as they stand on a command line: JSON, or the literals of JavaScript. */
import { type Expression, parse } from 'acorn';
import { messageOf } from '@cooperage/types';
import { usageError } from './report-error.js';

const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['undefined', undefined],
  ['NaN', NaN],
  ['Infinity', Infinity],
]);

/** What needs no quotes: `ann`, `ann@example.com`, `2024-01-31`. */
const WORD = /^[\p{L}_][\p{L}\p{N}_.@:/-]*$/u;

class NotPlain extends Error {}

const refuse = (what: string): never => {
  throw new NotPlain(`${what} is not plain data`);
};

const keyOf = (key: { readonly type: string }): string => {
  if (key.type === 'Identifier') return (key as unknown as { readonly name: string }).name;
  if (key.type === 'Literal') return String((key as unknown as { readonly value: unknown }).value);
  return refuse('a computed name');
};

const negate = (value: unknown): unknown => {
  if (typeof value === 'number') return -value;
  return typeof value === 'bigint' ? -value : refuse('the minus before this');
};

const valueOf = (node: Expression): unknown => {
  switch (node.type) {
    case 'Literal':
      if (node.bigint !== undefined && node.bigint !== null) return BigInt(node.bigint);
      return 'regex' in node && node.regex !== undefined
        ? refuse('a regular expression')
        : node.value;
    case 'TemplateLiteral':
      return node.expressions.length === 0
        ? node.quasis.map(({ value }) => value.cooked).join('')
        : refuse('a template with expressions');
    case 'Identifier':
      return CONSTANTS.has(node.name) ? CONSTANTS.get(node.name) : refuse(node.name);
    case 'UnaryExpression':
      return node.operator === '-'
        ? negate(valueOf(node.argument))
        : refuse(`the operator ${node.operator}`);
    case 'ArrayExpression':
      return node.elements.map((element) =>
        element === null || element.type === 'SpreadElement'
          ? refuse('a hole or spread')
          : valueOf(element),
      );
    case 'ObjectExpression':
      return Object.fromEntries(
        node.properties.map((property) =>
          property.type === 'Property' && property.kind === 'init' && !property.computed
            ? [keyOf(property.key), valueOf(property.value)]
            : refuse('a computed name, method or spread'),
        ),
      );
    default:
      return refuse(`this (${node.type})`);
  }
};

/**
 * @returns the value of a literal; a plain word that is none stands for itself
 * @throws {CooperageError} `BAD_ARGUMENT`
 */
export const parseLiteral = (text: string): unknown => {
  if (WORD.test(text) && !CONSTANTS.has(text) && !['true', 'false', 'null'].includes(text)) {
    return text;
  }
  try {
    const { body } = parse(`(${text}\n)`, { ecmaVersion: 'latest' });
    const [statement] = body;
    return statement?.type === 'ExpressionStatement' && body.length === 1
      ? valueOf(statement.expression)
      : refuse('more than one value');
  } catch (error) {
    throw usageError(
      `${text}: ${messageOf(error)}; an argument is JSON or a JavaScript literal, such as 5, 5n, '"a text"' or '{ name: "ann" }'`,
    );
  }
};
