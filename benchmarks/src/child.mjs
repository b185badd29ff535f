// One measured run, in a process of its own: `node child.mjs JOB`; answers its parent with the figures.
const { side, program, sizes, world } = JSON.parse(process.argv[2]);

const { open } = await import(`./sides/${side}.mjs`);
const { programs } = await import('./benchmarks/programs.mjs');

const figures = await programs[program]((start) => open({ ...start, ...world }), sizes);
process.send(figures, () => {
  process.disconnect();
  // A run is over when its figures are there, whatever the side has left open.
  process.exit();
});
