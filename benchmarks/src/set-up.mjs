// Installs what is measured against, and makes what is measured.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run, setUp } from '../../scripts/setup.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));

const lockedPackages = (path) => {
  try {
    return JSON.parse(readFileSync(`${folder}${path}`, 'utf8')).packages;
  } catch {
    return undefined;
  }
};

/** npm writes its own list of what it installed when it is done. */
const isInstalled = () => {
  const wanted = lockedPackages('package-lock.json') ?? {};
  const installed = lockedPackages('node_modules/.package-lock.json');
  if (installed === undefined) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional, peer }]) =>
      !path.includes('node_modules/') ||
      installed[path]?.version === version ||
      (installed[path] === undefined && (optional || devOptional || peer)),
  );
};

const insistDone = (code, what) => {
  if (code !== 0) throw Error(`${what} failed (exit code ${code}); its output is above`);
};

/** @param {object} options @param {boolean} options.build whether to bring the project's own build up to date */
export const setUpBenchmarks = async ({ build, say }) => {
  if (build) await setUp();
  if (!isInstalled()) {
    say('installing the peers in benchmarks/ (some compile native code: up to five minutes) ...');
    insistDone(
      await run('npm', ['ci', '--loglevel=error'], {
        cwd: folder,
        shell: process.platform === 'win32',
        // npm's settings of the run that started this one would name the project's folder.
        env: Object.fromEntries(
          Object.entries(process.env).filter(
            ([name]) => !/^npm_(config_local_prefix|package_)/.test(name),
          ),
        ),
        stdio: ['ignore', 2, 2],
      }),
      'npm ci in benchmarks/',
    );
  }
  const { kernelBundlesFile } = await import('./sides/kernel-bundles-file.mjs');
  if (!existsSync(kernelBundlesFile)) {
    say('bundling the kernel of SwingSet, once (10 seconds and more) ...');
    insistDone(
      await run(process.execPath, [`${folder}src/sides/bundle-kernel.mjs`], {
        stdio: ['ignore', 2, 2],
      }),
      'bundling the kernel of SwingSet',
    );
  }
};
