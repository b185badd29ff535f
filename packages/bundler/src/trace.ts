/** From a place in what was made to the place in the source that it was made of. */
import { decode } from '@jridgewell/sourcemap-codec';

/** Both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface SourcePlace extends Place {
  /** What the source is called in the map. */
  readonly source: string;
}

export interface Mappings {
  readonly sources: readonly (string | null)[];
  readonly mappings: string;
}

/** Looks places up. Reading the map takes longer than finding a place in it. */
export const makeTrace = (map: Mappings): ((place: Place) => SourcePlace | undefined) => {
  const lines = decode(map.mappings);

  /** Of the last segment that has a source and begins at or before the column. */
  const segmentAt = ({ line, column }: Place) => {
    const segments = lines[line - 1] ?? [];
    let low = 0;
    let high = segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((segments[middle]?.[0] ?? 0) <= column - 1) low = middle + 1;
      else high = middle;
    }
    for (let i = low - 1; i >= 0; i -= 1) {
      const segment = segments[i];
      if (segment !== undefined && segment.length > 1) return segment;
    }
    return undefined;
  };

  return (place) => {
    const [, index, line, column] = segmentAt(place) ?? [];
    const source = map.sources[index ?? -1];
    if (source === undefined || source === null || line === undefined || column === undefined)
      return undefined;
    return { source, line: line + 1, column: column + 1 };
  };
};

/** @param json a source map as it is kept beside a bundle */
export const parseSourceMap = (json: string): Mappings => JSON.parse(json) as Mappings;
