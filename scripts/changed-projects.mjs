// Which packages a change touches: those with changed files, and all that depend on them, by whatever way.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const manifestOf = (folder) => JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));

/** Folder of each workspace, with its manifest. */
const workspaces = () =>
  manifestOf('.')
    .workspaces.flatMap((pattern) =>
      pattern.endsWith('/*')
        ? readdirSync(pattern.slice(0, -2)).map((name) => `${pattern.slice(0, -1)}${name}`)
        : [pattern],
    )
    .filter((folder) => existsSync(`${folder}/package.json`))
    .map((folder) => ({ folder, ...manifestOf(folder) }));

const git = (...args) =>
  execFileSync('git', args, { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');

/** Files that differ from `base`, committed or not, and those that git does not know yet. */
const changedFiles = (base) => [
  ...git('diff', '--name-only', base),
  ...git('ls-files', '--others', '--exclude-standard'),
];

/** Prose is looked at by the rules of the repository, and by no test of a package. */
const isProse = (file) => file.endsWith('.md') || file.startsWith('.changeset/');

/** The rules look at every file. */
const RULES = 'repo-rules';

/**
 * @param {string} base a commit
 * @returns {string[] | undefined} names of packages whose tests are to run; undefined for all of them
 */
export const changedProjects = (base) => {
  const all = workspaces();
  const touched = new Set();
  for (const file of changedFiles(base)) {
    if (isProse(file)) continue;
    const own = all.find(({ folder }) => file.startsWith(`${folder}/`));
    if (own !== undefined) touched.add(own.name);
    else if (!file.startsWith('benchmarks/')) return undefined;
  }
  for (let before = -1; before !== touched.size;) {
    before = touched.size;
    for (const { name, dependencies, devDependencies } of all) {
      const needs = Object.keys({ ...dependencies, ...devDependencies });
      if (needs.some((each) => touched.has(each))) touched.add(name);
    }
  }
  const rules = all.find(({ folder }) => folder === RULES);
  return [...new Set([...touched, rules.name])];
};
