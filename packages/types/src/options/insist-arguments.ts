/** The check at the door of functions that take more than options. */
import { CooperageError } from '../errors.js';
import { insistArgument, insistOptions } from './insist-options.js';
import { type OptionTable, showValue, text, type ValueRule } from './value-rules.js';

/** An argument by its rule; one that is an object of options by its table. */
export type Argument =
  | { readonly name: string; readonly rule: ValueRule; readonly mayLack?: true }
  | {
      readonly table: OptionTable;
      /** Without any of its options the call does nothing. */
      readonly isNeeded?: true;
    };

/** The argument with which functions on a kernel or a store begin. */
export const DIRECTORY: Argument = { name: 'directory', rule: text('the path of a directory') };

/** What `Array.prototype.map` and its like pass beside the element. */
const isOfIteration = ([, index, array]: readonly unknown[]): boolean =>
  typeof index === 'number' && Array.isArray(array);

/** An argument more than a call takes would be lost without a word, and with it the option that it is meant to be. */
const insistNoMore = (
  call: string,
  expected: readonly Argument[],
  args: readonly unknown[],
): void => {
  if (args.slice(expected.length).every((each) => each === undefined)) return;
  if (expected.length === 1 && isOfIteration(args)) return;
  const names = expected.map((each) => ('table' in each ? 'options' : each.name)).join(', ');
  throw new CooperageError(
    'BAD_ARGUMENT',
    `${call} takes (${names}): argument ${expected.length + 1} is superfluous: ${showValue(args[expected.length])}`,
  );
};

const insistSome = (call: string, options: unknown, table: OptionTable): void => {
  if (options !== undefined) return;
  throw new CooperageError(
    'BAD_ARGUMENT',
    `${call} needs an object with options: ${Object.keys(table).join(', ')}`,
  );
};

/**
 * @param call what was called, for the complaint: `exportKernel`
 * @param expected the arguments in their order
 * @throws {CooperageError} `BAD_ARGUMENT`, which names call and argument; also where there are more than expected
 */
export const insistArguments = (
  call: string,
  expected: readonly Argument[],
  args: readonly unknown[],
): void => {
  insistNoMore(call, expected, args);
  for (const [i, argument] of expected.entries()) {
    if ('table' in argument) {
      if (argument.isNeeded === true) insistSome(call, args[i], argument.table);
      insistOptions(call, args[i], argument.table);
    } else if (args[i] !== undefined || argument.mayLack !== true) {
      insistArgument(call, argument.name, args[i], argument.rule);
    }
  }
};
