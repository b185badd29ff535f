/** Tables of the documentation, made from the tables by which settings are checked. */
import {
  CHANGEABLE_VAT_OPTIONS,
  describeRule,
  type OptionPlace,
  type ValueRule,
  VAT_OPTION_NAMES,
  vatOption,
  type VatOptionRow,
} from '@cooperage/types';
import {
  BUNDLE_SETTINGS,
  CONFIG_SETTINGS,
  KERNEL_SETTINGS,
  METER_SETTINGS,
  OVERRIDES,
  type SettingRow,
  VAT_SETTINGS,
} from './settings.js';
import { GATEWAY_CONFIG, GATEWAY_LIMITS } from './gateway-settings.js';
import { flagText } from '../cli/setting-flags.js';

const COMMAND =
  'made by `npm run docs:settings` from packages/types/src/options and packages/cooperage/src/config';

type Cells = readonly string[];

const formatTable = (head: Cells, rows: readonly Cells[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`)
    .join('');

type Row = Pick<SettingRow, 'value' | 'required' | 'default' | 'unlessGiven' | 'meaning'>;

const otherwise = ({ required, default: usual, unlessGiven }: Row): string => {
  if (required !== undefined) return 'must be given';
  if (unlessGiven !== undefined) return unlessGiven;
  return usual === undefined ? '' : `\`${JSON.stringify(usual)}\``;
};

/** Pages with such tables. */
export const PAGES = [
  'packages/cooperage/README.md',
  'packages/gateway/README.md',
  'docs/cli.md',
  'docs/gateway.md',
] as const;

const numbers = (text: string): string =>
  text.replace(/\b[0-9]{5,}\b/g, (digits) => Number(digits).toLocaleString('en-US'));

const allowed = (value: ValueRule): string =>
  value.kind === 'choice'
    ? value.of.map((each) => `\`${each}\``).join(', ')
    : numbers(describeRule(value));

const settings = (table: Readonly<Record<string, Row>>): string =>
  formatTable(
    ['setting', 'what it is', 'what it may be', 'unless given'],
    Object.entries(table).map(([name, row]) => [
      `\`${name}\``,
      row.meaning,
      allowed(row.value),
      otherwise(row),
    ]),
  );

const PLACES: Readonly<Record<OptionPlace, string>> = {
  config: 'a vat of the config',
  default: 'the top level of the config',
  host: 'the host’s `createVat`',
  vat: 'a vat’s `createVat`',
  fork: '`fork`',
};

const where = ({ where: places }: VatOptionRow): string =>
  places.length === Object.keys(PLACES).length
    ? 'everywhere'
    : places.map((place) => PLACES[place]).join(', ');

const isChangeable = (name: string): boolean =>
  (CHANGEABLE_VAT_OPTIONS as readonly string[]).includes(name);

const vatOptions = (): string =>
  formatTable(
    ['option', 'what it is', 'what it may be', 'unless given', 'where', 'may be changed'],
    VAT_OPTION_NAMES.map((name) => {
      const row = vatOption(name);
      const engine = row.engine === undefined ? '' : ` (engine \`${row.engine}\` only)`;
      const other =
        row.otherLiveslots === undefined ? '' : `; on another liveslots \`${row.otherLiveslots}\``;
      return [
        `\`${name}\``,
        `${row.meaning}${engine}`,
        allowed(row.value),
        `${otherwise(row)}${other}`,
        where(row),
        isChangeable(name) ? 'yes' : 'no',
      ];
    }),
  );

const gatewayLimits = (): string =>
  formatTable(
    ['limit', 'of one client', 'unless given', 'beyond it'],
    Object.entries(GATEWAY_LIMITS).map(([name, row]) => [
      `\`${name}\``,
      row.meaning,
      row.default.toLocaleString('en-US'),
      row.beyond,
    ]),
  );

const flags = (): string =>
  formatTable(
    ['option', ''],
    Object.entries(OVERRIDES).map(([name, row]) => {
      const usual = otherwise(row);
      return [
        `\`${flagText(name, row.value)}\``,
        usual === '' ? row.meaning : `${row.meaning} (unless given: ${usual})`,
      ];
    }),
  );

/** The tables by their names in the markers. */
const TABLES: Readonly<Record<string, () => string>> = {
  'settings of the kernel': () => settings({ ...CONFIG_SETTINGS, ...KERNEL_SETTINGS }),
  'settings of a vat': () => settings(VAT_SETTINGS),
  'options of a vat': vatOptions,
  'settings of a meter': () => settings(METER_SETTINGS),
  'settings of a bundle': () => settings(BUNDLE_SETTINGS),
  'settings of the gateway': () => settings(GATEWAY_CONFIG),
  'limits of a gateway': gatewayLimits,
  'flags of settings': flags,
};

/**
 * A page with its tables made anew. A table stands between `<!-- NAME: made by … -->` and `<!-- end of NAME -->`.
 * @throws {Error} where a marker has no end
 */
export const withSettings = (page: string): string => {
  let made = page;
  for (const [name, table] of Object.entries(TABLES)) {
    const begin = `<!-- ${name}: ${COMMAND} -->`;
    const end = `<!-- end of ${name} -->`;
    const from = made.indexOf(`<!-- ${name}:`);
    if (from === -1) continue;
    const to = made.indexOf(end, from);
    if (to === -1) throw new Error(`${begin} has no ${end}`);
    made = `${made.slice(0, from)}${begin}\n\n${table()}\n${made.slice(to)}`;
  }
  return made;
};
