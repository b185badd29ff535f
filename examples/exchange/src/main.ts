import { messageOf } from 'cooperage';
import { countMonths } from './config.js';
import { help, type Options, parseOptions, UsageError, wholeExtent } from './options.js';
import { readPrices } from './prices.js';
import { formatOutcome } from './report.js';
import { play } from './run.js';
import { openRun, type Run } from './run-record.js';

/** Everything but the outcome goes to standard error, so that `--json` can be piped. */
const say = (line: string) => process.stderr.write(`exchange: ${line}\n`);

const announce = ({ state, replaced, extent }: Run, directory: string) => {
  const months = `${countMonths(readPrices(), extent)} months to trade`;
  switch (state) {
    case 'new':
      say(`${replaced ? 'starting anew' : 'starting'} in ${directory} (${months})`);
      break;
    case 'interrupted':
      say(`continuing the interrupted run in ${directory} (${months})`);
      break;
    case 'finished':
      say(`the run in ${directory} is finished, and this is its outcome; --fresh starts anew`);
      break;
  }
};

/** Settles with the first signal's name. The second signal ends the process, as if this were not here. */
const waitForSignal = () =>
  new Promise<'SIGINT' | 'SIGTERM'>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });

const runOnCluster = async ({ rounds, repeat, json }: Options): Promise<number> => {
  // A run on one machine need not load what a cluster needs.
  const { playOnCluster } = await import('./cluster/play-cluster.js');
  const { formatClusterOutcome, reportOf } = await import('./cluster/cluster-report.js');
  const extent = {
    rounds: rounds ?? wholeExtent.rounds,
    repeat: repeat ?? wholeExtent.repeat,
  };
  say(`starting three nodes (${countMonths(readPrices(), extent)} months to trade)`);
  const signal = waitForSignal();
  const outcome = await playOnCluster(extent, process.stderr, signal);
  if (outcome === undefined) {
    say('stopped; a run on a cluster is not continued');
    return (await signal) === 'SIGINT' ? 130 : 143;
  }
  const { settlement } = outcome;
  process.stdout.write(
    json ? `${JSON.stringify(reportOf(outcome), undefined, 2)}\n` : formatClusterOutcome(outcome),
  );
  return settlement.conserved ? 0 : 1;
};

const main = async (): Promise<number> => {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(help);
    return 0;
  }
  if (options.cluster) return runOnCluster(options);
  const run = openRun(options);
  announce(run, options.directory);
  let { outcome } = run;
  if (outcome === undefined) {
    const signal = waitForSignal();
    outcome = await play(run, options, process.stderr, signal);
    if (outcome === undefined) {
      say('stopped between two cranks; the same command continues');
      return (await signal) === 'SIGINT' ? 130 : 143;
    }
    run.finish(outcome);
  }
  process.stdout.write(
    options.json ? `${JSON.stringify(outcome, undefined, 2)}\n` : formatOutcome(outcome),
  );
  return outcome.settlement.conserved ? 0 : 1;
};

/** What the user can do something about is said in words; only a mistake in the program shows its stack. */
const explain = (error: unknown): string => {
  if (error instanceof UsageError) return `${error.message}\nTry --help.`;
  return error instanceof Error && !('code' in error) ? `${error.stack}` : messageOf(error);
};

try {
  process.exitCode = await main();
} catch (error) {
  say(explain(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
