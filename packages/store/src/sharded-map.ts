/**
 * A map that grows without a pause. A `Map` of a million rows copies all of them when the next one has no room, which takes
 * a tenth of a second; this one is many maps from a size on, each of which is small.
 */

/** Up to here one map is quicker. */
const ONE_MAP = 16_384;
const SHARDS = 128;

/** By the end of the key: keys of a table begin alike. */
export const shardOf = (key: string): number => {
  const last = key.length - 1;
  // A character that is not there is NaN, and 0 as a whole number.
  const end = Math.imul(key.charCodeAt(last), 31) ^ Math.imul(key.charCodeAt(last - 1), 17);
  return (
    (end ^ Math.imul(key.charCodeAt(last - 2), 7) ^ key.charCodeAt(last - 3) ^ last) & (SHARDS - 1)
  );
};

/** Rows come in the order of their shards, and within one in that of their insertion. */
export class ShardedMap<Value> implements ReadonlyMap<string, Value> {
  /** One, or {@link SHARDS}. */
  #maps: Map<string, Value>[] = [new Map<string, Value>()];
  #size = 0;

  constructor(rows: Iterable<readonly [string, Value]> = []) {
    for (const [key, value] of rows) this.set(key, value);
  }

  get size(): number {
    return this.#size;
  }

  #mapOf(key: string): Map<string, Value> {
    const maps = this.#maps;
    return maps[maps.length === 1 ? 0 : shardOf(key)] as Map<string, Value>;
  }

  get(key: string): Value | undefined {
    return this.#mapOf(key).get(key);
  }

  has(key: string): boolean {
    return this.#mapOf(key).has(key);
  }

  set(key: string, value: Value): this {
    const map = this.#mapOf(key);
    const before = map.size;
    map.set(key, value);
    this.#size += map.size - before;
    if (map.size > ONE_MAP && this.#maps.length === 1) this.#split(map);
    return this;
  }

  delete(key: string): boolean {
    const isDeleted = this.#mapOf(key).delete(key);
    if (isDeleted) this.#size -= 1;
    return isDeleted;
  }

  clear(): void {
    this.#maps = [new Map<string, Value>()];
    this.#size = 0;
  }

  #split(whole: Map<string, Value>): void {
    this.#maps = Array.from({ length: SHARDS }, () => new Map<string, Value>());
    for (const [key, value] of whole) this.#mapOf(key).set(key, value);
  }

  *entries(): MapIterator<[string, Value]> {
    for (const map of this.#maps) yield* map.entries();
  }

  *keys(): MapIterator<string> {
    for (const map of this.#maps) yield* map.keys();
  }

  *values(): MapIterator<Value> {
    for (const map of this.#maps) yield* map.values();
  }

  [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.entries();
  }

  forEach(visit: (value: Value, key: string, map: ReadonlyMap<string, Value>) => void): void {
    for (const [key, value] of this) visit(value, key, this);
  }
}
