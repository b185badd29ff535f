/** The check at the door of functions that take more than options. */
import { insistArgument, insistOptions } from './insist-options.js';
import { type OptionTable, text, type ValueRule } from './value-rules.js';

/** An argument by its rule; one that is an object of options by its table. */
export type Argument =
  | { readonly name: string; readonly rule: ValueRule; readonly mayLack?: true }
  | { readonly table: OptionTable };

/** The argument with which functions on a kernel or a store begin. */
export const DIRECTORY: Argument = { name: 'directory', rule: text('the path of a directory') };

/**
 * @param call what was called, for the complaint: `exportKernel`
 * @param expected the arguments in their order
 * @throws {CooperageError} `BAD_ARGUMENT`, which names call and argument
 */
export const insistArguments = (
  call: string,
  expected: readonly Argument[],
  args: readonly unknown[],
): void => {
  for (const [i, argument] of expected.entries()) {
    if ('table' in argument) insistOptions(call, args[i], argument.table);
    else if (args[i] !== undefined || argument.mayLack !== true) {
      insistArgument(call, argument.name, args[i], argument.rule);
    }
  }
};
