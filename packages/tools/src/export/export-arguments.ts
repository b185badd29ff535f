import { type Argument, either, flag, text, wholeNumber } from '@cooperage/types';

/** What both ways of exporting take: of a directory, and of an open kernel. */
export const EXPORT: readonly Argument[] = [
  { name: 'target', rule: text('the path of a file or folder') },
  { table: { since: { value: either(wholeNumber(0, Number.MAX_SAFE_INTEGER), flag) } } },
];
