import type { Package, Rule } from '../../repository.js';

const REQUIRED = ['description', 'keywords', 'license', 'homepage', 'repository', 'bugs'] as const;

const check = ({ folder, manifest, entries }: Package): string[] => {
  const missing = REQUIRED.filter((field) => manifest[field] === undefined);
  const problems = missing.map((field) => `${folder}/package.json: lacks "${field}"`);
  const directory = manifest.repository?.directory;
  if (directory !== undefined && directory !== folder) {
    problems.push(`${folder}/package.json: its repository.directory is "${directory}"`);
  }
  if (!entries.includes('LICENSE')) problems.push(`${folder}: lacks LICENSE`);
  return problems;
};

/** What a registry shows of a package: what it is, under which licence, and where its sources and problems are. */
export const manifestFields: Rule = ({ packages }) =>
  packages.filter(({ folder }) => folder.startsWith('packages/')).flatMap(check);
