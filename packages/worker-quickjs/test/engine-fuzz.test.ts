import { afterAll, expect, it } from 'vitest';
import { makeQuickJSEngine } from '../src/engine/quickjs.js';
import { bundleScript, onQuickJS, onV8 } from './helpers/script.js';
import type { FuzzOrder, FuzzReport } from './inside/fuzz.js';

const from = Number(process.env.FUZZ_FROM ?? 1);
const count = Number(process.env.FUZZ_SEEDS ?? 4);
const steps = Number(process.env.FUZZ_STEPS ?? 150);

const script = await bundleScript('fuzz');
const onEngine = onQuickJS(makeQuickJSEngine(), script);
const v8 = onV8(script);
afterAll(() => v8.stop());

/** What there is first in one and not in the other. */
const differenceOf = (quickjs: readonly string[], other: readonly string[]): string | undefined => {
  const length = Math.max(quickjs.length, other.length);
  for (let i = 0; i < length; i += 1) {
    if (quickjs[i] !== other[i]) return `crank ${i}\n${quickjs[i]}\non V8 it is\n${other[i]}`;
  }
  return undefined;
};

it(
  `seeds ${from} to ${from + count - 1}: both liveslots make the syscalls that they make in V8`,
  async () => {
    const failures: string[] = [];
    let [cranks, syscalls, over] = [0, 0, 0];
    for (let seed = from; seed < from + count && failures.length < 3; seed += 1) {
      const order: FuzzOrder = { seed, steps };
      const text = JSON.stringify(order);
      try {
        const [inside, outside] = (
          await Promise.all([v8.run('world', text), onEngine('world', text)])
        ).reverse() as [FuzzReport, FuzzReport];
        const difference = differenceOf(inside.trace, outside.trace);
        if (difference !== undefined) throw Error(difference);
        cranks += inside.trace.length;
        syscalls += inside.syscalls;
        if (inside.isOver) over += 1;
      } catch (error) {
        const again = `FUZZ_FROM=${seed} FUZZ_SEEDS=1 FUZZ_STEPS=${steps} npm run fuzz -w @cooperage/worker-quickjs`;
        failures.push(`${again}\n${(error as Error).stack}`);
      }
    }
    console.log(`${count} programs, ${cranks} cranks, ${syscalls} syscalls, ${over} ended early`);
    expect(failures.join('\n\n')).toBe('');
    // Few worlds may end early because the published liveslots failed.
    expect(over).toBeLessThan(2 + count / 4);
    expect(syscalls).toBeGreaterThan(count * 10);
  },
  60_000 + count * 10_000,
);
