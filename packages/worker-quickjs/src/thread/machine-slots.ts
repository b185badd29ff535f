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
interface MachineSlot {
  readonly machine: Machine;
  readonly resident: Resident;
  /** What the machine's memory is measured against. */
  readonly from: Heap;
}

/** A machine without a vat, with what is in its memory. */
interface FreeMachine {
  readonly machine: Machine;
  readonly from: Heap;
  readonly delta: Delta;
}

export interface Resident {
  readonly build: Build;
  readonly powers: MachinePowers;
  readonly limits: MachineLimits;
  /** While it has no machine. */
  resting: RestingHeap | undefined;
}

export interface MachineSlots {
  /** The resident's machine; good until another resident asks for its own. */
  machineOf(resident: Resident): Machine;
  /** Has a first machine ready, with a heap in it that vats start from. */
  prepare(build: Build, heap: Heap): void;
  /** For when there is nothing else to do: has a machine ready for the next vat. */
  makeRoom(): void;
  /**
   * The resident does not come back.
   * @param isWhole its machine was not stopped in the middle of something
   */
  leave(resident: Resident, isWhole: boolean): void;
}

/** @param most vats of each build that have a machine, one at least; those with large heaps come on top */
export const makeMachineSlots = (engine: Engine, most: number): MachineSlots => {
  /** The least recently used first. */
  const slots = new Map<Resident, MachineSlot>();
  const large = new Map<Resident, Machine>();
  const free: Record<Build, FreeMachine[]> = { metered: [], guarded: [], plain: [] };

  const toFree = ({ machine, from }: MachineSlot): FreeMachine => ({
    machine,
    from,
    delta: differenceOf(machine.memory(), from.memory),
  });

  /** The machine of the vat that has been idle for the longest. */
  const evict = (build: Build, size: number): FreeMachine | undefined => {
    let chosen: MachineSlot | undefined;
    let count = free[build].length;
    for (const slot of [...slots.values()]) {
      const { machine, resident } = slot;
      if (resident.build !== build) continue;
      if (machine.size >= LARGE) {
        slots.delete(resident);
        large.set(resident, machine);
        continue;
      }
      count += 1;
      // One that is too large is of no use to who comes, but its place is.
      if (chosen === undefined || (chosen.machine.size > size && machine.size <= size)) {
        chosen = slot;
      }
    }
    // There is one machine more, so that it can be emptied before it is needed.
    if (chosen === undefined || count <= most) return undefined;
    const evicted = toFree(chosen);
    const { machine, resident, from } = chosen;
    resident.resting = { from, delta: evicted.delta, state: machine.state() };
    slots.delete(resident);
    return machine.size <= size ? evicted : undefined;
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

  const wake = (resident: Resident): Machine => {
    const { resting, build, powers, limits } = resident;
    if (resting === undefined) throw Error('the vat has neither a machine nor a heap');
    const { from, delta, state } = resting;
    const isLarge = state.size >= LARGE;
    const before = isLarge
      ? undefined
      : (takeFree(build, state.size, from) ?? evict(build, state.size));
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
    resident.resting = undefined;
    if (isLarge) large.set(resident, machine);
    else slots.set(resident, { machine, resident, from });
    return machine;
  };

  return {
    machineOf: (resident) => {
      const slot = slots.get(resident);
      if (slot === undefined) return large.get(resident) ?? wake(resident);
      slots.delete(resident);
      slots.set(resident, slot);
      return slot.machine;
    },
    prepare: (build, heap) => {
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
        const evicted = free[build].length === 0 ? evict(build, LARGE) : undefined;
        if (evicted === undefined) continue;
        free[build].push(evicted);
        return;
      }
    },
    leave: (resident, isWhole) => {
      const slot = slots.get(resident);
      if (slot !== undefined && isWhole && slot.machine.size < LARGE) {
        free[resident.build].push(toFree(slot));
      }
      slots.delete(resident);
      large.delete(resident);
      resident.resting = undefined;
    },
  };
};
