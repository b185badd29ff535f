/** How the kernel's processor time for a crank grows with what the kernel holds. */
import { readFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { medianOf } from '../measure.mjs';
import { openWorld } from './world.mjs';

const BATCHES = 7;
const ROUNDS = 100;

/** Milliseconds of processor time that this thread has used; elsewhere than on Linux, that the process has. */
const used = () => {
  try {
    const [time] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
    return Number(time) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
};

/** @returns microseconds a crank: the median of some batches, the least and the most */
const measureCranks = async (world, round) => {
  const batches = [];
  for (let batch = 0; batch <= BATCHES; batch += 1) {
    const cranks = world.cranks;
    const before = used();
    for (let i = 0; i < ROUNDS; i += 1) await round();
    const time = ((used() - before) * 1000) / (world.cranks - cranks);
    // The first one only warms up: code is compiled, rows are read.
    if (batch > 0) batches.push(time);
  }
  return { median: medianOf(batches), least: Math.min(...batches), most: Math.max(...batches) };
};

/** @returns one point of a curve: `size`, microseconds a crank, and bytes of the database */
export const measurePoint = async ({ grow }, size) => {
  const directory = mkdtempSync(join(tmpdir(), 'cooperage-growth-'));
  try {
    const world = await openWorld(directory);
    const round = await grow(world, size);
    await world.flush();
    const figures = await measureCranks(world, round);
    const { size: bytes } = statSync(join(directory, 'store.mdb'));
    await world.close();
    return { size, ...figures, bytes };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
