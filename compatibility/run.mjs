// `npm run packages`: tries well-known packages in vats of both engines. `--help` says how.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { makePage } from './src/page.mjs';
import { bundleAll, tryAll } from './src/try-uses.mjs';
import { USES } from './uses/index.mjs';

const HELP = `Usage: npm run packages -- [names] [options]

  names            only these packages; docs/packages.md stays as it is
  --engine ENGINE  v8 or quickjs; both unless given
  --check          writes nothing
  --here           takes the packages that the project itself has installed, and installs none
  --warm           takes bundles of an earlier run where nothing has changed
  --bundle-only    bundles them, says how long that took, and runs none
  --help           prints this

The exit code is 1 if a package fails of which compatibility/uses does not say why.
`;

const here = import.meta.dirname;
const say = (line) => process.stderr.write(`${line}\n`);

const readArguments = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      engine: { type: 'string' },
      check: { type: 'boolean', default: false },
      here: { type: 'boolean', default: false },
      warm: { type: 'boolean', default: false },
      'bundle-only': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.find((name) => !USES.some((use) => use.name === name));
  if (unknown !== undefined) throw Error(`compatibility/uses has no use of "${unknown}"`);
  return { ...values, names: positionals };
};

const install = async () => {
  if (existsSync(join(here, 'node_modules', '.package-lock.json'))) return;
  say('installing the packages ...');
  const args = ['install', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
  await promisify(execFile)('npm', args, { cwd: here, maxBuffer: 1 << 26 });
};

const versionOf = async (modules, name) => {
  const path = join(modules, name, 'package.json');
  return JSON.parse(await readFile(path, 'utf8')).version;
};

const main = async ({ names, engine, check, warm, here: isHere, 'bundle-only': bundleOnly }) => {
  if (!isHere) await install();
  const modules = join(here, isHere ? '..' : '.', 'node_modules');
  const uses = USES.filter(({ name }) => names.length === 0 || names.includes(name));
  const engines = engine === undefined ? ['v8', 'quickjs'] : [engine];
  // Inside the folder where the packages are found.
  const folder = join(modules, '.uses');
  const cache = join(folder, 'cache');
  if (!warm) await rm(cache, { recursive: true, force: true });
  const load = loadavg()[0].toFixed(1);
  const { results, ...took } = await bundleAll(uses, folder, cache);
  const seconds = (took.milliseconds / 1_000).toFixed(1);
  const processorSeconds = (took.processorMilliseconds / 1_000).toFixed(1);
  say(`bundled ${uses.length} in ${seconds} s, with ${processorSeconds} s of processor time`);
  if (bundleOnly) return;
  const all = await Promise.all(
    results.map(async (each) => ({
      ...each,
      version: await versionOf(modules, each.use.name),
      why: {},
    })),
  );
  for (const each of engines) {
    const onResult = (name, why) => say(`${each} ${name}: ${why ?? 'passes'}`);
    const found = await tryAll(results, each, { folder, onResult });
    for (const { use, why } of all) why[each] = found.get(use.name);
    say(
      `${each}: ${[...found.values()].filter((why) => why === undefined).length} of ${uses.length} pass`,
    );
  }
  if (names.length === 0 && engines.length === 2 && !check && !warm && !isHere) {
    const page = makePage(all, {
      node: process.versions.node,
      seconds,
      processorSeconds,
      cores: availableParallelism(),
      load,
    });
    await writeFile(join(here, '..', 'docs', 'packages.md'), page);
  }
  const isKnown = ({ use, why }) =>
    use.fails !== undefined || Object.values(why).every((each) => each === undefined);
  if (!all.every(isKnown)) process.exitCode = 1;
};

try {
  const flags = readArguments();
  if (flags.help) process.stdout.write(HELP);
  else await main(flags);
} catch (error) {
  say(error.message);
  process.exitCode = 2;
}
