import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const { version } = JSON.parse(
  readFileSync(
    new URL('../../node_modules/@agoric/swingset-vat/package.json', import.meta.url),
    'utf8',
  ),
);

/** SwingSet's bundles of its own kernel take 10 s to make, so they are kept beside the installation. */
export const kernelBundlesFile = fileURLToPath(
  new URL(`../../node_modules/.cache/swingset-kernel-${version}.json`, import.meta.url),
);
