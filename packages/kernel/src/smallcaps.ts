/**
 * As much of smallcaps as the kernel's own objects need: taking a message
 * apart into method and arguments, cutting capdata out of capdata, and writing
 * a record of references. The kernel never turns a vat's data into objects.
 */
import { type CapData, CooperageError, type KRef, messageOf } from '@cooperage/types';

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const bad = (detail: string): CooperageError => new CooperageError('BAD_CAPDATA', detail);

export interface ParsedCall {
  readonly method: string;
  /** The arguments as they stand in the body. */
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

const SLOT = /^([$&])([0-9]+)(\..*)?$/s;

/** A vat must not be able to make the kernel run out of stack. */
const DEEPEST = 500;

/** `json`, which stands in `from`, as capdata of its own with only the slots that it uses. */
export const cutOut = (json: Json, from: CapData<KRef>): CapData<KRef> => {
  const slots: KRef[] = [];
  const renumbered = new Map<string, number>();
  const visit = (value: Json, depth: number): Json => {
    if (depth > DEEPEST) throw bad(`the arguments are nested more than ${DEEPEST} deep`);
    if (typeof value === 'string') {
      const match = SLOT.exec(value);
      if (!match) return value;
      const [, sigil, index, iface] = match as unknown as [
        string,
        string,
        string,
        string | undefined,
      ];
      let number = renumbered.get(index);
      if (number === undefined) {
        const slot = from.slots[Number(index)];
        if (slot === undefined) throw bad(`there is no slot ${index}`);
        number = slots.push(slot) - 1;
        renumbered.set(index, number);
      }
      return `${sigil}${number}${iface ?? ''}`;
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

/** Capdata of a record of objects: `{ root: ko7, admin: ko8 }`. */
export const recordOfObjects = (
  objects: Readonly<Record<string, readonly [kref: KRef, iface: string]>>,
): CapData<KRef> => {
  const names = Object.keys(objects).sort();
  const body = Object.fromEntries(
    names.map((name, i) => [
      name,
      `$${i}.Alleged: ${(objects[name] as readonly [KRef, string])[1]}`,
    ]),
  );
  return {
    body: `#${JSON.stringify(body)}`,
    slots: names.map((name) => (objects[name] as readonly [KRef, string])[0]),
  };
};

/** A string as it stands in a body. */
export const smallcapsString = (text: string): string => (/^[!-,-]/.test(text) ? `!${text}` : text);

/** What a reason says to people: the message of an error, or a string; undefined for anything else. */
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
  return typeof message === 'string' ? plainString(message) : undefined;
};
