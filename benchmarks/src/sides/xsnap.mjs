// SwingSet's other kind of worker. Its package clones the sources of the engine and compiles them when it is installed.
import { existsSync } from 'node:fs';
import { platform } from 'node:os';

const folderOf = { linux: 'lin', darwin: 'mac' };

const binary = new URL(
  `../../node_modules/@agoric/xsnap/xsnap-native/xsnap/build/bin/${folderOf[platform()]}/release/xsnap-worker`,
  import.meta.url,
);

export const isXsnapBuilt = () => existsSync(binary);
