// Starts each vat of a document in one kernel: `node start-vats.mjs '[{"file": "line-12.js", "upgrade": false}]'`.
import { openKernel } from 'cooperage';

const snippets = JSON.parse(process.argv[2]);
const vats = {};
const upgrades = [];
for (const { file, upgrade } of snippets) {
  if (upgrade) upgrades.push([Object.keys(vats).at(-1), file]);
  else vats[file.replace(/\W/g, '-')] = { source: `./${file}` };
}
const failures = [];
const fail = ({ name, reason }) => failures.push(`${name}: ${reason}`);
const kernel = await openKernel({ config: { vats }, on: { 'vat-ended': fail } });
await kernel.run();
for (const [name, source] of upgrades) {
  await kernel.upgradeVat(name, { source: `./${source}` });
}
await kernel.close();
if (failures.length > 0) throw Error(`these vats did not start:\n${failures.join('\n')}`);
