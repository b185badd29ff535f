// `npm start`: sets the tree up and runs the exchange example. Arguments go to the example.
import { fail, manifestOf, root, run, say, setUp } from './setup.mjs';

const folder = 'examples/exchange';

await setUp();
const [program, ...args] = manifestOf(folder)?.scripts?.start?.split(' ') ?? [];
if (program !== 'node') fail(`${folder}/package.json has no start script of the form "node FILE"`);
say(`running ${folder} ...`);
// Not through `npm run`, which would pass on a Ctrl-C that the example has had already.
process.exitCode = await run(process.execPath, [...args, ...process.argv.slice(2)], {
  cwd: `${root}${folder}`,
});
