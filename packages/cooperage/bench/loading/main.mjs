// How long the vats of one bundle take to load, on both engines, and what each keeps in memory: `npm run loading -w
// cooperage [-- --vats 40 --runs 3 --bundle FILE]`. The vat imports @endo/patterns and @endo/exo, unless a bundle is given.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { makeBundler } from '@cooperage/bundler';
import { loadOnQuickJS } from './quickjs.mjs';

const { values } = parseArgs({
  options: {
    vats: { type: 'string', default: '40' },
    runs: { type: 'string', default: '3' },
    bundle: { type: 'string' },
  },
});
const here = import.meta.dirname;
const ON_V8 = join(here, '../../../worker-thread/test/bench/vat-loading.mjs');
const say = (...columns) => process.stdout.write(`| ${columns.join(' | ')} |\n`);
const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
const median = (numbers) => sorted(numbers)[Math.floor(numbers.length / 2)];
const least = (numbers) => sorted(numbers)[0];
const ms = (number) => `${number.toFixed(1)} ms`;

const folder = await mkdtemp(join(tmpdir(), 'cooperage-loading-'));

const provideBundle = async () => {
  if (values.bundle !== undefined) return values.bundle;
  const bundler = makeBundler({ cacheDirectory: join(folder, 'cache') });
  const made = join(folder, 'vat.json');
  const { text } = await bundler.bundle(join(here, 'vat.js'));
  await writeFile(made, text);
  return made;
};

const loadOnV8 = async (bundle, options) => {
  const args = ['--expose-gc', ON_V8, bundle, values.vats, ...options];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
};

const report = (title, runs) => {
  const later = runs.flatMap(({ milliseconds }) => milliseconds.slice(1));
  say(
    title,
    ms(median(runs.map(({ milliseconds }) => milliseconds[0]))),
    ms(median(later)),
    ms(least(later)),
    runs[0].kept === undefined
      ? ''
      : `${Math.round(median(runs.map(({ kept }) => kept)) / 1_000)} kB`,
  );
};

try {
  const bundle = await provideBundle();
  const text = await readFile(bundle, 'utf8');
  process.stdout.write(
    `${Math.round(text.length / 1_000)} kB of bundle, Node ${process.versions.node}, ${availableParallelism()} cores, ` +
      `load ${loadavg()[0].toFixed(1)}; processor time, medians of ${values.runs} runs of ${values.vats} vats\n\n`,
  );
  say('', 'first vat', 'each later one', 'the quickest', 'heap of each later one');
  say('---', '---:', '---:', '---:', '---:');
  const once = [];
  const each = [];
  for (let run = 0; run < Number(values.runs); run += 1) {
    once.push(await loadOnV8(bundle, []));
    each.push(await loadOnV8(bundle, ['--each']));
  }
  report('V8, the script compiled once', once);
  report('V8, SES for each', each);
  const vats = await loadOnQuickJS(text, 6);
  report('QuickJS, metered', [{ milliseconds: vats.map(({ milliseconds }) => milliseconds) }]);
  process.stdout.write(`\nOn QuickJS a vat takes ${vats[1].computrons} computrons to load.\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
