/** What the pictures have in common: a frame, and colours of the reader's own scheme. */

const STYLE = `
  text { font: 11px system-ui, sans-serif; fill: #57606a }
  .name { font-size: 13px; font-weight: 600; fill: #1f2328 }
  .grid { stroke: #d8dee4 }
  .spread { fill: #0969da22; stroke: none }
  .curve { fill: none; stroke: #0969da; stroke-width: 2 }
  .point { fill: #0969da }
  .ground { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1 } .name { fill: #f0f6fc } .grid { stroke: #30363d }
    .spread { fill: #4493f833 } .curve { stroke: #4493f8 } .point { fill: #4493f8 } .ground { fill: #0d1117 }
  }`;

export const shortly = (n) => {
  if (n >= 1e6) return `${n / 1e6} M`;
  return n >= 1e3 ? `${n / 1e3} k` : `${n}`;
};

/** @param {string[]} elements what is drawn, as SVG */
export const frame = ({ width, height, title }, elements) =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title>${title}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    ...elements,
    '</svg>',
    '',
  ].join('\n');
