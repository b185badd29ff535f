/**
 * The machines of a thread, which many vats share. A vat that ran lately has one; of the others only that is kept
 * by which their heaps differ from the one that they started from, a tenth of a heap. Which vats have machines
 * depends on the time, what they compute does not: a heap comes back as it was, byte for byte.
 */
import type { Build, Engine, Machine, MachineLimits, MachinePowers } from '../engine/engine.js';
import { applyDelta, type Delta, differenceOf, revertDelta } from '../heap-delta.js';
import type { Heap, RestingHeap } from './heaps.js';

/** Bytes of memory from which a heap keeps its machine: most of what is in it is its own. */
const LARGE = 16 * 2 ** 20;

const BUILDS: readonly Build[] = ['metered', 'guarded', 'plain'];

const NO_POWERS: MachinePowers = { host: () => undefined, poll: () => undefined };

/** A machine, and who is in it. */
interface Berth {
  readonly machine: Machine;
  readonly lodger: Lodger;
  /** What the machine's memory is measured against. */
  readonly from: Heap;
}

/** A machine without a vat, with what is in its memory. */
interface FreeMachine {
  readonly machine: Machine;
  readonly from: Heap;
  readonly delta: Delta;
}

export interface Lodger {
  readonly build: Build;
  readonly powers: MachinePowers;
  readonly limits: MachineLimits;
  /** While it has no machine. */
  resting: RestingHeap | undefined;
}

export interface Berths {
  /** The lodger's machine; good until another lodger asks for its own. */
  machineOf(lodger: Lodger): Machine;
  /** Has a first machine ready, with a heap in it that vats start from. */
  furnish(build: Build, heap: Heap): void;
  /** For when there is nothing else to do: has a machine ready for the next vat. */
  makeRoom(): void;
  /**
   * The lodger does not come back.
   * @param isWhole its machine was not stopped in the middle of something
   */
  leave(lodger: Lodger, isWhole: boolean): void;
}

/** @param most vats of each build that have a machine, one at least; those with large heaps come on top */
export const makeBerths = (engine: Engine, most: number): Berths => {
  /** The least recently used first. */
  const berths = new Map<Lodger, Berth>();
  const large = new Map<Lodger, Machine>();
  const free: Record<Build, FreeMachine[]> = { metered: [], guarded: [], plain: [] };

  const toFree = ({ machine, from }: Berth): FreeMachine => ({
    machine,
    from,
    delta: differenceOf(machine.memory(), from.memory),
  });

  /** The machine of the vat that has been idle for the longest. */
  const vacate = (build: Build, size: number): FreeMachine | undefined => {
    let chosen: Berth | undefined;
    let count = free[build].length;
    for (const berth of [...berths.values()]) {
      const { machine, lodger } = berth;
      if (lodger.build !== build) continue;
      if (machine.size >= LARGE) {
        berths.delete(lodger);
        large.set(lodger, machine);
        continue;
      }
      count += 1;
      // One that is too large is of no use to who comes, but its place is.
      if (chosen === undefined || (chosen.machine.size > size && machine.size <= size)) {
        chosen = berth;
      }
    }
    // There is one machine more, so that it can be emptied before it is needed.
    if (chosen === undefined || count <= most) return undefined;
    const vacated = toFree(chosen);
    const { machine, lodger, from } = chosen;
    lodger.resting = { from, delta: vacated.delta, state: machine.state() };
    berths.delete(lodger);
    return machine.size <= size ? vacated : undefined;
  };

  /** A machine of this build that is no larger, one with the right heap in it if there is one. */
  const takeFree = (build: Build, size: number, from: Heap): FreeMachine | undefined => {
    const list = free[build];
    const fitting = list.filter(({ machine }) => machine.size <= size);
    const chosen = fitting.find((each) => each.from === from) ?? fitting[0];
    if (chosen !== undefined) list.splice(list.indexOf(chosen), 1);
    else if (list.length >= most) list.shift();
    return chosen;
  };

  /** Makes what a machine has in its memory into another heap. */
  const exchange = (memory: Uint8Array, before: FreeMachine | undefined, to: Heap): void => {
    if (before !== undefined) {
      revertDelta(before.delta, memory, before.from.memory);
      if (before.from === to) return;
      for (const [start, end] of before.from.extents) memory.fill(0, start, end);
    }
    for (const [start, end] of to.extents) memory.set(to.memory.subarray(start, end), start);
  };

  const wake = (lodger: Lodger): Machine => {
    const { resting, build, powers, limits } = lodger;
    if (resting === undefined) throw Error('the vat has neither a machine nor a heap');
    const { from, delta, state } = resting;
    const isLarge = state.size >= LARGE;
    const before = isLarge
      ? undefined
      : (takeFree(build, state.size, from) ?? vacate(build, state.size));
    const machine = engine.restore(
      state,
      (memory) => {
        exchange(memory, before, from);
        applyDelta(delta, memory);
      },
      powers,
      limits,
      build,
      before?.machine,
    );
    lodger.resting = undefined;
    if (isLarge) large.set(lodger, machine);
    else berths.set(lodger, { machine, lodger, from });
    return machine;
  };

  return {
    machineOf: (lodger) => {
      const berth = berths.get(lodger);
      if (berth === undefined) return large.get(lodger) ?? wake(lodger);
      berths.delete(lodger);
      berths.set(lodger, berth);
      return berth.machine;
    },
    furnish: (build, heap) => {
      const machine = engine.restore(
        heap.state,
        (memory) => {
          exchange(memory, undefined, heap);
        },
        NO_POWERS,
        { memoryLimit: LARGE },
        build,
      );
      free[build].push({ machine, from: heap, delta: [] });
    },
    makeRoom: () => {
      for (const build of BUILDS) {
        const vacated = free[build].length === 0 ? vacate(build, LARGE) : undefined;
        if (vacated === undefined) continue;
        free[build].push(vacated);
        return;
      }
    },
    leave: (lodger, isWhole) => {
      const berth = berths.get(lodger);
      if (berth !== undefined && isWhole && berth.machine.size < LARGE) {
        free[lodger.build].push(toFree(berth));
      }
      berths.delete(lodger);
      large.delete(lodger);
      lodger.resting = undefined;
    },
  };
};
