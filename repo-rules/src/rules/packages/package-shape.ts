import type { Rule } from '../../repository.js';

const expected = ['README.md', 'src/index.ts', 'test'];

/** Each package explains itself, has one public surface, and tests. */
export const packageShape: Rule = ({ packages }) =>
  packages
    .filter(({ folder }) => folder.startsWith('packages/'))
    .flatMap(({ folder, entries }) =>
      expected
        .filter((entry) => !entries.includes(entry))
        .map((entry) => `${folder}: lacks ${entry}`),
    );
