// One measured run, in a process of its own: `node child.mjs JOB`; answers its parent with the figures.
import { watchThreads } from './threads.mjs';

const { side, program, sizes, world, profile } = JSON.parse(process.argv[2]);

// Before the side is loaded, which takes `Worker` from Node.
watchThreads(profile);
const { open } = await import(`./sides/${side}.mjs`);
const { programs } = await import('./benchmarks/programs.mjs');

const figures = await programs[program]((start) => open({ ...start, ...world }), sizes);
process.send(figures, () => {
  process.disconnect();
  // A run is over when its figures are there, whatever the side has left open.
  process.exit();
});
