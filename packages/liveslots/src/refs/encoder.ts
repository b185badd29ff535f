/**
 * Values to capdata: smallcaps, exactly as `@endo/marshal` writes it.
 *
 * What messages are made of (strings, numbers, plain arrays and records,
 * references) is written straight to text here, in one walk. Everything else,
 * errors and tagged data above all, is left to `@endo/marshal`, which starts
 * over: naming a value is idempotent, so the references come out the same.
 */
import { passStyleOf, PASS_STYLE } from '@endo/pass-style';
import { getInterfaceOf, makeMarshal } from '../endo.js';
import { addErrorParts, type CapData, type LiveSlotsConsole, type VRef } from '@cooperage/types';

export interface Encoder {
  /** `value` must be passable; an error may be unhardened. */
  readonly encode: (value: unknown) => CapData<VRef>;
  /** Capdata of `[method, args]`. `args` must be hardened. */
  encodeCall(method: unknown, args: readonly unknown[]): CapData<VRef>;
}

/** The first characters that smallcaps gives a meaning: `!` to `-`. */
const BANG = '!'.charCodeAt(0);
const DASH = '-'.charCodeAt(0);

/** Thrown and caught in this file only: the walk met something that it leaves to `@endo/marshal`. */
const LEAVE = new Error('left to marshal');

/** One walk over a value: the references met so far, and the index of each. */
interface Walk {
  readonly slots: VRef[];
  seen?: Map<object, number>;
}

const { getPrototypeOf } = Object;
const { ownKeys } = Reflect;
const { isArray } = Array;

const startsSpecial = (text: string): boolean => {
  const code = text.charCodeAt(0);
  return code >= BANG && code <= DASH;
};

const quote = (text: string): string => JSON.stringify(startsSpecial(text) ? `!${text}` : text);

/** Keys that JavaScript would sort elsewhere, or treat as something else than a key. */
const isAwkwardKey = (key: string): boolean => {
  const code = key.charCodeAt(0);
  return (code >= 48 && code <= 57) || key === '__proto__';
};

/**
 * @param vrefOf names a remotable or promise, for the first time if need be
 * @param vatID appears in the ids of errors: `error:liveSlots:v1#70001`
 * @param console receives each error that leaves the vat, with the details that its receiver does not get
 */
export const makeEncoder = (
  vrefOf: (value: object) => VRef,
  vatID: string,
  console: LiveSlotsConsole,
): Encoder => {
  const marshalName = `liveSlots:${vatID}`;
  let errorIdNum = 70_000;
  /** The errors of the value that is being encoded, by their ids. */
  let sent = new Map<unknown, Error>();

  const marshal = makeMarshal<VRef>(vrefOf, undefined, {
    marshalName,
    serializeBodyFormat: 'smallcaps',
    errorIdNum,
    marshalSaveError: (error) => {
      // `@endo/marshal` has just counted this one.
      errorIdNum += 1;
      const errorId = `error:${marshalName}#${errorIdNum}`;
      sent.set(errorId, error);
      console.warn('Logging sent error stack', `(${errorId})`, error);
    },
  });

  /** Errors are encoded with those behind them, each with an id and a line on the console. */
  const toCapData = (value: unknown): CapData<VRef> => {
    sent = new Map();
    const { body, slots } = marshal.toCapData(value);
    if (sent.size === 0) return { body, slots };
    const whole = addErrorParts(body, {
      originalOf: ({ errorId }) => sent.get(errorId),
      isError: (each): each is Error => each instanceof Error,
      bodyOf: (error) => marshal.toCapData(error).body,
    });
    return { body: whole, slots };
  };

  const insistPassable = passStyleOf as (value: unknown) => string;

  const slotText = (sigil: '$' | '&', value: object, walk: Walk): string => {
    const known = walk.seen?.get(value);
    if (known !== undefined) return `"${sigil}${known}"`;
    const index = walk.slots.length;
    walk.slots.push(vrefOf(value));
    (walk.seen ??= new Map()).set(value, index);
    const iface = sigil === '$' ? getInterfaceOf(value) : undefined;
    return iface === undefined ? `"${sigil}${index}"` : JSON.stringify(`${sigil}${index}.${iface}`);
  };

  const text = (value: unknown, walk: Walk): string => {
    switch (typeof value) {
      case 'string':
        return quote(value);
      case 'number':
        // JSON writes -0 as 0, as smallcaps does.
        return Number.isFinite(value) ? `${value}` : `"#${value}"`;
      case 'boolean':
        return value ? 'true' : 'false';
      case 'undefined':
        return '"#undefined"';
      case 'bigint':
        return value < 0n ? `"${value}"` : `"+${value}"`;
      case 'object':
        break;
      default:
        throw LEAVE;
    }
    if (value === null) return 'null';
    if (isArray(value)) {
      const parts: string[] = [];
      for (let i = 0; i < value.length; i += 1) parts.push(text(value[i], walk));
      return `[${parts.join(',')}]`;
    }
    if (getPrototypeOf(value) === Object.prototype && !(PASS_STYLE in value)) {
      const record = value as Record<string, unknown>;
      const parts: string[] = [];
      for (const key of (ownKeys(record) as string[]).sort()) {
        if (isAwkwardKey(key)) throw LEAVE;
        parts.push(`${quote(key)}:${text(record[key], walk)}`);
      }
      return `{${parts.join(',')}}`;
    }
    switch (insistPassable(value)) {
      case 'remotable':
        return slotText('$', value, walk);
      case 'promise':
        return slotText('&', value, walk);
      default:
        throw LEAVE;
    }
  };

  /** `undefined` if it has to be left to `@endo/marshal`. */
  const tryText = (value: unknown, walk: Walk): string | undefined => {
    try {
      // Validates, and remembers, the whole tree of copied data.
      if (typeof value === 'object' && value !== null) insistPassable(value);
      return text(value, walk);
    } catch (thrown) {
      if (thrown !== LEAVE) throw thrown;
      return undefined;
    }
  };

  return {
    encode(value) {
      // Errors go without being validated: more is to be gained from telling of them than from insisting.
      if (!(value instanceof Error)) {
        const slots: VRef[] = [];
        const body = tryText(value, { slots });
        if (body !== undefined) return { body: `#${body}`, slots };
      }
      return toCapData(value);
    },
    encodeCall(method, args) {
      if (typeof method === 'string' || method === undefined) {
        const slots: VRef[] = [];
        const body = tryText(args, { slots });
        if (body !== undefined) {
          const name = method === undefined ? '"#undefined"' : quote(method);
          return { body: `#[${name},${body}]`, slots };
        }
      }
      return toCapData(Object.freeze([method, args]));
    },
  };
};
