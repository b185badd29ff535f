#!/usr/bin/env node
/** `links`: worlds of two to five shards that are linked, from seeds; or the smallest one, completely. */
import { parseArgs } from 'node:util';
import { exploreLinks } from './explore.js';
import { LINK_RULES, type LinkRule } from './rules.js';
import { runWorlds } from './run-worlds.js';

const HELP = `usage: npm run links -w @cooperage/simulator -- [options]

  --seeds N        worlds to run (default 100000)       --from N   the first seed (default 1)
  --seconds S      stop after so long
  --without RULE   with a rule switched off: a world should fail; "each" takes one after the other
  --explore        every order of steps of the smallest world of two shards
`;

const number = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    seeds: number,
    from: number,
    seconds: number,
    without: { type: 'string' },
    explore: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const isRule = (name: string): name is LinkRule => Object.hasOwn(LINK_RULES, name);

const range = {
  from: Number(values.from ?? 1),
  seeds: Number(values.seeds ?? 100_000),
  within: values.seconds === undefined ? Infinity : 1_000 * Number(values.seconds),
};

/** Each rule is needed: without it, some world fails. */
const runWithout = (rules: readonly LinkRule[]): boolean => {
  let isEachNeeded = true;
  for (const rule of rules) {
    const { worlds, failures } = runWorlds({ ...range, without: [rule], stopsAtFirst: true });
    const [first] = failures;
    if (first === undefined) isEachNeeded = false;
    say(
      `${rule}: ${first === undefined ? `not missed in ${worlds} worlds` : `seed ${first.seed}: ${first.message}`}`,
    );
  }
  return isEachNeeded;
};

const run = (): boolean => {
  const { without } = values;
  if (values.explore === true) {
    const { states, ends, deepest } = exploreLinks();
    say(
      `${states} states, ${ends} of them ends, the longest way to one is ${deepest} steps: no violation`,
    );
    return true;
  }
  if (without !== undefined) {
    const rules = without === 'each' ? Object.keys(LINK_RULES) : without.split(',');
    const unknown = rules.find((rule) => !isRule(rule));
    if (unknown === undefined) return runWithout(rules.filter(isRule));
    say(`there is no rule "${unknown}"; there are: ${Object.keys(LINK_RULES).join(', ')}`);
    return false;
  }
  const { worlds, failed, failures, counts } = runWorlds(range);
  say(
    `${worlds} worlds, ${failed} failed; ${Object.entries(counts)
      .map(([what, n]) => `${what} ${n}`)
      .join(', ')}`,
  );
  for (const { seed, message } of failures) say(`seed ${seed}: ${message}`);
  return failed === 0;
};

if (values.help === true) say(HELP);
else process.exitCode = run() ? 0 : 1;
