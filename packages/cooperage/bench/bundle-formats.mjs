// Which format of bundle a vat loads fastest: size of the text, and milliseconds until a vat's root is there,
// for the first vat of a fresh thread and for those after it. Then what the cache saves.
//   npm run build && node packages/cooperage/bench/bundle-formats.mjs
import 'ses';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const VATS_IN_THREAD = 10;
const THREADS = 5;

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const show = (cells) => console.log(cells.map((cell) => String(cell).padStart(13)).join(''));

const inThread = async () => {
  const { lockdownForVats } = await import('@cooperage/supervisor/lockdown');
  lockdownForVats();
  const { makeBuildVatNamespace } = await import('@cooperage/supervisor');
  const times = [];
  for (let i = 0; i < VATS_IN_THREAD; i += 1) {
    const began = performance.now();
    const build = makeBuildVatNamespace({ name: `v${i}`, loadBundle: () => workerData, console });
    const { buildRootObject } = await build({}, {});
    buildRootObject();
    times.push(performance.now() - began);
  }
  parentPort.postMessage(times);
};

const loadTimes = (text) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: text });
    worker.on('message', resolve).on('error', reject);
  });

const VATS = {
  globals: `export const buildRootObject = () => Far('root', { hi: (x) => E(x).hi() });`,
  far: `import { E, Far } from '@endo/far';
export const buildRootObject = () => Far('root', { hi: (x) => E(x).hi() });`,
  exo: `import { E } from '@endo/far';
import { M } from '@endo/patterns';
import { makeExo } from '@endo/exo';
const I = M.interface('root', { hi: M.call(M.any()).returns(M.any()) });
export const buildRootObject = () => makeExo('root', I, { hi: (x) => E(x).hi() });`,
};

const compareFormats = async (folder) => {
  const { default: bundleSource } = await import('@endo/bundle-source');
  show(['imports', 'format', 'comments', 'kB', 'first vat ms', 'next vat ms']);
  for (const name of Object.keys(VATS)) {
    for (const format of ['endoZipBase64', 'nestedEvaluate', 'getExport', 'endoScript']) {
      for (const elideComments of [false, true]) {
        const text = JSON.stringify(
          await bundleSource(join(folder, `${name}.js`), { format, elideComments }),
        );
        const runs = [];
        for (let i = 0; i < THREADS; i += 1) runs.push(await loadTimes(text));
        const short = format.replace('Base64', '').replace('Evaluate', '');
        const first = median(runs.map(([time]) => time)).toFixed(1);
        const next = median(runs.flatMap(([, ...rest]) => rest)).toFixed(1);
        show([
          name,
          short,
          elideComments ? 'blank' : 'kept',
          (text.length / 1e3).toFixed(0),
          first,
          next,
        ]);
      }
    }
  }
};

const measureCache = async (folder) => {
  const { makeBundler } = await import('../dist/bundle/bundle.js');
  const bundler = makeBundler({ cacheDirectory: join(folder, 'cache') });
  console.log();
  show(['imports', 'bundled ms', 'cached ms']);
  for (const name of Object.keys(VATS)) {
    const times = [];
    for (let i = 0; i < 2; i += 1) {
      const began = performance.now();
      await bundler.bundle(join(folder, `${name}.js`));
      times.push((performance.now() - began).toFixed(1));
    }
    show([name, ...times]);
  }
};

const measure = async () => {
  // Within the tree, so that the packages are found.
  const folder = await mkdtemp(join(import.meta.dirname, 'tmp-'));
  try {
    const dependencies = { '@endo/exo': '*', '@endo/far': '*', '@endo/patterns': '*' };
    const manifest = { name: 'vats', type: 'module', dependencies };
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
    for (const [name, source] of Object.entries(VATS)) {
      await writeFile(join(folder, `${name}.js`), source);
    }
    await compareFormats(folder);
    await measureCache(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

if (isMainThread) await measure();
else await inThread();
