/** The page of the documentation, made of what was found. */

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const code = (text) => {
  const ticks = text.includes('`') ? '``' : '`';
  return `${ticks}${ticks === '``' ? ' ' : ''}${cell(text)}${ticks === '``' ? ' ' : ''}${ticks}`;
};

const grantOf = ({ ambient }) =>
  ambient === undefined ? '' : Object.keys(ambient).join(', ').replace('random', 'randomness');

const noteOf = ({ use, why }) => {
  if (Object.values(why).every((each) => each === undefined)) return '';
  if (use.fails !== undefined) return use.fails;
  return why.v8 ?? why.quickjs ?? '';
};

const row = (found) => {
  const { use, version, size, why } = found;
  const marks = ['v8', 'quickjs'].map((engine) => (why[engine] === undefined ? 'yes' : 'no'));
  return `| ${[
    `\`${use.name}\` ${version}`,
    code(use.use),
    ...marks,
    grantOf(use),
    size === undefined ? '' : String(Math.ceil(size / 1_000)),
    cell(noteOf(found)),
  ].join(' | ')} |`;
};

export const makePage = (all, { node, seconds, processorSeconds, cores, load }) => {
  const passing = (engine) => all.filter(({ why }) => why[engine] === undefined).length;
  return `# Packages in vats

<!-- made by \`npm run packages\` -->

Each of these packages from npm is imported by a vat, used once, and must give what it gives in
Node. Of ${all.length} packages, ${passing('v8')} pass on V8 and ${passing('quickjs')} on QuickJS. Bundling all of them from cold took
${seconds} s and ${processorSeconds} s of processor time with Node ${node} on ${cores} cores, at a load average of
${load} when it began.

"Grant" is what the option [\`ambient\`](vat-authors-guide.md#time-and-randomness) gives the vat:
packages that look at the clock or draw random numbers need it. The size is that of the bundle in
kB, with all that the package imports and without what the use does not reach.

\`npm run packages\` installs the versions of
[compatibility/package.json](../compatibility/package.json), tries them, and writes this page.
\`npm run packages -- zod ajv\` tries some and writes nothing.

| package | use | V8 | QuickJS | grant | kB | why not |
|---|---|---|---|---|---:|---|
${all.map(row).join('\n')}
`;
};
