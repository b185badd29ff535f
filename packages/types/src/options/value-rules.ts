/**
 * What an option may be, as data: one rule serves the check, its complaint, the type, the flag of the command line
 * and the JSON Schema.
 */
import { clip } from '../data/clip.js';
import { LIMITS } from '../limits.js';
import { didYouMean } from './suggestion.js';

export interface WholeNumberRule {
  readonly kind: 'whole number';
  readonly least: number;
  readonly most: number;
  /** What is counted, and what 0 means: stands in brackets behind the bounds. */
  readonly note?: string;
}

export interface FlagRule {
  readonly kind: 'flag';
}

export interface ChoiceRule<Choice extends string = string> {
  readonly kind: 'choice';
  readonly of: readonly Choice[];
}

/** A text of 1 to `LIMITS.reasonLength` characters: what vats give is kept in rows and shown to people. */
export interface TextRule {
  readonly kind: 'text';
  /** For complaints: "the name of a liveslots". */
  readonly what: string;
  /** What the text must be like, where not every text will do. */
  readonly pattern?: RegExp;
}

/** A natural number that may exceed 2 ** 53: a number, a bigint, or digits. */
export interface AmountRule {
  readonly kind: 'amount';
  readonly what: string;
}

export interface FunctionRule {
  readonly kind: 'function';
}

/** An object with these methods: a port, a store, a service. */
export interface ObjectRule {
  readonly kind: 'object';
  readonly what: string;
  readonly methods?: readonly string[];
}

export interface ListRule {
  readonly kind: 'list';
  readonly of: ValueRule;
  readonly what: string;
}

/** An object whose members, by any name, all keep to one rule. */
export interface RecordRule {
  readonly kind: 'record';
  readonly of: ValueRule;
  readonly what: string;
  /** What the names must be like, where not every name will do. */
  readonly names?: NameRule;
}

export interface NameRule {
  /** Bounded, with the flag `u`. */
  readonly pattern: RegExp;
  readonly what: string;
}

/** Options within an option. */
export interface OptionsRule<Table extends OptionTable = OptionTable> {
  readonly kind: 'options';
  readonly table: Table;
  readonly what: string;
}

export interface EitherRule {
  readonly kind: 'either';
  readonly of: readonly ValueRule[];
}

/** Anything: it is checked where it is used. */
export interface AnythingRule {
  readonly kind: 'anything';
}

export interface NullRule {
  readonly kind: 'null';
}

export type ValueRule =
  | WholeNumberRule
  | FlagRule
  | ChoiceRule
  | TextRule
  | AmountRule
  | FunctionRule
  | ObjectRule
  | ListRule
  | RecordRule
  | OptionsRule
  | EitherRule
  | AnythingRule
  | NullRule;

/** One option of a table. Tables of more detail add columns. */
export interface OptionRow {
  readonly value: ValueRule;
  /** It must be given; a text says what, where the rule does not say it well. */
  readonly required?: true | string;
}

export type OptionTable = Readonly<Record<string, OptionRow>>;

/** What a value that keeps to a rule is in TypeScript. */
export type ValueOf<Rule> = Rule extends WholeNumberRule
  ? number
  : Rule extends FlagRule
    ? boolean
    : Rule extends ChoiceRule<infer Choice>
      ? Choice
      : Rule extends TextRule
        ? string
        : Rule extends AmountRule
          ? number | bigint | string
          : Rule extends OptionsRule<infer Table>
            ? { readonly [Name in keyof Table]?: ValueOf<Table[Name]['value']> }
            : unknown;

export const wholeNumber = (least: number, most: number, note?: string): WholeNumberRule => ({
  kind: 'whole number',
  least,
  most,
  ...(note !== undefined && { note }),
});
export const flag: FlagRule = { kind: 'flag' };
export const choice = <const Choice extends string>(
  ...of: readonly Choice[]
): ChoiceRule<Choice> => ({ kind: 'choice', of });
export const text = (what: string, pattern?: RegExp): TextRule => ({
  kind: 'text',
  what,
  ...(pattern !== undefined && { pattern }),
});
export const amount = (what: string): AmountRule => ({ kind: 'amount', what });
export const callback: FunctionRule = { kind: 'function' };
export const object = (what: string, ...methods: readonly string[]): ObjectRule => ({
  kind: 'object',
  what,
  methods,
});
export const listOf = (of: ValueRule, what: string): ListRule => ({ kind: 'list', of, what });
export const recordOf = (of: ValueRule, what: string, names?: NameRule): RecordRule => ({
  kind: 'record',
  of,
  what,
  ...(names !== undefined && { names }),
});
export const optionsOf = <const Table extends OptionTable>(
  table: Table,
  what: string,
): OptionsRule<Table> => ({
  kind: 'options',
  table,
  what,
});
export const either = (...of: readonly ValueRule[]): EitherRule => ({ kind: 'either', of });
export const anything: AnythingRule = { kind: 'anything' };
export const nothing: NullRule = { kind: 'null' };

const quoted = (words: readonly string[]): string =>
  words.map((each) => JSON.stringify(each)).join(' or ');

/** What the rule allows, for people: "a whole number from 1 to 1024 (deliveries)". */
export const describeRule = (rule: ValueRule): string => {
  switch (rule.kind) {
    case 'whole number':
      return `a whole number from ${rule.least} to ${rule.most}${rule.note === undefined ? '' : ` (${rule.note})`}`;
    case 'flag':
      return 'true or false';
    case 'choice':
      return quoted(rule.of);
    case 'function':
      return 'a function';
    case 'either':
      return rule.of.map(describeRule).join(', or ');
    case 'anything':
      return 'any value';
    case 'null':
      return 'null';
    default:
      return rule.what;
  }
};

