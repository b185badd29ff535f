// Makes the file that `theirs.mjs` reads.
import '@endo/init';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { buildKernelBundles } from '@agoric/swingset-vat';
import { kernelBundlesFile } from './kernel-bundles-file.mjs';

mkdirSync(dirname(kernelBundlesFile), { recursive: true });
writeFileSync(`${kernelBundlesFile}.new`, JSON.stringify(await buildKernelBundles()));
renameSync(`${kernelBundlesFile}.new`, kernelBundlesFile);
