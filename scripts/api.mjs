/**
 * `npm run api -- COMMIT`: lists by package what exports differ between that commit and the working tree. Each
 * difference belongs in a changeset.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [commit] = process.argv.slice(2);
if (commit === undefined) {
  console.error('usage: npm run api -- COMMIT');
  process.exit(2);
}

const run = (cwd, command, ...args) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });

/** The installed packages, with those of the checkout in place of those of this tree: no second installation. */
const linkModules = (checkout) => {
  const modules = join(checkout, 'node_modules');
  mkdirSync(modules);
  const workspaces = new Set(['@cooperage', 'cooperage', 'create-cooperage']);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!workspaces.has(name)) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  mkdirSync(join(modules, '@cooperage'));
  for (const name of readdirSync(join(checkout, 'packages'))) {
    const scope = workspaces.has(name) ? '' : '@cooperage';
    symlinkSync(join(checkout, 'packages', name), join(modules, scope, name));
  }
};

const bin = (name) => join(root, 'node_modules', '.bin', name);
const list = (checkout, file) =>
  run(checkout, bin('typedoc'), '--json', file, '--logLevel', 'Error');

const folder = mkdtempSync(join(tmpdir(), 'cooperage-api-'));
const checkout = join(folder, 'before');
try {
  // Not a worktree: one would stay known to git if this process were killed.
  mkdirSync(checkout);
  run(root, 'git', 'archive', '--output', join(folder, 'before.tar'), commit);
  run(checkout, 'tar', '-xf', join(folder, 'before.tar'));
  linkModules(checkout);
  run(checkout, bin('tsc'), '-b');
  list(checkout, join(folder, 'before.json'));
  list(root, join(folder, 'after.json'));
  execFileSync(
    process.execPath,
    [
      join(root, 'scripts', 'api-diff.mjs'),
      join(folder, 'before.json'),
      join(folder, 'after.json'),
    ],
    { stdio: 'inherit' },
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
