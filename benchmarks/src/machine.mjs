// What the figures depend on.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

const versionOf = (path) =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).version;

export const machine = () => ({
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? 'unknown',
  memoryGB: Math.round(totalmem() / 2 ** 30),
  system: `${platform()} ${release()}`,
  node: process.versions.node,
  loadBefore: Number(loadavg()[0].toFixed(2)),
});

export const versions = () => ({
  cooperage: versionOf('../../packages/cooperage/package.json'),
  '@agoric/swingset-vat': versionOf('../node_modules/@agoric/swingset-vat/package.json'),
  '@agoric/swing-store': versionOf('../node_modules/@agoric/swing-store/package.json'),
  '@metamask/ocap-kernel': versionOf(
    '../ocap-kernel/node_modules/@metamask/ocap-kernel/package.json',
  ),
  'ses (ours)': versionOf('../../node_modules/ses/package.json'),
  'ses (theirs)': versionOf('../node_modules/ses/package.json'),
});
