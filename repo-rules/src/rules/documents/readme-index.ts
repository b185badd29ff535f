import type { Rule } from '../../repository.js';

const README = 'README.md';

/** The README of the repository links every package and every page of `docs`: a reader finds each from there. */
export const readmeIndex: Rule = ({ packages, documents }) => {
  const text = documents.find(({ path }) => path === README)?.text ?? '';
  const places = [
    ...packages.map(({ folder }) => folder).filter((folder) => folder.startsWith('packages/')),
    ...documents.map(({ path }) => path).filter((path) => /^docs\/[^/]+\.md$/.test(path)),
  ];
  return places
    .filter((place) => !text.includes(`](${place})`))
    .map((place) => `${README}: does not link ${place}`);
};
