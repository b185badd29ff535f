import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { CooperageError } from '@cooperage/types';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

export type Writes = ReadonlyMap<string, string | null>;

/**
 * A group as it stands in the log:
 *
 *     1 byte    version
 *     1 byte    1 where the rows are deflated
 *     16 bytes  link of the group before
 *     16 bytes  link of this group: the beginning of SHA-256 over the former and the rows as they are here
 *     rows      lines of JSON, each an array of keys and values by turns; null deletes
 *
 * So a body that is not as it was written is noticed, and so is a log that went on otherwise than a copy of it.
 * Version 2 has the same form as 1: a version that would not find the keys of the kernel's rows does not apply it.
 */
const VERSION = 2;
const VERSIONS: readonly (number | undefined)[] = [1, VERSION];
const LINK_BYTES = 16;
const HEADER = 2 + 2 * LINK_BYTES;

/** What the first group of a shard follows. */
export const FIRST_LINK = '0'.repeat(2 * LINK_BYTES);

/** Bytes from which on deflating takes less time than it saves the server. */
const DEFLATE_FROM = 4_096;
/** Rows and characters that are encoded at a time: what is larger would keep the thread from everything else. */
const LINE_ROWS = 2_000;
const LINE_CHARACTERS = 1_000_000;
/** The most that the database takes as one value, with room for what is around it. */
const LARGEST = 1_000_000_000;

export interface GroupBody {
  readonly link: string;
  readonly bytes: Buffer;
}

const linkOver = (previous: Uint8Array, rows: Uint8Array): Buffer =>
  createHash('sha256').update(previous).update(rows).digest().subarray(0, LINK_BYTES);

/** Rows as lines. JSON of Node escapes lone surrogates, so any string survives UTF-8. */
export const encodeRows = async (
  rows: Iterable<readonly [key: string, value: string | null]>,
): Promise<Buffer> => {
  const lines: Buffer[] = [];
  let line: (string | null)[] = [];
  let characters = 0;
  const end = (): void => {
    lines.push(Buffer.from(`${JSON.stringify(line)}\n`));
    line = [];
    characters = 0;
  };
  for (const [key, value] of rows) {
    line.push(key, value);
    characters += key.length + (value?.length ?? 0);
    if (line.length < 2 * LINE_ROWS && characters < LINE_CHARACTERS) continue;
    end();
    await setImmediate();
  }
  if (line.length > 0) end();
  return lines.length === 1 ? (lines[0] as Buffer) : Buffer.concat(lines);
};

/** Lines as rows, a line at a time. */
export function* decodeRows(bytes: Buffer): Generator<Map<string, string | null>> {
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(10, from);
    if (end < 0) throw Error('its last line is incomplete');
    const line = JSON.parse(bytes.toString('utf8', from, end)) as (string | null)[];
    const rows = new Map<string, string | null>();
    for (let i = 0; i < line.length; i += 2)
      rows.set(line[i] as string, line[i + 1] as string | null);
    yield rows;
    from = end + 1;
  }
}

/** @throws {CooperageError} `STORE_FAILED` for a group that is too large for the database */
export const encodeGroup = async (writes: Writes, previous: string): Promise<GroupBody> => {
  let rows = await encodeRows(writes);
  const isDeflated = rows.length >= DEFLATE_FROM;
  if (isDeflated) rows = await deflate(rows, { level: 1 });
  if (rows.length > LARGEST) {
    throw new CooperageError(
      'STORE_FAILED',
      `a commit group has ${rows.length} bytes; the limit is ${LARGEST}`,
    );
  }
  const before = Buffer.from(previous, 'hex');
  const own = linkOver(before, rows);
  const bytes = Buffer.concat([Buffer.from([VERSION, isDeflated ? 1 : 0]), before, own, rows]);
  return { link: own.toString('hex'), bytes };
};

/** Bytes of the log that {@link linkOf} needs. */
export const LINK_END = HEADER;

/** The link of a group, from the beginning of its body. */
export const linkOf = (head: Buffer): string =>
  head.toString('hex', 2 + LINK_BYTES, 2 + 2 * LINK_BYTES);

const corrupt = (which: string, why: string): CooperageError =>
  new CooperageError('STORE_CORRUPT', `${which} in the database ${why}; restore it from a backup`);

/**
 * @param which for messages
 * @throws {CooperageError} `STORE_CORRUPT` for a body that is not as it was written, or follows another one;
 *   `STORE_NEWER_FORMAT`
 */
export const decodeGroup = async (
  which: string,
  body: Buffer,
  previous: string,
): Promise<{ readonly link: string; readonly writes: Map<string, string | null> }> => {
  if (body.length < HEADER) throw corrupt(which, 'is cut off');
  if (!VERSIONS.includes(body[0])) {
    throw new CooperageError(
      'STORE_NEWER_FORMAT',
      `${which} has version ${body[0]}, and this version of @cooperage/store-postgres knows versions up to ${VERSION}; update it`,
    );
  }
  const before = body.subarray(2, 2 + LINK_BYTES);
  const rows = body.subarray(HEADER);
  const link = linkOf(body);
  if (linkOver(before, rows).toString('hex') !== link) throw corrupt(which, 'is damaged');
  if (before.toString('hex') !== previous)
    throw corrupt(which, 'does not follow the group before it');
  try {
    const lines = [...decodeRows(body[1] === 1 ? await inflate(rows) : rows)];
    const [first = new Map<string, string | null>(), ...others] = lines;
    for (const line of others) for (const [key, value] of line) first.set(key, value);
    return { link, writes: first };
  } catch {
    throw corrupt(which, 'cannot be read');
  }
};
