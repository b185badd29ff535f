/**
 * The differential fuzzing of liveslots as a program of an engine: one world of a seed, in which ours and the
 * published liveslots are compared with each other, and all that either of them did.
 */
import { serve } from './serve.js';
import { makeLiveSlots as published } from '@agoric/swingset-liveslots';
import { makeLiveSlots } from '@cooperage/liveslots';
import { FuzzWorld } from '../../../liveslots/test/helpers/fuzz-world.js';

export interface FuzzOrder {
  readonly seed: number;
  readonly steps: number;
}

export interface FuzzReport {
  /** For each crank of each liveslots: the delivery, each syscall, and what the program saw. */
  readonly trace: readonly string[];
  readonly syscalls: number;
  /** The published liveslots failed: there was nothing more to compare. */
  readonly isOver: boolean;
}

serve({
  world: async (text): Promise<FuzzReport> => {
    const { seed, steps } = JSON.parse(text) as FuzzOrder;
    const trace: string[] = [];
    const world = new FuzzWorld(seed, makeLiveSlots, published);
    world.tell = (...words) => {
      trace.push(JSON.stringify(words));
    };
    await world.start();
    for (let i = 0; i < steps; i += 1) await world.go();
    if (!world.isOver) await world.finish();
    return { trace, syscalls: world.syscalls, isOver: world.isOver };
  },
});
