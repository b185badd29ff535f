// Installs what is measured against, and makes what is measured.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run, setUp } from '../../scripts/setup.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** The peer that needs an installation of its own, because its native store is of another version. */
const ocapKernel = `${folder}ocap-kernel/`;

const lockedPackages = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
};

/** npm writes its own list of what it installed when it is done. */
const isInstalled = (cwd) => {
  const wanted = lockedPackages(`${cwd}package-lock.json`) ?? {};
  const installed = lockedPackages(`${cwd}node_modules/.package-lock.json`);
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

const npm = async (cwd, args) => {
  const code = await run('npm', [...args, '--loglevel=error'], {
    cwd,
    shell: process.platform === 'win32',
    // npm's settings of the run that started this one would name the project's folder.
    env: Object.fromEntries(
      Object.entries(process.env).filter(
        ([name]) => !/^npm_(config_local_prefix|package_)/.test(name),
      ),
    ),
    stdio: ['ignore', 2, 2],
  });
  insistDone(code, `npm ${args.join(' ')} in ${cwd}`);
};

const installPeers = async (say) => {
  const slow = 'compiles native code: up to five minutes';
  if (!isInstalled(folder)) {
    say(`installing SwingSet in benchmarks/ (${slow}) ...`);
    await npm(folder, ['ci']);
  }
  if (!isInstalled(ocapKernel)) {
    say('installing ocap-kernel in benchmarks/ocap-kernel/ ...');
    await npm(ocapKernel, ['ci']);
  }
  if (!existsSync(`${ocapKernel}node_modules/better-sqlite3/build/Release/better_sqlite3.node`)) {
    say(`building the store of ocap-kernel (${slow}) ...`);
    // Its packages' scripts are not run by `ci`: one of them fetches a browser.
    await npm(ocapKernel, ['rebuild', 'better-sqlite3', '--ignore-scripts=false']);
  }
};

/** @param {object} options @param {boolean} options.build whether to bring the project's own build up to date */
export const setUpBenchmarks = async ({ build, say }) => {
  if (build) await setUp();
  await installPeers(say);
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
