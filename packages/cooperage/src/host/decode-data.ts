/**
 * Smallcaps to the host's values. `@endo/marshal` checks all that it has read once more, which takes half a second for the
 * two million characters that a vat may send, and refuses promises of the host's own that are not frozen.
 */
import { type CapData, type KRef, parseSlotText } from '@cooperage/types';

export interface DataPowers {
  /** The value of a slot. `iface` is what the sender alleges it to be. */
  readonly valueOf: (kref: KRef, iface: string | undefined) => object;
  /** Reads a part that is neither plain data nor a reference: an error, tagged data, a symbol; and what is no smallcaps. */
  readonly readPart: (part: unknown) => unknown;
}

const BANG = '!'.charCodeAt(0);
const DASH = '-'.charCodeAt(0);

const isSpecial = (text: string): boolean => {
  const code = text.charCodeAt(0);
  return code >= BANG && code <= DASH;
};

/** The parser made it, and no other code has it. */
type Container = unknown[] | Record<string, unknown>;

const isContainer = (value: unknown): value is Container =>
  typeof value === 'object' && value !== null;

/** The record with the names that were meant; undefined where it is no plain record. */
const unescapeNames = (record: Record<string, unknown>): Container | undefined => {
  const names = Object.keys(record);
  if (names.includes('__proto__')) return undefined;
  if (!names.some(isSpecial)) return record;
  if (names.some((name) => isSpecial(name) && !name.startsWith('!'))) return undefined;
  return Object.fromEntries(
    names.map((name) => [name.startsWith('!') ? name.slice(1) : name, record[name]]),
  );
};

/**
 * Arrays and records are frozen.
 *
 * @param data smallcaps
 * @throws what the powers throw, and `SyntaxError` for what is no JSON
 */
export const decodeData = (
  { body, slots }: CapData<KRef>,
  { valueOf, readPart }: DataPowers,
): unknown => {
  const open: Container[] = [];

  const readReference = (text: string): unknown => {
    const reference = parseSlotText(text);
    // An index has no zeros before it.
    const isPadded = text[1] === '0' && text.length > 2 && text[2] !== '.';
    const kref = reference === undefined || isPadded ? undefined : slots[reference.index];
    // A sigil is to be the truth about its slot: `&` for promises, `$` for everything else.
    return reference === undefined ||
      kref === undefined ||
      (text[0] === '&') !== kref.startsWith('kp')
      ? readPart(text)
      : valueOf(kref, reference.iface);
  };

  const readText = (text: string): unknown => {
    switch (text[0]) {
      case '!':
        return text.slice(1);
      case '$':
      case '&':
        return readReference(text);
      case '+':
      case '-':
        return BigInt(text);
      default:
        return text === '#undefined' ? undefined : readPart(text);
    }
  };

  /** What is in an array or a record is read later. */
  const read = (value: unknown): unknown => {
    if (typeof value === 'string') return isSpecial(value) ? readText(value) : value;
    if (!isContainer(value)) return value;
    const container = Array.isArray(value) ? value : unescapeNames(value);
    if (container === undefined) return readPart(value);
    open.push(container);
    return container;
  };

  const value = read(JSON.parse(body.slice(1)));
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    if (Array.isArray(holder)) {
      for (let i = 0; i < holder.length; i += 1) holder[i] = read(holder[i]);
    } else {
      for (const name of Object.keys(holder)) holder[name] = read(holder[name]);
    }
    Object.freeze(holder);
  }
  return value;
};
