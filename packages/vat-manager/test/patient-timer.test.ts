import { expect, it } from 'vitest';
import { makeStopwatch } from '../src/runs/patient-timer.js';

const makeWorld = () => {
  const world = { time: 0, isDebugged: false, debuggedTime: 0 };
  const elapsed = makeStopwatch({
    now: () => world.time,
    isDebugged: () => world.isDebugged,
    debuggedTime: () => world.debuggedTime,
  });
  const after = (milliseconds: number, debuggedTime = 0): number => {
    world.time += milliseconds;
    world.debuggedTime += debuggedTime;
    return elapsed();
  };
  return { world, after };
};

it('all time counts where there is no inspector', () => {
  const { after } = makeWorld();
  expect([after(50), after(60_000)]).toEqual([50, 60_050]);
});

it('with an inspector, a pause of this thread counts for one step only', () => {
  const { world, after } = makeWorld();
  world.isDebugged = true;
  expect([after(50), after(60_000), after(100)]).toEqual([50, 250, 350]);
});

it('with an inspector, time for which a vat stood at a breakpoint does not count', () => {
  const { world, after } = makeWorld();
  world.isDebugged = true;
  expect([after(150), after(200, 200), after(200, 180), after(100)]).toEqual([150, 150, 170, 270]);
});
