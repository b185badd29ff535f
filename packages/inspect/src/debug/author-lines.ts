/** Where in a bundle the code of its author is, as its source map says: not that of packages that were bundled with it. */
import { decode } from '@jridgewell/sourcemap-codec';
import type { BundleID, KernelStore } from '@cooperage/types';
import { formatBundleID, scriptNameOf } from '@cooperage/types';

/** A place in a script, both from 0. */
export interface ScriptPlace {
  readonly line: number;
  readonly column: number;
}

export interface AuthorScript {
  /** What the script is called by the engine. */
  readonly url: string;
  /** The first place of each line of the author's. */
  readonly places: readonly ScriptPlace[];
  /** JSON. */
  readonly map: string;
}

interface Mappings {
  readonly sources: readonly (string | null)[];
  readonly mappings: string;
}

/** `zod@4.6.7/index.js` and `@endo/patterns@1.9.1/…`, in contrast to `src/vat.ts`. */
const isOfPackage = (label: string): boolean => /^(?:@[^/]+\/)?[^/@]+@[^/]+\//.test(label);

export const isOfAuthor = (label: string | null | undefined): label is string =>
  typeof label === 'string' && !isOfPackage(label);

const placesIn = ({ sources, mappings }: Mappings): ScriptPlace[] => {
  const places: ScriptPlace[] = [];
  for (const [line, segments] of decode(mappings).entries()) {
    const seen = new Set<string>();
    for (const [column, source = -1, sourceLine] of segments) {
      const key = `${source} ${sourceLine}`;
      if (!isOfAuthor(sources[source]) || seen.has(key)) continue;
      seen.add(key);
      places.push({ line, column });
    }
  }
  return places;
};

interface OwnBundle {
  readonly source: string;
  readonly cooperage: { readonly sourceMap: string };
}

/** @returns undefined where no map was kept, or the bundle is of another form */
export const authorScriptOf = (
  { bundles }: Pick<KernelStore, 'bundles'>,
  id: BundleID,
): AuthorScript | undefined => {
  const { cooperage } = JSON.parse(bundles.get(id)) as Partial<OwnBundle>;
  if (cooperage === undefined) return undefined;
  const mapID = formatBundleID(cooperage.sourceMap);
  if (!bundles.has(mapID)) return undefined;
  const map = bundles.get(mapID);
  return {
    url: scriptNameOf(cooperage.sourceMap),
    places: placesIn(JSON.parse(map) as Mappings),
    map,
  };
};

/** The bundle, with its map in it for debuggers. */
export const withMap = (bundle: string, { map }: AuthorScript): string => {
  const { source, ...others } = JSON.parse(bundle) as OwnBundle;
  const data = Buffer.from(map).toString('base64');
  const comment = `//# sourceMappingURL=data:application/json;charset=utf-8;base64,${data}`;
  return JSON.stringify({ ...others, source: `${source}\n${comment}` });
};
