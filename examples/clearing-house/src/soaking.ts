import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RoundLine } from './main.js';

const program = fileURLToPath(new URL('./main.js', import.meta.url));

export interface SoakOptions {
  readonly directory: string;
  readonly seconds: number;
  /** Goes on for longer until so many rounds were seen to end, however slow the machine is. Default: 0. */
  readonly leastRounds?: number;
  /** Seconds between two kills, on average. */
  readonly killEvery: number;
  /** Options of the example. */
  readonly args: readonly string[];
  /** A number from 0 up to 1. */
  readonly random: () => number;
  readonly say: (line: string) => void;
}

/** One round as seen from outside. */
export interface Sample extends RoundLine {
  /** Seconds since the soak began. */
  readonly at: number;
  /** Megabytes in the kernel's directory. */
  readonly disk: number;
}

export interface SoakResult {
  readonly kills: number;
  readonly workersLost: number;
  readonly samples: readonly Sample[];
  /** Seconds from the start of each process to the end of its first round. */
  readonly restarts: readonly number[];
}

const sizeOf = (path: string): number => {
  try {
    const stat = statSync(path);
    if (!stat.isDirectory()) return stat.blocks * 512;
    return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
  } catch {
    return 0; // it was deleted just now
  }
};

/**
 * Keeps the example going, kills its process at random moments and starts it again. Throws if money is missing, or
 * if a round that was reported as over is not over after the next start.
 */
export const soak = async (options: SoakOptions): Promise<SoakResult> => {
  const { directory, seconds, leastRounds = 0, killEvery, args, random, say } = options;
  const began = performance.now();
  const at = () => (performance.now() - began) / 1000;
  const samples: Sample[] = [];
  const restarts: number[] = [];
  let kills = 0;
  let workersLost = 0;

  const runOnce = async (lifetime: number): Promise<void> => {
    const started = at();
    const child = spawn(
      process.execPath,
      [program, '--json', '--rounds', '0', '--directory', directory, ...args],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
    });
    let lost = 0;
    let isFirst = true;
    let fault: string | undefined;
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as RoundLine;
      const last = samples.at(-1)?.round ?? 0;
      if (!line.conserved) fault = `money is missing after round ${line.round}`;
      if (line.round <= last) fault = `round ${line.round} was played again after round ${last}`;
      if (isFirst) restarts.push(at() - started);
      isFirst = false;
      lost = line.workersLost;
      samples.push({ ...line, at: at(), disk: sizeOf(directory) / 1e6 });
      if (fault !== undefined) child.kill('SIGKILL');
    });
    let killed = false;
    const timer = setTimeout(() => {
      killed = true;
      child.kill('SIGKILL');
    }, lifetime * 1000);
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    clearTimeout(timer);
    workersLost += lost;
    if (fault !== undefined) throw Error(fault);
    if (!killed) throw Error(`the example ended by itself with ${code ?? signal}:\n${said}`);
    kills += 1;
  };

  let saidAt = 0;
  while (at() < seconds || samples.length < leastRounds) {
    // Anywhere, and often early: starting is a part of it.
    const left = samples.length < leastRounds ? Infinity : seconds - at() + 0.05;
    await runOnce(Math.min(2 * killEvery * random() + 0.05, left));
    if (at() - saidAt > 30) {
      saidAt = at();
      const last = samples.at(-1);
      say(
        `${(at() / 60).toFixed(1)} min: ${kills} kills, ${samples.length} rounds, ${last?.transfers ?? 0} transfers, ` +
          `${workersLost} workers lost, ${last?.memory ?? 0} MB of memory, ${last?.disk.toFixed(1) ?? 0} MB on disk`,
      );
    }
  }
  return { kills, workersLost, samples, restarts };
};

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / Math.max(1, numbers.length);

/** Growth of the last third over the middle one: 1 is none. */
export const growth = (numbers: readonly number[]): number => {
  const third = Math.floor(numbers.length / 3);
  return mean(numbers.slice(2 * third)) / mean(numbers.slice(third, 2 * third));
};

/** The samples in ten parts of equal time, as text. */
export const formatSoak = ({ kills, workersLost, samples, restarts }: SoakResult): string => {
  const last = samples.at(-1);
  if (last === undefined) return 'no round was over\n';
  const lines = ['minutes  rounds  memory MB  disk MB  seconds a round'];
  const parts = 10;
  for (let part = 0; part < parts; part += 1) {
    const from = (last.at * part) / parts;
    const to = (last.at * (part + 1)) / parts;
    const here = samples.filter(({ at }) => at > from && at <= to);
    const cells = [
      (to / 60).toFixed(1).padStart(7),
      String(here.length).padStart(6),
      mean(here.map(({ memory }) => memory))
        .toFixed(0)
        .padStart(9),
      mean(here.map(({ disk }) => disk))
        .toFixed(1)
        .padStart(7),
      mean(here.map(({ seconds }) => seconds))
        .toFixed(2)
        .padStart(15),
    ];
    lines.push(cells.join('  '));
  }
  const grown = (name: 'memory' | 'disk') => growth(samples.map((one) => one[name])).toFixed(2);
  lines.push(
    `${kills} kills, ${workersLost} workers lost, ${last.round} rounds, ${last.transfers} transfers; ` +
      `a start took ${mean(restarts).toFixed(2)} s with its first round`,
    `last third against the middle one: memory ${grown('memory')}, disk ${grown('disk')}`,
  );
  return `${lines.join('\n')}\n`;
};
