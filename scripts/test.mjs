// `npm test`: sets the tree up, then lints, type-checks and runs every test. Arguments go to vitest and
// leave out the rest: `npm test -- refs` runs the test files with "refs" in their path.
//
// `npm test -- --changed` runs the tests of the packages that differ from HEAD, and of those that depend on them;
// `--changed=main` those that differ from main. `--nightly` runs all of them with their large sizes, and tries
// the packages of docs/packages.md.
import { spawnSync } from 'node:child_process';
import { changedProjects } from './changed-projects.mjs';
import { runTool, runToolAside, say, setUp } from './setup.mjs';

const given = process.argv.slice(2);
if (given.includes('--nightly')) process.env.COOPERAGE_TEST_SIZES = 'nightly';

const changed = given.find((arg) => /^--changed(=|$)/.test(arg));
const projects =
  changed === undefined ? undefined : changedProjects(changed.split('=')[1] ?? 'HEAD');
if (projects !== undefined) say(`tests of ${projects.join(', ')}`);

const vitestArgs = [
  ...given.filter((arg) => arg !== '--nightly' && arg !== changed),
  ...(projects ?? []).map((name) => `--project=${name}`),
];

// Each works on one core. The formatter and the compiler together take about as long as the linter.
const lint = ['lint', 'eslint', 'eslint', ['.', '--max-warnings', '0']];
const format = ['format', 'prettier', 'prettier', ['--check', '--log-level', 'warn', '.']];
const types = ['types', 'typescript', 'tsc', ['-p', 'tsconfig.check.json']];

const failed = [];
const check = async (...checks) => {
  for (const [what, name, tool, args] of checks) {
    if ((await runToolAside(name, tool, args)) !== 0) failed.push(what);
  }
};

await setUp();
if (vitestArgs.length === 0) {
  say('linting, checking the format, and type-checking tests and examples ...');
  await Promise.all([check(lint), check(format, types)]);
}
if (given.includes('--nightly') && vitestArgs.length === 0) {
  say('trying packages in vats ...');
  const child = spawnSync(process.execPath, ['compatibility/run.mjs', '--check'], {
    stdio: 'inherit',
  });
  if (child.status !== 0) failed.push('packages');
}
say('running the tests ...');
if ((await runTool('vitest', 'vitest', ['run', ...vitestArgs])) !== 0) failed.push('tests');

if (failed.length > 0) {
  say(`failed: ${failed.join(', ')} (see above)`);
  process.exitCode = 1;
} else {
  say(vitestArgs.length > 0 ? 'these tests pass' : 'lint, format, types and tests pass');
}
