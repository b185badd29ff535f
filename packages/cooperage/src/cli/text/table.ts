export type Cell = string | number;

/**
 * Columns side by side, numbers to the right.
 * @param head the names of the columns
 */
export const formatTable = (
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
): string[] => {
  const lines = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)),
  );
  const widths = head.map((name, i) =>
    Math.max(name.length, ...lines.map((line) => line[i]?.length ?? 0)),
  );
  const isNumeric = head.map(
    (_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === 'number'),
  );
  const join = (line: readonly string[]): string =>
    line
      .map((cell, i) =>
        isNumeric[i] === true
          ? cell.padStart(widths[i] as number)
          : cell.padEnd(widths[i] as number),
      )
      .join('  ')
      .trimEnd();
  return [join(head), ...lines.map(join)];
};

/** Names and values, one to a line. */
export const formatFields = (
  fields: readonly (readonly [name: string, value: Cell])[],
): string[] => {
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.map(
    ([name, value]) =>
      `${name.padEnd(width)}  ${typeof value === 'number' ? value.toLocaleString('en-US') : value}`,
  );
};
