import { parseArgs } from 'node:util';
import { killRepeatedly } from './killing.js';

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '50' },
    rounds: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) {
  process.stdout
    .write(`Kills the exchange with SIGKILL at random moments and continues it, and compares how it settles
with a run that was left alone.

  npm run kill -- [--times N] [--rounds N]
`);
} else {
  const times = Number(values.times);
  if (!Number.isSafeInteger(times) || times < 1) throw Error('--times takes a number from 1');
  const { kills, runs } = await killRepeatedly({
    times,
    args: values.rounds === undefined ? [] : ['--rounds', values.rounds],
    random: Math.random,
    say: (line) => process.stdout.write(`${line}\n`),
  });
  process.stdout.write(
    `${kills} kills in ${runs} runs: every one ended with the same settlement\n`,
  );
}
