/** The check at the door of every public function that takes options. */
import { CooperageError, isCooperageError } from '../errors.js';
import { messageOf } from '../data/foreign-value.js';
import { didYouMean } from './suggestion.js';
import {
  formatPath,
  isOptions,
  mistakeIn,
  type Mistake,
  mistakeInOptions,
  type OptionTable,
  showValue,
  type ValueRule,
} from './value-rules.js';

const badArgument = (message: string): CooperageError =>
  new CooperageError('BAD_ARGUMENT', message);

const explain = (call: string, { path, message, known }: Mistake): CooperageError => {
  if (known === undefined) {
    return badArgument(`${call}${path.length === 0 ? '' : `: ${formatPath(path)}`} ${message}`);
  }
  const hint = didYouMean(String(path.at(-1)), known);
  const all = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  return badArgument(
    `${call} has no option "${formatPath(path)}"${hint === '' ? `; ${all}` : `${hint} (${all})`}`,
  );
};

/**
 * Looks at a value of the caller's. It may be a proxy or have getters: what they throw is a mistake of the caller's.
 *
 * @throws {CooperageError} `BAD_ARGUMENT`; and what `look` throws of that class
 */
export const readGiven = <T>(call: string, what: string, look: () => T): T => {
  try {
    return look();
  } catch (thrown) {
    if (isCooperageError(thrown)) throw thrown;
    throw badArgument(`${call}: ${what} cannot be read: ${messageOf(thrown)}`);
  }
};

/**
 * Refuses options that the table does not have, values that their rules do not allow, and options without those that
 * are required. In JavaScript nothing else does: a misspelt `directory` would be a kernel in memory.
 *
 * @param call what was called, for the complaint: `openKernel`
 * @param options as they were given; `undefined` for none
 * @returns the options
 * @throws {CooperageError} `BAD_ARGUMENT`
 */
export const insistOptions = <Options>(
  call: string,
  options: Options,
  table: OptionTable,
): Options => {
  // Even whether it is an array cannot be asked of a revoked proxy.
  const given = readGiven(call, 'the options', () => (isOptions(options) ? options : undefined));
  if (options !== undefined && given === undefined) {
    throw badArgument(
      `${call}: the options must be an object, not ${showValue(options)} (it has ${Object.keys(table).join(', ')})`,
    );
  }
  const mistake = readGiven(call, 'the options', () => mistakeInOptions(table, given ?? {}));
  if (mistake !== undefined) throw explain(call, mistake);
  return options;
};

/**
 * The same for an argument that stands by itself.
 *
 * @param name the argument, for the complaint: `send: args must be an array, not "x"`
 * @throws {CooperageError} `BAD_ARGUMENT`
 */
export const insistArgument = (
  call: string,
  name: string,
  value: unknown,
  rule: ValueRule,
): void => {
  const mistake = readGiven(call, name, () => mistakeIn(rule, value, [name]));
  if (mistake !== undefined) throw explain(call, mistake);
};
