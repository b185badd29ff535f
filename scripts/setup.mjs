// What `npm start` and `npm test` share: from a fresh clone to a built tree, with nothing but Node and npm.
// Each step looks at what is there and does only what is missing.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export const say = (line) => process.stdout.write(`cooperage: ${line}\n`);

export const fail = (line) => {
  process.stderr.write(`cooperage: ${line}\n`);
  process.exit(1);
};

const readJson = (path) => JSON.parse(readFileSync(new URL(path, `file://${root}`), 'utf8'));

const tryReadJson = (path) => {
  try {
    return readJson(path);
  } catch {
    return undefined;
  }
};

/** The folder's package.json, or undefined if there is none. */
export const manifestOf = (folder) => tryReadJson(`${folder}/package.json`);

const children = new Set();

const pass = (signal) => {
  for (const child of children) child.kill(signal);
};

// A terminal sends Ctrl-C to the whole foreground group, so the children have it already; a signal that was
// sent to this process alone has to be passed on. Either way the children decide when to end.
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) pass('SIGINT');
});
for (const signal of ['SIGTERM', 'SIGHUP']) {
  process.on(signal, () => (children.size === 0 ? process.exit(1) : pass(signal)));
}

/**
 * Runs a command and resolves to its exit code, 128 + n after signal n. Its output is visible unless the
 * options pipe it, and then it goes to `onOutput`.
 */
export const run = (command, args, options = {}, onOutput = undefined) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    children.add(child);
    child.stdout?.on('data', onOutput);
    child.stderr?.on('data', onOutput);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      children.delete(child);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });

/** The file of an installed package's program, so that it runs without a shell. */
const toolPath = (name, tool) => {
  const { bin } = readJson(`node_modules/${name}/package.json`);
  return `node_modules/${name}/${typeof bin === 'string' ? bin : bin[tool]}`;
};

export const runTool = (name, tool, args) => run(process.execPath, [toolPath(name, tool), ...args]);

/** Runs a tool beside others: what it has to say is shown when it is done. */
export const runToolAside = async (name, tool, args) => {
  const report = [];
  const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const code = await run(
    process.execPath,
    [toolPath(name, tool), ...args],
    { env: { ...process.env, ...colours }, stdio: ['ignore', 'pipe', 'pipe'] },
    (data) => report.push(data),
  );
  process.stdout.write(Buffer.concat(report));
  return code;
};

/** After a step that must succeed: ends with its code if it did not. */
const insistDone = (code, what) => {
  if (code === 0) return;
  process.stderr.write(`cooperage: ${what} failed (exit code ${code}); its output is above\n`);
  process.exit(code);
};

const numbers = (version) =>
  version
    .replace(/^[^0-9]*/, '')
    .split('.')
    .map(Number);

const checkNode = () => {
  const wanted = readJson('package.json').engines.node;
  const [major, minor = 0] = numbers(wanted);
  const [hasMajor, hasMinor] = numbers(process.versions.node);
  if (hasMajor < major || (hasMajor === major && hasMinor < minor)) {
    fail(`this needs Node ${wanted}, and this is Node ${process.versions.node}`);
  }
};

/**
 * What is installed that the lock file does not ask for, or the other way round; undefined if they agree.
 * npm writes its own list of what it installed when it is done, so an installation that was interrupted
 * has none. Packages for other platforms may be absent.
 */
const whyInstall = () => {
  const locked = readJson('package-lock.json').packages;
  const installed = tryReadJson('node_modules/.package-lock.json')?.packages;
  if (installed === undefined) return 'first run, about a minute';
  const changed = Object.entries(locked).some(([path, want]) => {
    if (!path.includes('node_modules/')) return false;
    const have = installed[path];
    if (have === undefined) return !(want.optional || want.devOptional || want.peer);
    return (
      have.version !== want.version || have.link !== want.link || have.resolved !== want.resolved
    );
  });
  return changed ? 'package-lock.json has changed' : undefined;
};

const install = async () => {
  const why = whyInstall();
  if (why === undefined) return;
  say(`installing dependencies (${why}) ...`);
  const args = ['ci', '--loglevel=error'];
  // npm names its own program to the scripts it runs: the same npm, and no shell to find it.
  const npm = process.env['npm_execpath'];
  const code = npm?.endsWith('.js')
    ? await run(process.execPath, [npm, ...args])
    : await run('npm', args, { shell: process.platform === 'win32' });
  insistDone(code, 'installing (npm ci)');
};

const build = async () => {
  say('building what has changed ...');
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };
  // Turbo's report is worth reading only when something went wrong.
  const args = [toolPath('turbo', 'turbo'), 'run', '//#compile', '--output-logs=new-only'];
  const report = [];
  const code = await run(
    process.execPath,
    args,
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
    (data) => report.push(data),
  );
  if (code !== 0) process.stderr.write(Buffer.concat(report));
  insistDone(code, 'the build');
};

/** Installs and builds what is not installed and built yet. */
export const setUp = async () => {
  checkNode();
  await install();
  await build();
};
