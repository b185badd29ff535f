// What it costs that objects can override what they inherit from hardened prototypes (SES's `overrideTaming: 'severe'`):
// calls of methods that are accessors for that, and of the same methods as plain properties. `npm run severe -w cooperage`.
import { fileURLToPath } from 'node:url';
import { openKernel } from '../../dist/index.js';

const source = fileURLToPath(new URL('vat.js', import.meta.url));
const TIMES = { v8: 1_000_000, quickjs: 50_000 };
const RUNS = 5;
const say = (...columns) => process.stdout.write(`| ${columns.join(' | ')} |\n`);

const kernel = await openKernel({
  config: {
    bootstrap: 'v8',
    vats: { v8: { source, engine: 'v8' }, quickjs: { source, engine: 'quickjs' } },
    crankTimeLimit: 60_000,
  },
});
try {
  const nanoseconds = async (vat, name, isPlain) => {
    const before = process.cpuUsage();
    await kernel.send(vat, 'run', [name, isPlain, TIMES[vat]]);
    const { user, system } = process.cpuUsage(before);
    return ((user + system) * 1_000) / TIMES[vat];
  };
  say('a call, least of five runs', 'V8: accessor', 'plain', 'QuickJS: accessor', 'plain');
  say('---', '---:', '---:', '---:', '---:');
  for (const name of ['push', 'map', 'valueOf', 'call']) {
    const cells = [];
    for (const vat of ['v8', 'quickjs']) {
      const found = { true: [], false: [] };
      // By turns, so that what else the machine does is in both.
      for (let run = 0; run < RUNS; run += 1) {
        for (const isPlain of [false, true]) {
          found[isPlain].push(await nanoseconds(vat, name, isPlain));
        }
      }
      cells.push(...[false, true].map((each) => `${Math.round(Math.min(...found[each]))} ns`));
    }
    say(`\`${name}\``, ...cells);
  }
} finally {
  await kernel.close();
}
