import './helpers/lockdown.js';
import { expect, test } from 'vitest';
import { makeLiveSlots } from '../src/index.js';
import { FuzzWorld } from './helpers/fuzz-world.js';

const from = Number(process.env.FUZZ_FROM ?? 1);
const count = Number(process.env.FUZZ_SEEDS ?? 12);
const steps = Number(process.env.FUZZ_STEPS ?? 250);

test(
  `12: seeds ${from} to ${from + count - 1}: a history that is run again on an engine that collects nothing makes the same syscalls`,
  async () => {
    const failures: string[] = [];
    for (let seed = from; seed < from + count; seed += 1) {
      const world = new FuzzWorld(seed, makeLiveSlots, makeLiveSlots, true);
      try {
        await world.start();
        for (let i = 0; i < steps; i += 1) await world.go();
        if (!world.isOver) await world.finish();
      } catch (error) {
        failures.push(`FUZZ_FROM=${seed} FUZZ_SEEDS=1 replay\n${(error as Error).stack}`);
        if (failures.length > 2) break;
      }
    }
    expect(failures.join('\n\n')).toBe('');
  },
  60_000 + count * 5_000,
);
