import { DEFAULTS } from './defaults.js';
import { LIMITS } from './limits.js';
import { VAT_OPTION_NAMES, vatOption, type VatOptionRow } from './options/vat-options.js';

const BEGIN = '<!-- limits: made by `npm run docs:limits` from packages/types/src -->';
const END = '<!-- end of limits -->';

/** The texts of the two files whose comments say what their constants are. */
export interface LimitSources {
  /** packages/types/src/limits.ts */
  readonly limits: string;
  /** packages/types/src/defaults.ts */
  readonly defaults: string;
}

type Values = Readonly<Record<string, number | string | boolean>>;

const formatValue = (value: number | string | boolean): string =>
  typeof value === 'number' ? value.toLocaleString('en-US') : `\`${value}\``;

/** What the comment directly above a member says, on one line; undefined where there is none. */
const commentOn = (source: string, name: string): string | undefined => {
  const member = source.indexOf(`\n  ${name}:`);
  const opened = source.lastIndexOf('/**', member);
  const closed = source.indexOf('*/', opened);
  if (member === -1 || opened === -1 || source.slice(closed + 2, member).trim() !== '') {
    return undefined;
  }
  return source
    .slice(opened + 3, closed)
    .split('\n')
    .map((line) => line.trim().replace(/^\* ?/, ''))
    .join(' ')
    .trim();
};

const meaningOf = (source: string, name: string): string => {
  const comment = commentOn(source, name);
  if (comment === undefined) throw new Error(`no comment says what ${name} is`);
  return comment;
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, i) => (i === 1 ? '---:' : '---')), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`)
    .join('');

const constants = (source: string, values: Values, names: readonly string[]): string =>
  table(
    ['name', 'value', 'of what'],
    names.map((name) => [`\`${name}\``, formatValue(values[name] ?? ''), meaningOf(source, name)]),
  );

const range = ({ value }: VatOptionRow): string =>
  value.kind === 'whole number'
    ? `${formatValue(value.least)} to ${formatValue(value.most)}${value.note === undefined ? '' : ` (${value.note})`}`
    : '';

const budgets = (): string =>
  table(
    ['option', 'default', 'may be', 'meaning'],
    VAT_OPTION_NAMES.map((name) => [name, vatOption(name)] as const)
      .filter(([, row]) => row.value.kind === 'whole number')
      .map(([name, row]) => [
        `\`${name}\``,
        row.unlessGiven ?? formatValue(row.default ?? ''),
        range(row),
        row.meaning,
      ]),
  );

const tables = ({ limits, defaults }: LimitSources): string => `Fixed, in \`LIMITS\`:

${constants(limits, LIMITS, Object.keys(LIMITS))}
Limits of one vat, as options (\`VAT_OPTIONS\`):

${budgets()}
Other values that hold unless the configuration sets them (\`DEFAULTS\`):

${constants(
  defaults,
  DEFAULTS,
  Object.keys(DEFAULTS).filter((name) => commentOn(defaults, name) !== undefined),
)}`;

/**
 * @param page docs/security.md as it is
 * @returns the page with the limits as the code has them
 */
export const withLimits = (page: string, sources: LimitSources): string => {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from === -1 || to < from) throw new Error('the page has no place for the limits');
  return `${page.slice(0, from)}${BEGIN}\n\n${tables(sources)}\n${page.slice(to)}`;
};
