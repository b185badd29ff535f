/** The heaps that vats of this thread start from. */
import { readFileSync } from 'node:fs';
import { bootBaseImage } from '../base-image.js';
import { builtBaseImage, builtProgram } from '../built-files.js';
import type { Engine, Machine, MachineState } from '../engine/engine.js';
import { type Delta, differenceOf, type Extent, extentsOf } from '../heap-delta.js';
import {
  BadImage,
  deltaOfImage,
  hashOfImage,
  memoryOf,
  type ParsedImage,
  parseImage,
} from '../heap-image.js';
import type { NamedImage } from '../protocol.js';

/** A heap as an image had it, and how it is called. */
export interface Heap {
  readonly hash: string;
  readonly n: number;
  readonly state: MachineState;
  /** The heap that its image is a difference to. */
  readonly base: Heap | undefined;
  /** That difference; to an empty memory where there is no base. */
  readonly delta: Delta;
  /** All of it; made when it is first asked for. */
  readonly memory: Uint8Array;
  /** Where in the memory there is anything. */
  readonly extents: readonly Extent[];
  /** How many vats of this thread started from it, and heaps that are based on it. */
  uses: number;
  /** Made by this thread, with the script of a bundle in it; there is no image of it. */
  readonly isPrepared: boolean;
}

/** A heap without a machine: what it differs by from one that others differ from as well. */
export interface RestingHeap {
  readonly from: Heap;
  readonly delta: Delta;
  readonly state: MachineState;
}

/** For one more vat that starts from a heap. What only one vat has is not made whole for it. */
export const startFrom = (heap: Heap): RestingHeap => {
  heap.uses += 1;
  const { base, delta, state } = heap;
  return heap.uses === 1 && base !== undefined
    ? { from: base, delta, state }
    : { from: heap, delta: [], state };
};

/** Heaps of images that are kept for the next vat that starts from the same. */
const KEPT = 4;
/** Prepared heaps that are kept. Each takes some hundred kilobytes, and a megabyte or more once a second vat uses it. */
const KEPT_PREPARED = 16;

const keyOf = ({ hash }: Heap, bundleID: string): string => `${hash} ${bundleID}`;

export interface HeapsPowers {
  readonly engine: Engine;
  /** Files of scripts that leave `makeLiveSlots` on the global object, by name. */
  readonly liveslots: Readonly<Record<string, string>>;
  /** An image that others will be based on, which the host does not have. */
  readonly announce: (hash: string, bytes: Uint8Array) => void;
}

type HeapParts = Omit<Heap, 'memory' | 'extents' | 'uses'>;

const makeHeap = (parts: HeapParts): Heap => {
  const { base, delta, state } = parts;
  let memory: Uint8Array | undefined;
  let extents: readonly Extent[] | undefined;
  if (base !== undefined) base.uses += 1;
  const heap: Heap = {
    ...parts,
    get memory() {
      return (memory ??= memoryOf(state.size, delta, base?.memory));
    },
    get extents() {
      return (extents ??= extentsOf(heap.memory));
    },
    uses: 0,
  };
  return heap;
};

export const makeHeaps = ({ engine, liveslots, announce }: HeapsPowers) => {
  const bases = new Map<string, Heap>();
  const byHash = new Map<string, Heap>();
  /** Of images that are no base of this thread's own; the newest last. */
  const recent = new Map<string, Heap>();

  /** By what they were made of. */
  const prepared = new Map<string, Heap>();

  const read = (hash: string, parsed: ParsedImage, base: Heap | undefined): Heap => {
    const { n, size, registers } = parsed.header;
    const delta = deltaOfImage(parsed);
    return makeHeap({ hash, n, state: { size, registers }, base, delta, isPrepared: false });
  };

  const bootWith = (name: string): Uint8Array => {
    const file = liveslots[name];
    if (file === undefined) return builtBaseImage();
    const script = engine.compile(readFileSync(file, 'utf8'), name);
    return bootBaseImage(engine, [builtProgram(), script]);
  };

  /** The heap of a liveslots before any vat. */
  const baseOf = (name: string): Heap => {
    const known = bases.get(name);
    if (known !== undefined) return known;
    const bytes = bootWith(name);
    const heap = read(hashOfImage(bytes), parseImage(bytes, engine.id), undefined);
    bases.set(name, heap);
    byHash.set(heap.hash, heap);
    announce(heap.hash, bytes);
    return heap;
  };

  /**
   * @param images the heap's own and, in turn, what each is based on, as far as it is not a base of this thread
   * @throws {BadImage}
   */
  const fromImages = (images: readonly NamedImage[]): Heap => {
    const [first, ...others] = images;
    if (first === undefined) throw new BadImage('there is none');
    const known = recent.get(first.hash);
    if (known !== undefined) {
      recent.delete(first.hash);
      recent.set(first.hash, known);
      return known;
    }
    const parsed = parseImage(first.bytes, engine.id);
    const { base } = parsed.header;
    const under = base === null ? undefined : (byHash.get(base) ?? fromImages(others));
    if (base !== null && under?.hash !== base)
      throw new BadImage('the image that it is based on is missing');
    const heap = read(first.hash, parsed, under);
    recent.set(first.hash, heap);
    for (const hash of recent.keys()) {
      if (recent.size <= KEPT) break;
      recent.delete(hash);
    }
    return heap;
  };

  return {
    baseOf,
    fromImages,
    /** The heap that was prepared for vats of this bundle. */
    preparedFor: (base: Heap, bundleID: string): Heap | undefined => {
      const key = keyOf(base, bundleID);
      const heap = prepared.get(key);
      if (heap === undefined) return undefined;
      prepared.delete(key);
      prepared.set(key, heap);
      return heap;
    },
    /** What the machine now has is a heap for other vats of the bundle. */
    keepPrepared: (base: Heap, bundleID: string, machine: Machine): void => {
      const delta = differenceOf(machine.memory(), base.memory);
      const heap = makeHeap({
        hash: '',
        n: 0,
        state: machine.state(),
        base,
        delta,
        isPrepared: true,
      });
      for (const key of prepared.keys()) {
        if (prepared.size < KEPT_PREPARED) break;
        prepared.delete(key);
      }
      prepared.set(keyOf(base, bundleID), heap);
    },
  };
};

export type Heaps = ReturnType<typeof makeHeaps>;
