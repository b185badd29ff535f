/** What a vat keeps in its vatstore, by kind: collections, objects of each kind, and what liveslots notes for itself. */
import { keys } from '@cooperage/kernel';
import { formatCapData } from '@cooperage/tools';
import type { CapData, VatID } from '@cooperage/types';
import type { Past } from '../past.js';

export interface CollectionView {
  readonly id: string;
  readonly label: string;
  /** `scalarDurableMapStore` and the like. */
  readonly kind: string;
  /** The first entries. */
  readonly entries: readonly {
    readonly key: string;
    readonly value: string;
    readonly writtenIn: number;
  }[];
  readonly size: number;
}

export interface KindView {
  readonly id: string;
  readonly tag: string;
  readonly isDurable: boolean;
  /** The first objects. */
  readonly objects: readonly {
    readonly vref: string;
    readonly state: string;
    readonly writtenIn: number;
  }[];
  readonly size: number;
}

export interface VatDataView {
  readonly vatID: VatID;
  readonly at: number;
  readonly collections: readonly CollectionView[];
  readonly kinds: readonly KindView[];
  /** Rows that are no entry and no state of an object. */
  readonly otherRows: number;
  readonly rows: number;
}

/** Entries and objects that are shown of each. */
const MOST_SHOWN = 100;
const LONGEST = 500;

const clip = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${text.length} characters)`;

const parsed = (text: string | undefined): unknown => {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isCapData = (value: unknown): value is CapData =>
  typeof value === 'object' && value !== null && 'body' in value && 'slots' in value;

/** Capdata as its author would write it; what is none, as it is. */
const show = (value: unknown): string => {
  try {
    return clip(isCapData(value) ? formatCapData(value) : JSON.stringify(value));
  } catch {
    return clip(JSON.stringify(value));
  }
};

const showValue = (text: string): string => {
  const value = parsed(text);
  return value === undefined ? clip(text) : show(value);
};

/** The state of an object is capdata by property. */
const showState = (text: string): string => {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || isCapData(value)) return showValue(text);
  const parts = Object.entries(value).map(([name, data]) => `${name}: ${show(data)}`);
  return `{ ${parts.join(', ')} }`;
};

const labelOf = (schemata: string | undefined): string => {
  const data = parsed(schemata);
  if (!isCapData(data)) return '';
  const { label } = (parsed(data.body.slice(1)) ?? {}) as { readonly label?: unknown };
  return typeof label === 'string' ? label : '';
};

const SCHEMATA = /^vc\.(\d+)\.\|schemata$/;
const ENTRY = /^vc\.(\d+)\.([^|].*)$/s;
const STATE = /^vom\.(o\+[vd](\d+)\/\d+)$/;

type Counted<View> = { -readonly [Name in keyof View]: View[Name] };
type Rows = ReadonlyMap<string, string>;

/** Names of the kinds of collections, by the number that a vat gave them. */
const storeKindsOf = (rows: Rows): Map<string, string> =>
  new Map(
    Object.entries((parsed(rows.get('storeKindIDTable')) ?? {}) as Record<string, number>).map(
      ([name, id]) => [String(id), name],
    ),
  );

/** Kinds of collections, by the number of the collection: as far as data or a reference count names them. */
const kindsOfCollections = (rows: Rows): Map<string, string> => {
  const names = storeKindsOf(rows);
  const found = new Map<string, string>();
  for (const [key, text] of rows) {
    const named = key.startsWith('vom.rc.') ? key : text;
    for (const [, kind = '', id = ''] of named.matchAll(/\bo\+[vd](\d+)\/(\d+)\b/g)) {
      const name = names.get(kind);
      if (name !== undefined) found.set(id, name);
    }
  }
  return found;
};

const tagOf = (rows: Rows, id: string): string => {
  const row = rows.get(`vom.dkind.${id}.descriptor`) ?? rows.get(`vom.vkind.${id}.descriptor`);
  return ((parsed(row) ?? {}) as { readonly tag?: string }).tag ?? '';
};

interface Reading {
  readonly rows: Rows;
  readonly writtenIn: (key: string) => number;
}

const collectionsIn = ({ rows, writtenIn }: Reading): CollectionView[] => {
  const kinds = kindsOfCollections(rows);
  const found = new Map<string, Counted<CollectionView>>();
  for (const [key, text] of rows) {
    const id = SCHEMATA.exec(key)?.[1];
    if (id === undefined) continue;
    found.set(id, { id, label: labelOf(text), kind: kinds.get(id) ?? '', entries: [], size: 0 });
  }
  for (const [key, text] of rows) {
    const [, id = '', entry = ''] = ENTRY.exec(key) ?? [];
    const collection = found.get(id);
    if (collection === undefined) continue;
    collection.size += 1;
    if (collection.size > MOST_SHOWN) continue;
    collection.entries = [
      ...collection.entries,
      { key: entry, value: showValue(text), writtenIn: writtenIn(key) },
    ];
  }
  return [...found.values()];
};

const kindsIn = ({ rows, writtenIn }: Reading): KindView[] => {
  const found = new Map<string, Counted<KindView>>();
  for (const [key, text] of rows) {
    const [, vref = '', id] = STATE.exec(key) ?? [];
    if (id === undefined) continue;
    const isDurable = vref.startsWith('o+d');
    const kind = found.get(id) ?? { id, tag: tagOf(rows, id), isDurable, objects: [], size: 0 };
    found.set(id, kind);
    kind.size += 1;
    if (kind.size > MOST_SHOWN) continue;
    kind.objects = [...kind.objects, { vref, state: showState(text), writtenIn: writtenIn(key) }];
  }
  return [...found.values()];
};

const sum = (sizes: readonly { readonly size: number }[]): number =>
  sizes.reduce((total, { size }) => total + size, 0);

/** A vat's virtual and durable data as it was after a crank; undefined where it has none. */
export const vatDataOf = (past: Past, vatID: VatID, at: number): VatDataView | undefined => {
  const prefix = keys.vatstore(vatID, '');
  const rows = new Map(
    [...past.rowsAt(at, prefix)]
      .map(([key, text]) => [key.slice(prefix.length), text] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  if (rows.size === 0) return undefined;
  const reading = { rows, writtenIn: (key: string) => past.writerOf(`${prefix}${key}`, at) ?? 0 };
  const collections = collectionsIn(reading);
  const kinds = kindsIn(reading);
  const otherRows = rows.size - sum(collections) - sum(kinds);
  return { vatID, at, collections, kinds, otherRows, rows: rows.size };
};
