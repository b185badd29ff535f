import './helpers/lockdown.js';
import { makeLiveSlots as published } from '@agoric/swingset-liveslots';
import { expect, test } from 'vitest';
import { makeLiveSlots } from '../src/index.js';
import { FuzzWorld } from './helpers/fuzz-world.js';

// A failing dispatch of the published liveslots leaves an unhandled rejection behind.
process.removeAllListeners('unhandledRejection');
process.on('unhandledRejection', () => {});

const from = Number(process.env.FUZZ_FROM ?? 1);
const count = Number(process.env.FUZZ_SEEDS ?? 12);
const steps = Number(process.env.FUZZ_STEPS ?? 250);

test(
  `seeds ${from} to ${from + count - 1} do the same on ours as on the published liveslots`,
  async () => {
    let syscalls = 0;
    let told = 0;
    let over = 0;
    const failures: string[] = [];
    for (let seed = from; seed < from + count; seed += 1) {
      const world = new FuzzWorld(seed, makeLiveSlots, published as never);
      try {
        await world.start();
        for (let i = 0; i < steps; i += 1) await world.go();
        if (world.isOver) over += 1;
        else await world.finish();
      } catch (error) {
        failures.push(
          `FUZZ_FROM=${seed} FUZZ_SEEDS=1 FUZZ_STEPS=${steps} npx vitest run --project @cooperage/liveslots differential-fuzz\n${(error as Error).stack}`,
        );
        if (failures.length > 2) break;
      }
      syscalls += world.syscalls;
      told += world.told;
    }
    expect(failures.join('\n\n')).toBe('');
    // Few worlds may end early because the published liveslots failed.
    expect(over).toBeLessThan(2 + count / 4);
    expect(syscalls).toBeGreaterThan(count * 10);
    expect(told).toBeGreaterThan(count / 4);
  },
  60_000 + count * 5_000,
);
