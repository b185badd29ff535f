import { posix } from 'node:path';
import type { Rule } from '../repository.js';

const index = 'docs/adr/README.md';

/** Every decision is listed in the index, and every link of the index leads to one. */
export const decisionsListed: Rule = ({ decisions }) => {
  const text = decisions.find(({ path }) => path === index)?.text ?? '';
  const linked = [...text.matchAll(/\]\((?:\.\/)?(\d{4}-[^)#]+\.md)\)/g)].map(([, name]) => name);
  const present = decisions
    .map(({ path }) => posix.basename(path))
    .filter((name) => /^\d{4}-.*\.md$/.test(name));
  return [
    ...present
      .filter((name) => !linked.includes(name))
      .map((name) => `${index}: does not list ${name}`),
    ...linked
      .filter((name) => name !== undefined && !present.includes(name))
      .map((name) => `${index}: lists ${String(name)}, which does not exist`),
  ];
};
