import { isShipped, type Rule } from '../../repository.js';

export const maxLines = 500;

/** Every file of a package's src can be read in one sitting. The limit is only ever lowered. */
export const fileLength: Rule = ({ files }) =>
  files
    .filter(({ path }) => isShipped(path))
    .map(({ path, text }) => ({ path, lines: text.replace(/\n$/, '').split('\n').length }))
    .filter(({ lines }) => lines > maxLines)
    .map(({ path, lines }) => `${path}: ${String(lines)} lines, more than ${String(maxLines)}`);
