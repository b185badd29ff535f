/**
 * Values as stores of format 1 hold them, without a checksum: UTF-8, and what that cannot hold (nothing at all,
 * and lone surrogates) as JSON behind a mark, as is the rare value that begins with the mark.
 */
const MARK_CODE = 1;

export const readUnsealed = (stored: string): string =>
  stored.charCodeAt(0) === MARK_CODE ? (JSON.parse(stored.slice(1)) as string) : stored;
