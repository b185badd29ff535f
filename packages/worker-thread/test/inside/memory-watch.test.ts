import { describe, expect, it } from 'vitest';
import { makeMemoryWatch } from '../../src/inside/memory-watch.js';

const MEGABYTE = 2 ** 20;

const make = () => {
  const memory = { heap: 10, external: 0, garbage: 0, collections: 0 };
  const watch = makeMemoryWatch(
    { heap: 100, external: 50 },
    () => {
      memory.collections += 1;
      memory.garbage = 0;
    },
    () => ({
      used_heap_size: (memory.heap + memory.garbage) * MEGABYTE,
      external_memory: memory.external * MEGABYTE,
    }),
  );
  return { memory, watch };
};

describe('the memory of the vats of a thread', () => {
  it('may fill with garbage', () => {
    const { memory, watch } = make();
    memory.garbage = 500;
    expect(watch.endSlice(1)).toBe(undefined);
    expect(memory.collections).toBe(2);
    expect(watch.endSlice(1)).toBe(undefined);
    expect(memory.collections).toBe(2);
  });

  it.each(['heap', 'external'] as const)('is too much where too much is kept: %s', (kind) => {
    const { memory, watch } = make();
    memory[kind] += 35;
    expect(watch.endSlice(1)).toBe(undefined);
    memory[kind] += 10;
    expect(watch.endSlice(2)).toBe(undefined);
    memory.heap += kind === 'heap' ? 20 : 0;
    expect(watch.endSlice(1)).toBe(undefined);
    memory[kind] += 30;
    // Vat 2 was the last to add to it; vat 1 holds more.
    expect(watch.endSlice(2)).toMatchObject({ vat: 1 });
  });
});
