// Runs a benchmark's sides in turn, each run in a fresh process and a fresh directory.
import { fork } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const childFile = fileURLToPath(new URL('./child.mjs', import.meta.url));

/** Runs a module that answers with one message, and gives the message. */
export const ask = (file, args = [], execArgv = []) =>
  new Promise((resolve, reject) => {
    const child = fork(file, args, { execArgv, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    const printed = [];
    let answer;
    child.stdout.on('data', (data) => printed.push(data));
    child.stderr.on('data', (data) => printed.push(data));
    child.on('message', (message) => {
      answer = message;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0 && answer !== undefined) resolve(answer);
      else reject(Error(`${file} ended with ${signal ?? code}\n${Buffer.concat(printed)}`));
    });
  });

export const medianOf = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** The two sides and the variants of a benchmark, each with all that a run needs. */
const contestantsOf = (benchmark) => [
  { name: 'ours', side: 'ours', ...benchmark.ours },
  { name: 'theirs', side: 'theirs', ...benchmark.theirs },
  ...(benchmark.variants ?? []).map((variant) => ({ ...benchmark[variant.side], ...variant })),
];

/**
 * @param {object} options
 * @param {number} options.runs
 * @param {string} [options.profile] a folder for CPU profiles of our side
 * @param {(line: string) => void} options.say
 */
export const measure = async (benchmark, { runs, profile, say }) => {
  const temporary = mkdtempSync(join(tmpdir(), 'cooperage-bench-'));
  let serial = 0;
  const freshDirectory = () => join(temporary, `${(serial += 1)}`);

  const runOnce = ({ side, sizes, options, imports }, program, directory) => {
    const profiled = side === 'ours' ? profile : undefined;
    const job = { side, program, sizes, profile: profiled, world: { directory, options, imports } };
    const execArgv = profiled === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiled}`];
    return ask(childFile, [JSON.stringify(job)], execArgv);
  };

  try {
    const contestants = contestantsOf(benchmark).map((each) => ({ ...each, figures: [] }));
    if (benchmark.prepare !== undefined) {
      for (const contestant of contestants) {
        contestant.prepared = freshDirectory();
        await runOnce(contestant, benchmark.prepare, contestant.prepared);
      }
    }
    for (let run = 1; run <= runs; run += 1) {
      for (const contestant of contestants) {
        const directory = freshDirectory();
        if (contestant.prepared !== undefined) {
          cpSync(contestant.prepared, directory, { recursive: true });
        }
        const figures = await runOnce(contestant, benchmark.program, directory);
        rmSync(directory, { recursive: true, force: true });
        if (contestant.cpuElsewhere) {
          delete figures.cpu;
          delete figures.roles;
        }
        contestant.figures.push(figures);
        say(
          `${benchmark.name}, run ${run} of ${runs}, ${contestant.name}: ${figures.value.toFixed(1)} ${benchmark.unit}`,
        );
      }
    }
    return contestants.map(({ name, side, target, peer, figures }) => ({
      name,
      side,
      target,
      peer,
      median: medianOf(figures.map(({ value }) => value)),
      figures,
    }));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
};
