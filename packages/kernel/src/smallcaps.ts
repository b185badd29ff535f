/**
 * The part of smallcaps that the kernel's own objects need: splitting a message into method and arguments, cutting
 * capdata out of capdata, and writing a record of references. The kernel never turns a vat's data into objects.
 */
import {
  type CapData,
  clip,
  CooperageError,
  type KRef,
  messageOf,
  parseSlotText,
} from '@cooperage/types';

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const bad = (detail: string): CooperageError => new CooperageError('BAD_CAPDATA', detail);

export interface ParsedCall {
  readonly method: string;
  /** The arguments, as in the body. */
  readonly args: readonly Json[];
}

/** @throws {CooperageError} `BAD_CAPDATA` */
export const parseCall = (methargs: CapData<KRef>): ParsedCall => {
  if (!methargs.body.startsWith('#')) throw bad('the arguments are not smallcaps');
  let value: unknown;
  try {
    value = JSON.parse(methargs.body.slice(1));
  } catch (cause) {
    throw bad(`the arguments are not JSON: ${messageOf(cause)}`);
  }
  if (!Array.isArray(value) || value.length !== 2 || !Array.isArray(value[1])) {
    throw bad('a message is [method, args]');
  }
  const method = plainString(value[0] as Json);
  if (method === undefined) throw bad('the method must be a string');
  return { method, args: value[1] as Json[] };
};

/** A string that is data; undefined for anything else. */
export const plainString = (json: Json | undefined): string | undefined => {
  if (typeof json !== 'string') return undefined;
  if (json.startsWith('!')) return json.slice(1);
  return /^[!-,-]/.test(json) ? undefined : json;
};

/** A vat must not be able to make the kernel run out of stack. */
const DEEPEST = 500;

/** `json`, a part of `from`, as its own capdata with only the slots that it uses. */
export const cutOut = (json: Json, from: CapData<KRef>): CapData<KRef> => {
  const slots: KRef[] = [];
  const renumbered = new Map<number, number>();
  const visit = (value: Json, depth: number): Json => {
    if (depth > DEEPEST) throw bad(`the arguments are nested more than ${DEEPEST} deep`);
    if (typeof value === 'string') {
      const reference = parseSlotText(value);
      if (reference === undefined) return value;
      const { sigil, index, iface } = reference;
      let number = renumbered.get(index);
      if (number === undefined) {
        const slot = from.slots[index];
        if (slot === undefined) throw bad(`there is no slot ${index}`);
        number = slots.push(slot) - 1;
        renumbered.set(index, number);
      }
      return `${sigil}${number}${iface === undefined ? '' : `.${iface}`}`;
    }
    if (Array.isArray(value)) return value.map((inner: Json) => visit(inner, depth + 1));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [key, visit(inner, depth + 1)]),
      );
    }
    return value;
  };
  return { body: `#${JSON.stringify(visit(json, 0))}`, slots };
};

type NamedRef = readonly [kref: KRef, iface: string];

const isNamedRef = (value: NamedRef | readonly NamedRef[]): value is NamedRef =>
  typeof value[0] === 'string';

/** Capdata of a record of objects, and arrays of them: `{ admin: ko8, refs: [ko9], root: ko7 }`. */
export const recordOfReferences = (
  members: Readonly<Record<string, NamedRef | readonly NamedRef[]>>,
): CapData<KRef> => {
  const slots: KRef[] = [];
  const slot = ([kref, iface]: NamedRef): string => {
    const known = slots.indexOf(kref);
    return known === -1 ? `$${slots.push(kref) - 1}.Alleged: ${iface}` : `$${known}`;
  };
  const body = Object.fromEntries(
    Object.keys(members)
      .sort()
      .map((name) => {
        const member = members[name] as NamedRef | readonly NamedRef[];
        return [name, isNamedRef(member) ? slot(member) : member.map(slot)];
      }),
  );
  return { body: `#${JSON.stringify(body)}`, slots };
};

/** The reference of a member of a body, with its interface name; undefined for anything else. */
export const referenceIn = (json: Json, from: CapData<KRef>): NamedRef | undefined => {
  const reference = typeof json === 'string' ? parseSlotText(json) : undefined;
  const kref = reference === undefined ? undefined : from.slots[reference.index];
  if (kref === undefined) return undefined;
  return [kref, reference?.iface?.replace(/^Alleged: /, '') ?? 'object'];
};

/** A string, encoded for a body. */
export const smallcapsString = (text: string): string => (/^[!-,-]/.test(text) ? `!${text}` : text);

/** The readable text of a reason: the message of an error, or a string; undefined for anything else. */
export const reasonText = (reason: CapData<string>): string | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(reason.body.slice(1));
  } catch {
    return undefined;
  }
  const message =
    typeof value === 'object' && value !== null
      ? (value as { '#error'?: unknown })['#error']
      : value;
  const plain = typeof message === 'string' ? plainString(message) : undefined;
  return plain === undefined ? undefined : clip(plain);
};
