/** A page that shows what a bundle consists of. It needs nothing beside itself: no script, no network. */
import type { BundleContents } from '@cooperage/bundler';
import { formatNumber } from '../text/words.js';
import { layOut, type PackageTile, type Tile, titleOf } from './layout.js';

const WIDTH = 1200;
const HEIGHT = 640;
/** A character of the picture's text, in its units. */
const CHARACTER = 7;

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

export const shareOf = (part: number, whole: number): string =>
  whole === 0 ? '0 %' : `${((100 * part) / whole).toFixed(1)} %`;

/** As much of a name as there is room for. */
const fit = (name: string, width: number): string => {
  const room = Math.floor((width - 8) / CHARACTER);
  if (name.length <= room) return name;
  return room < 4 ? '' : `${name.slice(0, room - 1)}…`;
};

/** The name of a file says more than the folders that it is in. */
const fitPath = (path: string, width: number): string =>
  path.length * CHARACTER <= width - 8 ? path : fit(path.slice(path.lastIndexOf('/') + 1), width);

const label = (text: string, x: number, y: number): string =>
  text === '' ? '' : `<text x="${x + 4}" y="${y + 13}">${escape(text)}</text>`;

const tile = (each: Tile, colour: number, title: string): string =>
  [
    `<g><title>${escape(title)}</title>`,
    `<rect class="module c${colour % 10}" x="${each.x}" y="${each.y}" width="${each.width}" height="${each.height}"/>`,
    each.height < 16 ? '' : label(fitPath(each.name, each.width), each.x, each.y),
    '</g>',
  ].join('');

const packageTile = (each: PackageTile, whole: number): string => {
  const size = (part: Tile): string =>
    `${formatNumber(part.characters)} characters, ${shareOf(part.characters, whole)}`;
  const { x, y, width, height, name, colour, modules } = each;
  return [
    `<g><title>${escape(`${name}: ${size(each)}`)}</title>`,
    `<rect class="package c${colour % 10}" x="${x}" y="${y}" width="${width}" height="${height}"/>`,
    height < 18 ? '' : label(fit(name, width), x, y),
    '</g>',
    ...modules.map((module) => tile(module, colour, `${name}\n${module.name}: ${size(module)}`)),
  ].join('');
};

const tableOf = ({ packages, characters }: BundleContents): string =>
  packages
    .map((each) => {
      const modules = each.modules
        .map(
          ({ path, characters: size, sha256 }) =>
            `<tr class="part"><td>${escape(path)}</td><td>${formatNumber(size)}</td><td>${shareOf(size, characters)}</td><td><code>${escape(sha256)}</code></td></tr>`,
        )
        .join('');
      const size = each.characters;
      return `<tbody><tr><th>${escape(titleOf(each))}</th><td>${formatNumber(size)}</td><td>${shareOf(size, characters)}</td><td></td></tr>${modules}</tbody>`;
    })
    .join('\n');

const STYLE = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { margin: 2rem auto; max-width: 1200px; padding: 0 1rem; }
  h1 { font-size: 1.4rem; margin-bottom: 0; }
  code { font-size: 0.8em; overflow-wrap: anywhere; }
  svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; display: block; margin: 1rem 0; }
  svg text { fill: light-dark(#1b1b1b, #f2f2f2); pointer-events: none; }
  rect { stroke: light-dark(#fff, #121212); }
  rect.package { fill-opacity: 0.35; }
  rect.module { fill-opacity: 0.7; }
  g:hover > rect.module { fill-opacity: 1; }
  .c0 { fill: #4c78a8 } .c1 { fill: #f58518 } .c2 { fill: #54a24b } .c3 { fill: #e45756 } .c4 { fill: #72b7b2 }
  .c5 { fill: #b279a2 } .c6 { fill: #eeca3b } .c7 { fill: #9d755d } .c8 { fill: #ff9da6 } .c9 { fill: #8e8e8e }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: right; padding: 0.15rem 0.5rem; border-bottom: 1px solid light-dark(#ddd, #333); vertical-align: top; }
  th:first-child, td:first-child, td:last-child { text-align: left; }
  .part td:first-child { padding-left: 1.5rem; }
`;

/**
 * @param name what the bundle is called: the path of its module
 * @param id   the hash of the bundle
 */
export const treemapPage = (name: string, id: string, contents: BundleContents): string => {
  const { characters, packages } = contents;
  const modules = packages.reduce((sum, each) => sum + each.modules.length, 0);
  const picture = layOut(contents, WIDTH, HEIGHT).map((each) => packageTile(each, characters));
  const summary = `${formatNumber(characters)} characters: ${formatNumber(modules)} modules, ${formatNumber(packages.filter(({ name: title }) => title !== undefined).length)} packages`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(name)}: what is in the bundle</title>
<style>${STYLE}</style>
<h1>${escape(name)}</h1>
<p>${summary}<br><code>${escape(id)}</code></p>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="The packages and modules of the bundle, each as large as its part of it; the table below says the same">
${picture.join('\n')}
</svg>
<table>
<thead><tr><th>package, module</th><th>characters</th><th>share</th><th>SHA-256 of the source</th></tr></thead>
${tableOf(contents)}
</table>
</html>
`;
};
