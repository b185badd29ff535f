/**
 * Values are stored as UTF-8, which the database reads and writes fastest.
 * What that cannot hold (nothing at all, and lone surrogates) is stored as JSON
 * behind a mark, and so is the rare value that begins with the mark.
 */
const MARK = '\x01';
const MARK_CODE = 1;

/** In every engine since Node 20, but not yet in the library of types. */
type WellFormed = string & { isWellFormed(): boolean };

export const encodeValue = (value: string): string =>
  value.length > 0 && value.charCodeAt(0) !== MARK_CODE && (value as WellFormed).isWellFormed()
    ? value
    : MARK + JSON.stringify(value);

export const decodeValue = (stored: string): string =>
  stored.charCodeAt(0) === MARK_CODE ? (JSON.parse(stored.slice(1)) as string) : stored;
