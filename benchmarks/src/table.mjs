/** Tables as Markdown has them, aligned. */

export const round = (value) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);

/**
 * @param {number[]} texts columns that hold text: the others hold figures, which end at one edge
 * @param {string[][]} rows the first of which is the head
 */
export const layOut = (texts, rows) => {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const cellOf = (cell, column) =>
    texts.includes(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  const ruleOf = (width, column) =>
    texts.includes(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`;
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const [head, ...body] = rows.map((row) => line(row.map(cellOf)));
  return [head, line(widths.map(ruleOf)), ...body].join('\n');
};
