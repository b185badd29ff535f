import { openKernel } from 'cooperage';
import { config } from './config.js';
import { formatTable } from './table.js';
import type { Story } from './vats/main.js';

// What vats write to their consoles, and that is where liveslots notes each error that one vat sends another:
// two of them are a part of this story.
const showConsoles = process.argv.includes('--verbose');

// In memory: this example is about vats that come and go while the kernel runs.
const kernel = await openKernel({
  config,
  on: {
    console: ({ name, text }) => {
      if (showConsoles) process.stderr.write(`${name}: ${text}\n`);
    },
  },
});
const { instances } = (await kernel.send('main', 'play', [])) as Story;
await kernel.close();

process.stdout.write(
  formatTable([
    ['instance', 'contract', 'state', 'what happened'],
    ...instances.map(({ name, contract, state, reason, events }) => [
      name,
      contract,
      state,
      [...(reason === undefined ? [] : [reason]), ...events].join('; '),
    ]),
  ]),
);
