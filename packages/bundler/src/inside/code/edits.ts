/** Changes of a text, and of the source map that leads from it to its sources. */
import { decode, encode, type SourceMapMappings } from '@jridgewell/sourcemap-codec';

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface SourceMap {
  readonly version: 3;
  readonly sources: readonly (string | null)[];
  readonly sourcesContent?: readonly (string | null)[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/** What is inserted comes first of what begins at a place, and then what reaches farthest. */
const compare = (a: Edit, b: Edit): number => {
  if (a.start !== b.start) return a.start - b.start;
  const isInsertion = a.start === a.end;
  if (isInsertion !== (b.start === b.end)) return isInsertion ? -1 : 1;
  return b.end - a.end;
};

/** An edit that is within another one is part of that one. */
const inOrder = (edits: readonly Edit[]): Edit[] => {
  const sorted = [...edits].sort(compare);
  const kept: Edit[] = [];
  for (const edit of sorted) if (edit.start >= (kept.at(-1)?.end ?? 0)) kept.push(edit);
  return kept;
};

const apply = (text: string, edits: readonly Edit[]): string => {
  const parts: string[] = [];
  let at = 0;
  for (const edit of edits) {
    parts.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  parts.push(text.slice(at));
  return parts.join('');
};

/** @param edits none of them adds or removes a line */
export const editText = (text: string, edits: readonly Edit[]): string =>
  apply(text, inOrder(edits));

const lineStarts = (text: string): number[] => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
};

/** Moves what is behind an edit on its line. Edits keep the number of lines. */
const shift = (mappings: SourceMapMappings, text: string, edits: readonly Edit[]): void => {
  const starts = lineStarts(text);
  let line = 0;
  let moved = 0;
  let shifted = new Map<number, number>();
  const finish = (): void => {
    for (const segment of mappings[line] ?? []) {
      const [column] = segment;
      let by = 0;
      for (const [from, delta] of shifted) if (column >= from) by = delta;
      segment[0] = Math.max(0, column + by);
    }
  };
  for (const { start, end, text: inserted } of edits) {
    while (line + 1 < starts.length && (starts[line + 1] as number) <= start) {
      if (shifted.size > 0) finish();
      line += 1;
      moved = 0;
      shifted = new Map();
    }
    moved += inserted.length - (end - start);
    shifted.set(end - (starts[line] as number), moved);
  }
  if (shifted.size > 0) finish();
};

/**
 * @param edits none of them adds or removes a line
 * @param before lines that come before the text
 */
export const edit = (
  text: string,
  map: SourceMap,
  edits: readonly Edit[],
  { before, after }: { readonly before: string; readonly after: string },
): { readonly text: string; readonly map: SourceMap } => {
  const ordered = inOrder(edits);
  const mappings = decode(map.mappings);
  shift(mappings, text, ordered);
  const added = before
    .split('\n')
    .slice(1)
    .map((): SourceMapMappings[number] => []);
  return {
    text: before + apply(text, ordered) + after,
    map: { ...map, mappings: encode([...added, ...mappings]) },
  };
};
