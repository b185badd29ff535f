/**
 * Lists by package which exports, and which members of exports, two outputs of typedoc differ in.
 *
 *     npx typedoc --json before.json   (in a checkout of the version before)
 *     npx typedoc --json after.json
 *     node scripts/api-diff.mjs before.json after.json
 */
import { readFileSync } from 'node:fs';

const membersOf = ({ children = [], type }) => [
  ...children,
  ...(type?.declaration?.children ?? []),
];

/** The names that each package exports, and `Export.member` for their members. */
const namesByPackage = (file) =>
  new Map(
    (JSON.parse(readFileSync(file, 'utf8')).children ?? []).map(({ name, children = [] }) => [
      name,
      new Set(
        children.flatMap((each) => [
          each.name,
          ...membersOf(each).map((member) => `${each.name}.${member.name}`),
        ]),
      ),
    ]),
  );

const isMember = (name) => name.includes('.');
const missingFrom = (names, others) => [...names].filter((name) => !others.has(name));
/** Members count only where their export is in both. */
const split = (names, others) => [
  names.filter((name) => !isMember(name)),
  names.filter((name) => isMember(name) && others.has(name.slice(0, name.indexOf('.')))),
];

const [before, after] = process.argv.slice(2).map(namesByPackage);
if (before === undefined || after === undefined) {
  console.error('usage: node scripts/api-diff.mjs BEFORE.json AFTER.json');
  process.exit(2);
}

for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
  const [former, present] = [before.get(name), after.get(name)];
  if (former === undefined || present === undefined) {
    console.log(`${name}: ${former === undefined ? 'new' : 'removed'}`);
    continue;
  }
  const [removed, removedMembers] = split(missingFrom(former, present), present);
  const [added, addedMembers] = split(missingFrom(present, former), former);
  for (const [what, names] of [
    ['removed', removed],
    ['added', added],
    ['removed members', removedMembers],
    ['added members', addedMembers],
  ]) {
    if (names.length > 0) console.log(`${name}: ${what}: ${names.join(', ')}`);
  }
}
