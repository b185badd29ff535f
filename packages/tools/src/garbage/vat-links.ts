import { endOf, keys } from '@cooperage/kernel';
import type { ReadableTables, VatID, VRef } from '@cooperage/types';

/** A step from one thing in a vat's data to another. */
export interface DataLink {
  readonly to: string;
  /** The row of the vatstore that says so. */
  readonly key: string;
}

/** What a vat's virtual and durable data hold, by what holds it. */
export type VatLinks = ReadonlyMap<string, readonly DataLink[]>;

/** Without the facet: the facets of an object share its state. */
export const baseOf = (vref: string): string => {
  const facet = vref.indexOf(':');
  return facet === -1 ? vref : vref.slice(0, facet);
};

const STATE = /^vom\.(o\+[vd][1-9]\d*\/[1-9]\d*)$/;
const ENTRY = /^vc\.([1-9]\d*)\.([^|].*)$/s;
/** Behind the ordinal of a key that is an object. */
const KEY_OBJECT = /^r\d{10}:(o[+-].+)$/;

/** The slots of capdata, or of a record of capdata. */
const slotsIn = (text: string): string[] => {
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    const parts = 'slots' in value ? [value] : Object.values(value);
    return parts.flatMap((part) => {
      const { slots } = part as { slots?: unknown };
      return Array.isArray(slots) ? (slots as string[]) : [];
    });
  } catch {
    // Not data: nothing is held by it.
    return [];
  }
};

/** Reads what liveslots keeps in the vatstore of a vat. */
export const readVatLinks = (rows: ReadableTables, vatID: VatID): VatLinks => {
  const links = new Map<string, DataLink[]>();
  const collections = new Map<string, DataLink[]>();
  const add = (map: Map<string, DataLink[]>, from: string, link: DataLink): void => {
    const known = map.get(from);
    if (known === undefined) map.set(from, [link]);
    else known.push(link);
  };
  const prefix = keys.vatstore(vatID, '');
  for (const row of rows.keys(prefix, endOf(prefix))) {
    const key = row.slice(prefix.length);
    const from = STATE.exec(key)?.[1];
    const entry = ENTRY.exec(key);
    if (from === undefined && entry === null) continue;
    const targets = slotsIn(rows.get(row) ?? '');
    for (const to of targets) {
      if (from !== undefined) add(links, from, { to: baseOf(to), key });
      else add(collections, entry?.[1] as string, { to: baseOf(to), key });
    }
    const held = entry === null ? undefined : KEY_OBJECT.exec(entry[2] as string)?.[1];
    if (held !== undefined) add(collections, entry?.[1] as string, { to: baseOf(held), key });
  }
  // Rows have the number of their collection only; o+d6/7 is collection 7.
  for (const [number, held] of collections) links.set(`collection ${number}`, held);
  return links;
};

/** First ids of the vat: eight kinds of collections follow the kind of kind handles. */
const COLLECTION = /^o\+[vd][2-9]\/(\d+)$/;

/** The shortest way through the vat's data, as the rows on it; undefined where there is none. */
export const findDataPath = (links: VatLinks, from: VRef, to: VRef): string[] | undefined => {
  const start = baseOf(from);
  const ways = new Map<string, readonly string[]>([[start, []]]);
  const queue = [start];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const way = ways.get(at) as readonly string[];
    if (at === to && way.length > 0) return [...way];
    const number = COLLECTION.exec(at)?.[1];
    const held = links.get(number === undefined ? at : `collection ${number}`) ?? [];
    for (const { to: next, key } of held) {
      if (ways.has(next)) continue;
      ways.set(next, [...way, key]);
      queue.push(next);
    }
  }
  return undefined;
};
