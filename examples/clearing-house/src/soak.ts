import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatSoak, growth, soak } from './soaking.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '60' },
    'kill-every': { type: 'string', default: '20' },
    pause: { type: 'string', default: '0' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** What a level may still rise, from the middle third to the last one. */
const LEVEL = 1.25;

if (values.help || positionals.length > 0) {
  process.stdout
    .write(`Runs the example for a long time, kills its process and its threads at random moments, and watches what it holds.
Ends with an error if money is missing, if a round is lost, or if memory or disk go on growing.

  npm run soak -- [--minutes N] [--kill-every SECONDS] [--pause MS]

  --minutes N           how long (default 60)
  --kill-every SECONDS  from one SIGKILL to the next, on average (default 20)
  --pause MS            between two rounds, to leave the machine to others (default 0)
`);
} else {
  const number = (name: 'minutes' | 'kill-every' | 'pause'): number => {
    const value = Number(values[name]);
    if (value >= 0) return value;
    throw Error(`--${name} takes a number, not ${JSON.stringify(values[name])}`);
  };
  const directory = mkdtempSync(join(tmpdir(), 'cooperage-soak-'));
  try {
    const result = await soak({
      directory: join(directory, 'kernel'),
      seconds: 60 * number('minutes'),
      killEvery: number('kill-every'),
      args: ['--pause', String(number('pause'))],
      random: Math.random,
      say: (line) => process.stdout.write(`${line}\n`),
    });
    process.stdout.write(formatSoak(result));
    const levels = (['memory', 'disk'] as const).map((name) =>
      growth(result.samples.map((sample) => sample[name])),
    );
    process.exitCode = levels.every((level) => level < LEVEL) ? 0 : 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
