// `npm test`: sets the tree up, then lints, type-checks and runs every test. Arguments go to vitest and
// leave out the rest: `npm test -- refs` runs the test files with "refs" in their path.
//
// `npm test -- --changed` runs the tests of the packages that differ from HEAD, and of those that depend on them;
// `--changed=main` those that differ from main. `--nightly` runs all of them with their large sizes, and tries
// the packages of docs/packages.md.
import { spawnSync } from 'node:child_process';
import { changedProjects } from './changed-projects.mjs';
import { runTool, say, setUp } from './setup.mjs';

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

const checks = [
  ['lint', 'linting ...', 'eslint', 'eslint', ['.', '--max-warnings', '0']],
  [
    'format',
    'checking the format ...',
    'prettier',
    'prettier',
    ['--check', '--log-level', 'warn', '.'],
  ],
  [
    'types',
    'type-checking tests and examples ...',
    'typescript',
    'tsc',
    ['-p', 'tsconfig.check.json'],
  ],
];

await setUp();
const failed = [];
if (vitestArgs.length === 0) {
  for (const [what, line, name, tool, args] of checks) {
    say(line);
    if ((await runTool(name, tool, args)) !== 0) failed.push(what);
  }
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
