/** Bundles each use, and runs it in a vat of each engine. */
import { writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { openKernel } from 'cooperage';
import { makeBundler } from '@cooperage/bundler';
import { idOf, valueInNode, writeVat } from './programs.mjs';

const short = (text) => text.split('\n')[0].slice(0, 300);

/** @returns of each use its bundle, or why there is none; and what all of them took, by the clock and on the processor */
export const bundleAll = async (uses, folder, cacheDirectory) => {
  const bundler = makeBundler({ cacheDirectory });
  const paths = new Map();
  for (const use of uses) paths.set(use, await writeVat(folder, use));
  const start = performance.now();
  const begun = process.cpuUsage();
  const results = await Promise.all(
    uses.map(async (use) => {
      const source = paths.get(use);
      try {
        const { text } = await bundler.bundle(source);
        const bundle = source.replace(/\.js$/, '.json');
        await writeFile(bundle, text);
        return { use, bundle, size: text.length };
      } catch (error) {
        return { use, problem: short(error.message) };
      }
    }),
  );
  const { user, system } = process.cpuUsage(begun);
  const milliseconds = performance.now() - start;
  return { results, milliseconds, processorMilliseconds: (user + system) / 1_000 };
};

const tryOne = async (kernel, use, folder) => {
  const { name, ambient } = use;
  try {
    const { root } = await kernel.createVat(idOf(name), {
      bundle: idOf(name),
      ...(ambient !== undefined && { ambient }),
    });
    let answer;
    const settled = root.send('use', []).then((value) => {
      answer = { value };
    });
    settled.catch(() => undefined);
    // Quiescence comes, whether the vat answers or not.
    await kernel.run();
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, 100))]);
    if (answer === undefined) return 'gives no answer';
    const { value } = answer;
    const expected = await valueInNode(folder, use);
    if (isDeepStrictEqual(value, expected)) return undefined;
    return short(`gives ${JSON.stringify(value)} instead of ${JSON.stringify(expected)}`);
  } catch (error) {
    return short(error.message);
  }
};

/**
 * One kernel for all of them.
 * @returns for each use why it fails, or undefined
 */
export const tryAll = async (bundled, engine, { folder, onResult }) => {
  const able = bundled.filter(({ problem }) => problem === undefined);
  const kernel = await openKernel({
    config: {
      engine,
      // A kernel has at least one vat.
      vats: { first: { bundle: idOf(able[0].use.name), ambient: { time: true, random: true } } },
      crankTimeLimit: 60_000,
      bundles: Object.fromEntries(
        able.map(({ use, bundle }) => [idOf(use.name), { source: bundle }]),
      ),
    },
    heapLimit: 4_096,
    log: () => undefined,
    on: { console: () => undefined },
  });
  try {
    const results = new Map();
    for (const { use, problem } of bundled) {
      const why = problem ?? (await tryOne(kernel, use, folder));
      results.set(use.name, why);
      onResult(use.name, why);
    }
    return results;
  } finally {
    await kernel.close();
  }
};
