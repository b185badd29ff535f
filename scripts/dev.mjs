// `npm run dev`: builds, then compiles what is saved, and puts the files of the worker threads together again.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { root, run, say, setUp } from './setup.mjs';

await setUp();
say('watching; Ctrl-C ends it');

const compiler = spawn(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-b', '--watch', '--preserveWatchOutput', '--pretty'],
  { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
);
process.on('exit', () => compiler.kill());

const bundleThreads = async () => {
  const [pools, engine] = [
    await run(process.execPath, ['scripts/bundle-thread.mjs']),
    await run(process.execPath, ['--stack-size=8000', 'scripts/bundle-quickjs.mjs']),
  ];
  if (pools === 0 && engine === 0) say('built');
};

let bundling = Promise.resolve();
createInterface(compiler.stdout).on('line', (line) => {
  process.stdout.write(`${line}\n`);
  // The compiler says so after each round, the first one included.
  if (/Found 0 errors/.test(line)) bundling = bundling.then(bundleThreads);
});
