// `npm run wrap`: wraps the prose of Markdown at 100 columns. Tables and code stay as they are: aligned columns would
// change every row of a table when one cell grows.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';

/** The parts of a document that stay, as comments, and how to put them back. */
const setAside = (text) => {
  const kept = [];
  const keep = (part) => `<!--kept ${kept.push(part) - 1}-->`;
  const prose = text
    .replace(/^( *)(```[^]*?^ *```)$/gm, (_all, indent, code) => indent + keep(code))
    .replace(/^\|.*(?:\n\|.*)*$/gm, keep)
    .replace(/`(?:[^`\n]|\n(?!\n))+`/g, (code) => code.replace(/\s+/g, '\u00a0'));
  const restore = (wrapped) =>
    wrapped
      .replaceAll('\u00a0', ' ')
      .replace(/<!--kept (\d+)-->/g, (_all, index) => kept[Number(index)]);
  return { prose, restore };
};

const wrap = async (text) => {
  const { prose, restore } = setAside(text);
  const wrapped = await format(prose, { parser: 'markdown', proseWrap: 'always', printWidth: 100 });
  const starred = wrapped
    .replace(/^( *)- /gm, '$1* ')
    .replace(/(?<![\w`])_([^_`]+)_(?![\w`])/g, '*$1*');
  return restore(starred);
};

const named = process.argv.slice(2);
const tracked = () =>
  execFileSync('git', ['ls-files', '*.md', ':!.changeset', ':!.github', ':!**/fixtures/**'], {
    encoding: 'utf8',
  }).split('\n');
for (const path of named.length > 0 ? named : tracked().filter((each) => each !== '')) {
  const text = readFileSync(path, 'utf8');
  const wrapped = await wrap(text);
  if (wrapped !== text) writeFileSync(path, wrapped);
}
