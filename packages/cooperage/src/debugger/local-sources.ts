/** Names an author's files as this machine has them, so that breakpoints which an editor sets in them bind. */
import { pathToFileURL } from 'node:url';
import { type AuthorScript, isOfAuthor } from '@cooperage/inspect';

interface SourceNames {
  readonly sources: readonly (string | null)[];
}

/** @param source the absolute path of the vat's module; undefined where it is not known */
export const withLocalSources = (
  script: AuthorScript,
  source: string | undefined,
): AuthorScript => {
  if (source === undefined) return script;
  const { sources, ...others } = JSON.parse(script.map) as SourceNames;
  const entry = pathToFileURL(source).href;
  // The longest, as one label may be the end of another.
  const [label] = sources
    .filter(isOfAuthor)
    .filter((each) => entry.endsWith(`/${encodeURI(each)}`))
    .sort((one, other) => other.length - one.length);
  if (label === undefined) return script;
  const root = entry.slice(0, -encodeURI(label).length);
  const local = sources.map((each) =>
    isOfAuthor(each) ? new URL(encodeURI(each), root).href : each,
  );
  return { ...script, map: JSON.stringify({ ...others, sources: local }) };
};
