/**
 * Values as text, with references taken out: smallcaps, which vats read and write.
 * @see https://github.com/endojs/endo/blob/master/packages/marshal/docs/smallcaps-cheatsheet.md
 */
export interface WireData {
  readonly body: string;
  readonly slots: readonly string[];
}

/** The name of what is passed by reference; undefined for data. @throws {TypeError} for what is neither */
export type NameOf = (value: object) => string | undefined;

const SPECIAL = /^[!-\-%#$&+]/;
const escape = (text: string): string => (SPECIAL.test(text) ? `!${text}` : text);
const unescape = (text: string): string => (text.startsWith('!') ? text.slice(1) : text);

const toBase64 = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};

const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

const NUMBERS: Readonly<Record<string, unknown>> = {
  '#undefined': undefined,
  '#NaN': NaN,
  '#Infinity': Infinity,
  '#-Infinity': -Infinity,
};

const encodeNumber = (value: number): unknown =>
  Number.isFinite(value) ? value : `#${String(value)}`;

export const encode = (value: unknown, nameOf: NameOf): WireData => {
  const slots: string[] = [];
  const around = new Set<object>();

  const slot = (name: string): string => {
    const known = slots.indexOf(name);
    const index = known === -1 ? slots.push(name) - 1 : known;
    return /^[ap]/.test(name) ? `&${index}` : `$${index}.Alleged: object`;
  };

  const copy = (given: object): unknown => {
    const name = nameOf(given);
    if (name !== undefined) return slot(name);
    if (given instanceof Error) {
      return { '#error': escape(given.message), name: escape(given.name) };
    }
    if (given instanceof Uint8Array) return { '#tag': 'bytes', payload: toBase64(given) };
    if (around.has(given)) throw new TypeError('data cannot contain itself');
    around.add(given);
    const made = Array.isArray(given)
      ? given.map(visit)
      : Object.fromEntries(Object.entries(given).map(([key, each]) => [escape(key), visit(each)]));
    around.delete(given);
    return made;
  };

  const visit = (each: unknown): unknown => {
    switch (typeof each) {
      case 'undefined':
        return '#undefined';
      case 'number':
        return encodeNumber(each);
      case 'bigint':
        return each < 0n ? String(each) : `+${each}`;
      case 'string':
        return escape(each);
      case 'boolean':
        return each;
      case 'object':
        return each === null ? null : copy(each);
      case 'function':
        return copy(each);
      default:
        throw new TypeError(`a ${typeof each} cannot be passed to a vat`);
    }
  };

  const body = `#${JSON.stringify(visit(value))}`;
  return { body, slots };
};

const errorFrom = (given: Readonly<Record<string, unknown>>): Error => {
  const error = new Error(unescape(String(given['#error'])));
  if (typeof given['name'] === 'string') error.name = unescape(given['name']);
  return error;
};

export const decode = ({ body, slots }: WireData, valueOf: (name: string) => unknown): unknown => {
  const visit = (each: unknown): unknown => {
    if (typeof each === 'string') return visitText(each);
    if (typeof each !== 'object' || each === null) return each;
    if (Array.isArray(each)) return each.map(visit);
    const record = each as Readonly<Record<string, unknown>>;
    if ('#error' in record) return errorFrom(record);
    if ('#tag' in record) {
      const tag = unescape(String(record['#tag']));
      const payload = visit(record['payload']);
      return tag === 'bytes' && typeof payload === 'string'
        ? fromBase64(payload)
        : { tag, payload };
    }
    return Object.fromEntries(
      Object.entries(record).map(([key, value]) => [unescape(key), visit(value)]),
    );
  };

  const visitText = (text: string): unknown => {
    switch (text[0]) {
      case '!':
        return text.slice(1);
      case '+':
        return BigInt(text.slice(1));
      case '-':
        return BigInt(text);
      case '#':
        return NUMBERS[text];
      case '$':
      case '&':
        return valueOf(slots[parseInt(text.slice(1), 10)] ?? '');
      default:
        return text;
    }
  };

  return visit(JSON.parse(body.slice(1)));
};
