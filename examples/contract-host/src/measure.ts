import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Engine } from './config.js';
import { openHost } from './open-host.js';
import { formatTable } from './table.js';

/** How instances are made. */
export interface Kind {
  readonly engine: Engine;
  /** From nothing: a new vat, the framework, the contract. Otherwise a fork of the contract's zygote. */
  readonly cold: boolean;
}

export interface Measurement extends Kind {
  readonly count: number;
  /** Milliseconds from the request to the instance's facets, the mean. */
  readonly milliseconds: number;
  /** Milliseconds of processor time, of all threads together, the mean. */
  readonly cpu: number;
  /** Megabytes by which the process grew, for each. */
  readonly megabytes: number;
}

/** Makes instances one after the other, in this process. */
export const measure = async ({ engine, cold }: Kind, count: number): Promise<Measurement> => {
  const { kernel } = await openHost({ engine, plan: 'nothing' });
  try {
    // The first one finds threads that have yet to start.
    await kernel.send('main', 'another', ['warm-up', cold]);
    const before = process.memoryUsage.rss();
    const cpuBefore = process.cpuUsage();
    const began = performance.now();
    for (let i = 1; i <= count; i += 1) {
      await kernel.send('main', 'another', [`instance ${i}`, cold]);
    }
    const milliseconds = (performance.now() - began) / count;
    const { user, system } = process.cpuUsage(cpuBefore);
    const cpu = (user + system) / count / 1_000;
    const megabytes = (process.memoryUsage.rss() - before) / count / 1e6;
    return { engine, cold, count, milliseconds, cpu, megabytes };
  } finally {
    await kernel.close();
  }
};

const KINDS: readonly Kind[] = [
  { engine: 'quickjs', cold: false },
  { engine: 'quickjs', cold: true },
  { engine: 'v8', cold: true },
];

const nameOf = ({ engine, cold }: Kind) => `${cold ? 'from nothing' : 'forked'}, ${engine}`;

/** Each kind in a process of its own: memory that one frees is not the next one's. */
export const measureAll = async (
  count: number,
  say: (line: string) => void,
): Promise<readonly Measurement[]> => {
  const program = fileURLToPath(new URL('./measure-one.js', import.meta.url));
  const measurements: Measurement[] = [];
  for (const kind of KINDS) {
    say(`making ${count} instances: ${nameOf(kind)}`);
    const args = [program, kind.engine, kind.cold ? 'cold' : 'forked', String(count)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    measurements.push(JSON.parse(stdout) as Measurement);
  }
  return measurements;
};

export const formatMeasurements = (measurements: readonly Measurement[]): string => {
  const [forked] = measurements;
  return formatTable([
    ['instances', 'each ready after', 'processor time', 'memory for each', ''],
    ...measurements.map((one) => [
      `${one.count}, ${nameOf(one)}`,
      `${one.milliseconds.toFixed(1)} ms`,
      `${one.cpu.toFixed(1)} ms`,
      `${one.megabytes.toFixed(2)} MB`,
      one === forked || forked === undefined
        ? ''
        : `${(one.milliseconds / forked.milliseconds).toFixed(1)} times as long`,
    ]),
  ]);
};
