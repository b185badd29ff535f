import { rmSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openKernel } from 'cooperage';
import { config, SUPPLY } from './config.js';
import type { Audit, RoundReport } from './vats/types.js';

/** One line of `--json`: what the program says when a round is over and all of it is on disk. */
export interface RoundLine {
  readonly round: number;
  readonly seconds: number;
  readonly cranks: number;
  /** Megabytes of this process. */
  readonly memory: number;
  readonly transfers: number;
  /** No money was made or lost. */
  readonly conserved: boolean;
  /** Workers that were lost and came back, since the program started. */
  readonly workersLost: number;
  readonly upgrades: number;
}

const { values } = parseArgs({
  options: {
    directory: {
      type: 'string',
      default: fileURLToPath(new URL('../.cooperage/', import.meta.url)),
    },
    rounds: { type: 'string', default: '10' },
    customers: { type: 'string', default: '12' },
    'upgrade-every': { type: 'string', default: '5' },
    pause: { type: 'string', default: '0' },
    fresh: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const help = `Customers, each a vat of its own, open an account, deal with one another and go, round after round. The ledger
and the clearing are upgraded on the way. May be killed at any time: the same command continues.

  npm start -- [options]

  --directory DIR     where the state is kept (default: .cooperage/ in the example's folder)
  --rounds N          stop after so many rounds of this run (default 10; 0: never)
  --customers N       in each round (default 12; one of twelve never stops computing, and is stopped)
  --upgrade-every N   upgrade both vats after each N rounds (default 5; 0: never)
  --pause MS          milliseconds between two rounds
  --fresh             throw away what is there and start anew
  --json              a line of JSON for each round
  --help              this text
`;

const whole = (name: 'rounds' | 'customers' | 'upgrade-every' | 'pause', least: number): number => {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw Error(`--${name} takes a whole number from ${least}, not ${JSON.stringify(values[name])}`);
};

const play = async (): Promise<boolean> => {
  const [rounds, customers] = [whole('rounds', 0), whole('customers', 2)];
  const [upgradeEvery, pause] = [whole('upgrade-every', 0), whole('pause', 0)];
  if (values.fresh) rmSync(values.directory, { recursive: true, force: true });
  mkdirSync(values.directory, { recursive: true });
  let cranks = 0;
  let workersLost = 0;
  let upgrades = 0;
  const kernel = await openKernel({
    directory: values.directory,
    config,
    on: {
      retired: () => (cranks += 1),
      'worker-lost': () => (workersLost += 1),
      console: () => undefined, // liveslots notes there each error that one vat sends another
    },
  });
  let stopped = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stopped = true));
  let conserved = true;
  try {
    const first = ((await kernel.send('clearing', 'played')) as number) + 1;
    for (let round = first; !stopped && (rounds === 0 || round < first + rounds); round += 1) {
      const began = performance.now();
      const { ended } = (await kernel.send('clearing', 'play', [round, customers])) as RoundReport;
      await kernel.run();
      const { sum, transfers } = (await kernel.send('ledger', 'audit')) as Audit;
      conserved &&= sum === BigInt(SUPPLY);
      const seconds = (performance.now() - began) / 1000;
      const memory = Math.round(process.memoryUsage.rss() / 1e6);
      const line: RoundLine = {
        round,
        seconds,
        cranks,
        memory,
        transfers,
        conserved,
        workersLost,
        upgrades,
      };
      const words = Object.entries(ended)
        .filter(([, count]) => count > 0)
        .map(([ending, count]) => `${count} ${ending}`);
      process.stdout.write(
        values.json
          ? `${JSON.stringify(line)}\n`
          : `round ${round}: ${words.join(', ')}; ${transfers} transfers so far, ` +
              `${conserved ? 'no money made or lost' : 'MONEY IS MISSING'} (${seconds.toFixed(1)} s)\n`,
      );
      if (upgradeEvery > 0 && round % upgradeEvery === 0) {
        for (const vat of ['ledger', 'clearing'] as const) {
          await kernel.upgradeVat(vat, { bundle: vat, parameters: { supply: SUPPLY } });
          upgrades += 1;
        }
      }
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    }
  } finally {
    await kernel.close();
  }
  return conserved;
};

if (values.help) process.stdout.write(help);
else process.exitCode = (await play()) ? 0 : 1;
