/** How the prompt prints results and errors. */
import { inspect } from 'node:util';
import { codeOf, isError, messageOf } from '@cooperage/types';
import type { RejectionError } from '../../host/rejections/rejections.js';
import { formatError } from '../report-error.js';
import { harmless } from '../text/words.js';
import type { ReplWorld } from './world.js';

const MOST_DEPTH = 20;

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** The value with a text in place of each reference, which is printed without quotes. */
const withTexts = (value: unknown, describe: ReplWorld['describe'], depth: number): unknown => {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return value;
  const text = describe(value);
  if (text !== undefined) return { [inspect.custom]: () => text };
  if (depth === MOST_DEPTH) return value;
  if (Array.isArray(value)) return value.map((each) => withTexts(each, describe, depth + 1));
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withTexts(each, describe, depth + 1)]),
  );
};

export const showValue = (value: unknown, describe: ReplWorld['describe']): string =>
  inspect(withTexts(value, describe, 0), { depth: 6, breakLength: 100 });

const MARKS = ['vat', 'vatID', 'service', 'reasonCode', 'errorId'] as const;

/** An error with its code, and with what names the failure in the logs of the kernel. */
export const showError = (thrown: unknown, describe: ReplWorld['describe']): string => {
  if (!isError(thrown)) return `rejected with ${showValue(thrown, describe)}`;
  if (codeOf(thrown) === undefined) {
    const { name } = thrown;
    return harmless(`${typeof name === 'string' ? name : 'Error'}: ${messageOf(thrown)}`);
  }
  const marks = MARKS.flatMap((name) => {
    const value = (thrown as Partial<RejectionError>)[name];
    return typeof value === 'string' ? [`${name} ${value}`] : [];
  });
  const lines = formatError(thrown, false);
  return [...lines, ...(marks.length === 0 ? [] : [`  ${marks.join(', ')}`])]
    .map(harmless)
    .join('\n');
};