const cut = (value: string): string => clip(value, 40);

/** A value as a complaint names it. Runs none of the value's own code. */
export const showValue = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(cut(value));
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? 'an array' : 'an object';
    case 'undefined':
      return 'undefined';
    default:
      return `a ${typeof value}`;
  }
};

export type Path = readonly (string | number)[];

/** What is wrong with a value, and where in it. */
export interface Mistake {
  readonly path: Path;
  /** Continues the path: "must be true or false, not 7". */
  readonly message: string;
  /** The names that there are, where the last of the path is none of them. */
  readonly known?: readonly string[];
}

/** `vats.main.window`; keys that are no names stand in brackets. */
export const formatPath = (path: Path): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number' || !/^[A-Za-z_$][\w$-]{0,80}$/.test(key)) {
      return `${text}[${JSON.stringify(typeof key === 'string' ? cut(key) : key)}]`;
    }
    return text === '' ? key : `${text}.${key}`;
  }, '');

/** An object that is neither an array nor a function: what options are given in. */
export const isOptions = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Characters as JSON Schema counts them: a pair of surrogates is one. Far too long texts are not counted out. */
const lengthOf = (value: string): number => {
  if (value.length <= LIMITS.reasonLength || value.length > 2 * LIMITS.reasonLength) {
    return value.length;
  }
  let length = 0;
  for (const _character of value) length += 1;
  return length;
};

const keepsTo = (rule: ValueRule, value: unknown): boolean => {
  switch (rule.kind) {
    case 'whole number':
      return (
        typeof value === 'number' &&
        Number.isSafeInteger(value) &&
        value >= rule.least &&
        value <= rule.most
      );
    case 'flag':
      return typeof value === 'boolean';
    case 'choice':
      return rule.of.includes(value as string);
    case 'text':
      return (
        typeof value === 'string' &&
        lengthOf(value) <= LIMITS.reasonLength &&
        value.trim() !== '' &&
        !value.includes('\0') &&
        rule.pattern?.test(value) !== false
      );
    case 'amount':
      return (
        (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) ||
        (typeof value === 'bigint' && value >= 0n) ||
        (typeof value === 'string' && /^[0-9]{1,30}$/.test(value))
      );
    case 'function':
      return typeof value === 'function';
    case 'object':
      return (
        ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
        (rule.methods ?? []).every(
          (name) => typeof (value as Record<string, unknown>)[name] === 'function',
        )
      );
    case 'list':
      return Array.isArray(value);
    case 'record':
    case 'options':
      return isOptions(value);
    case 'null':
      return value === null;
    case 'either':
    case 'anything':
      return true;
  }
};

const firstOf = (mistakes: Iterable<Mistake | undefined>): Mistake | undefined => {
  for (const mistake of mistakes) if (mistake !== undefined) return mistake;
  return undefined;
};

const mistakeInName = (
  rule: NameRule | undefined,
  name: string,
  path: Path,
): Mistake | undefined => {
  if (rule === undefined) return undefined;
  if (rule.pattern.test(name)) return undefined;
  return { path, message: `is not a valid name: ${rule.what}` };
};

function* mistakesWithin(
  rule: ValueRule,
  value: unknown,
  path: Path,
): Generator<Mistake | undefined> {
  switch (rule.kind) {
    case 'list':
      for (const [i, each] of (value as readonly unknown[]).entries()) {
        yield mistakeIn(rule.of, each, [...path, i]);
      }
      break;
    case 'record':
      for (const [name, each] of Object.entries(value as object)) {
        yield mistakeInName(rule.names, name, [...path, name]);
        yield mistakeIn(rule.of, each, [...path, name]);
      }
      break;
    case 'options':
      yield mistakeInOptions(rule.table, value as Readonly<Record<string, unknown>>, path);
      break;
    default:
  }
}

/** What is wrong with a value by its rule; undefined where nothing is. */
export const mistakeIn = (
  rule: ValueRule,
  value: unknown,
  path: Path = [],
): Mistake | undefined => {
  if (rule.kind === 'either') {
    const found = rule.of.map((each) => mistakeIn(each, value, path));
    if (found.includes(undefined)) return undefined;
    // Deeper is nearer to what was meant.
    const deeper = found.find((mistake) => (mistake as Mistake).path.length > path.length);
    return deeper ?? { path, message: `must be ${describeRule(rule)}, not ${showValue(value)}` };
  }
  if (!keepsTo(rule, value)) {
    return { path, message: `must be ${describeRule(rule)}, not ${showValue(value)}` };
  }
  return firstOf(mistakesWithin(rule, value, path));
};

/**
 * What is wrong with options by their table: a name that it does not have, a value that its rule does not allow, or
 * one that is missing. A member that is `undefined` counts as not given.
 */
export const mistakeInOptions = (
  table: OptionTable,
  options: Readonly<Record<string, unknown>>,
  path: Path = [],
): Mistake | undefined => {
  const names = Object.keys(table);
  // With what the options inherit: destructuring finds that, too.
  for (const name in options) {
    const row = Object.hasOwn(table, name) ? table[name] : undefined;
    if (row === undefined) {
      return {
        path: [...path, name],
        message: `is not a setting here${didYouMean(name, names)} (allowed: ${names.join(', ')})`,
        known: names,
      };
    }
    const value = options[name];
    const mistake = value === undefined ? undefined : mistakeIn(row.value, value, [...path, name]);
    if (mistake !== undefined) return mistake;
  }
  const missing = names.find((name) => table[name]?.required && options[name] === undefined);
  if (missing === undefined) return undefined;
  const { value, required } = table[missing] as OptionRow;
  const what = typeof required === 'string' ? required : describeRule(value);
  return { path, message: `needs "${missing}": ${what}` };
};
