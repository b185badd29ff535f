/** One setting of a table: what it may be, what it is without, and what it means. */
import type { OptionRow } from '@cooperage/types';

export interface SettingRow extends OptionRow {
  readonly default?: number | boolean | string;
  /** The same in words, where no constant says it. */
  readonly unlessGiven?: string;
  /** What it is or does: begins in lower case, has no full stop. */
  readonly meaning: string;
}
