import { type KeyCursor, OrderedKeys } from './ordered-keys.js';
import { ShardedMap } from './sharded-map.js';

/** So many keys may wait to be ordered, whatever the size of the layer. */
const FRESH_KEYS = 1_000;

/**
 * Rows in memory: a map for reading and writing, and an order of its keys
 * that is made at the first iteration and kept up from then on. Most
 * layers live and die without one.
 */
export class Layer<Value> {
  readonly rows: ShardedMap<Value>;
  #order: OrderedKeys | undefined;
  /** Keys that were added since the order was last brought up to date. */
  #fresh: string[] = [];

  constructor(rows?: Iterable<readonly [string, Value]>) {
    this.rows = new ShardedMap(rows);
  }

  set(key: string, value: Value): void {
    if (this.#order === undefined) {
      this.rows.set(key, value);
      return;
    }
    const before = this.rows.size;
    this.rows.set(key, value);
    if (this.rows.size === before) return;
    this.#fresh.push(key);
    // An order that is not asked for any more is not worth keeping up.
    if (this.#fresh.length > FRESH_KEYS + this.rows.size / 2) this.#forgetOrder();
  }

  remove(key: string): void {
    if (this.rows.delete(key)) this.#order?.delete(key);
  }

  clear(): void {
    if (this.rows.size > 0) this.rows.clear();
    this.#forgetOrder();
  }

  #forgetOrder(): void {
    this.#order = undefined;
    if (this.#fresh.length > 0) this.#fresh = [];
  }

  #ordered(): OrderedKeys {
    const order = (this.#order ??= new OrderedKeys(this.rows.keys()));
    if (this.#fresh.length > 0) {
      for (const key of this.#fresh) if (this.rows.has(key)) order.add(key);
      this.#fresh = [];
    }
    return order;
  }

  /** Steps through the keys in order; sees what is added and removed on the way. */
  cursor(): KeyCursor {
    let order: OrderedKeys | undefined;
    let cursor: KeyCursor | undefined;
    return {
      from: (key) => {
        const current = this.#ordered();
        if (cursor === undefined || current !== order) {
          order = current;
          cursor = current.cursor();
        }
        return cursor.from(key);
      },
    };
  }

  /** Keys from `start` (inclusive) to `end` (exclusive), ascending. */
  *keys(start: string, end: string): IterableIterator<string> {
    const cursor = this.cursor();
    for (
      let key = cursor.from(start);
      key !== undefined && key < end;
      key = cursor.from(successor(key))
    ) {
      yield key;
    }
  }
}

/** The least string above `key`. */
export const successor = (key: string): string => `${key}\0`;
