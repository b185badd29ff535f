/** Flags of the command line, made from tables of settings. */
import { didYouMean, type ValueRule } from '@cooperage/types';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** A row of `KERNEL_SETTINGS` or `VAT_OPTIONS`, as far as a flag needs it. */
export interface FlagRow {
  readonly value: ValueRule;
  readonly meaning: string;
  readonly default?: number | boolean | string;
  readonly unlessGiven?: string;
}

export type FlagTable = Readonly<Record<string, FlagRow>>;

/** Flags that are not named as their setting is. */
const NAMES: Readonly<Record<string, string>> = { maxVatsOnline: 'max-online' };

/** `crankTimeLimit` is `--crank-time-limit`. */
export const flagName = (setting: string): string =>
  NAMES[setting] ?? setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^[0-9]+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };

const oneOf =
  (known: readonly string[]) =>
  (text: string): string => {
    if (known.includes(text)) return text;
    throw new InvalidArgumentError(
      `Allowed choices are ${known.join(', ')}${didYouMean(text, known) || '.'}`,
    );
  };

const plainText = (text: string): string => text.replaceAll('`', '');

const describe = (
  { meaning, default: usual, unlessGiven }: FlagRow,
  isDefault: boolean,
): string => {
  const otherwise = unlessGiven ?? (usual === undefined ? undefined : String(usual));
  return plainText(
    isDefault && otherwise !== undefined ? `${meaning} (default: ${otherwise})` : meaning,
  );
};

/** A flag as help and documentation show it. */
export const flagText = (name: string, rule: ValueRule): string => {
  const flag = flagName(name);
  switch (rule.kind) {
    case 'flag':
      return `--${flag}`;
    case 'whole number':
      return `--${flag} <n>`;
    default:
      return `--${flag} <${flag}>`;
  }
};

const optionsFor = (name: string, row: FlagRow, isDefault: boolean): Option[] => {
  const { value: rule } = row;
  const shown = flagText(name, rule);
  const text = describe(row, isDefault);
  switch (rule.kind) {
    case 'flag':
      return [new Option(shown, text), new Option(`--no-${flagName(name)}`).hideHelp()];
    case 'whole number':
      return [new Option(shown, text).argParser(wholeNumber(rule.least, rule.most))];
    case 'choice':
      return [new Option(shown, `${text} (${rule.of.join(', ')})`).argParser(oneOf(rule.of))];
    default:
      return [new Option(shown, text)];
  }
};

/**
 * Adds a flag for each setting of a table.
 * @param isDefault the flag's help says what holds without it
 */
export const addFlags = (command: Command, table: FlagTable, isDefault: boolean): Command => {
  for (const [name, row] of Object.entries(table)) {
    for (const option of optionsFor(name, row, isDefault)) command.addOption(option);
  }
  return command;
};

/** The settings that were given as flags, by the names of the table. */
export const settingsFrom = (
  given: Readonly<Record<string, unknown>>,
  table: FlagTable,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.keys(table).flatMap((name) => {
      const value = given[new Option(`--${flagName(name)}`).attributeName()];
      return value === undefined ? [] : [[name, value]];
    }),
  );
