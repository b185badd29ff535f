import { posix } from 'node:path';
import type { Rule, TextFile } from '../../repository.js';

interface Link {
  readonly place: string;
  readonly target: string;
}

const linksOf = ({ path, text }: TextFile): Link[] =>
  text.split('\n').flatMap((line, i) =>
    [...line.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({
      place: `${path}:${i + 1}`,
      target,
    })),
  );

/** The path in this repository that a link leads to; undefined where it leads elsewhere. */
const pathOf = (document: string, target: string, home: string): string | undefined => {
  const [bare = ''] = target.split('#');
  for (const kind of ['blob', 'tree']) {
    const prefix = `${home}/${kind}/main/`;
    if (bare.startsWith(prefix)) return bare.slice(prefix.length);
  }
  if (bare === '' || /^[a-z]+:/.test(bare)) return undefined;
  return posix.normalize(posix.join(posix.dirname(document), bare));
};

/**
 * Links in documents lead somewhere. Those of a package's README are absolute, because a registry shows it without
 * the tree around it.
 */
export const documentLinks: Rule = ({ documents, paths, home }) =>
  documents.flatMap((document) => {
    const isPackageReadme = /^packages\/[^/]+\/README\.md$/.test(document.path);
    return linksOf(document).flatMap(({ place, target }) => {
      const path = pathOf(document.path, target, home);
      if (path === undefined) return [];
      if (isPackageReadme && !target.startsWith(home)) {
        return [`${place}: ${target} is relative; write ${home}/blob/main/${path}`];
      }
      const isThere = paths.some(
        (each) => each === path || each.startsWith(`${path.replace(/\/$/, '')}/`),
      );
      return isThere ? [] : [`${place}: ${target} leads nowhere`];
    });
  });
