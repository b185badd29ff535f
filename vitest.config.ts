import { readFileSync, readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** The folders of a workspace pattern such as `packages/*`, or the folder itself. */
const foldersOf = (pattern: string): string[] => {
  const [parent, star] = pattern.split('/');
  if (parent === undefined || star === undefined) return [pattern];
  try {
    return readdirSync(new URL(`${parent}/`, import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${parent}/${entry.name}`);
  } catch {
    return [];
  }
};

const manifest = (folder: string): { name: string; workspaces?: string[] } =>
  JSON.parse(readFileSync(new URL(`${folder}/package.json`, import.meta.url), 'utf8')) as never;

const hasManifest = (folder: string): boolean => {
  try {
    return manifest(folder).name !== undefined;
  } catch {
    return false;
  }
};

const workspaces = (manifest('.').workspaces ?? []).flatMap(foldersOf).filter(hasManifest);

export default defineConfig({
  test: {
    // Vats run in worker threads and under lockdown: a process for each test file keeps both to itself.
    pool: 'forks',
    maxWorkers: '100%',
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 240_000 } },
    // A package's tests read its own sources; every other package is what its users get, the build,
    // loaded by Node itself, because worker threads load the build too.
    server: { deps: { external: [/\/dist\//] } },
    projects: [
      ...workspaces.map((folder) => ({
        extends: true as const,
        test: { name: manifest(folder).name, root: folder, include: ['test/**/*.test.ts'] },
      })),
      // The kernel's own vats once more, on the field's published liveslots (upgrades are tested on both in one file).
      {
        extends: true as const,
        test: {
          name: 'cooperage on published liveslots',
          root: 'packages/cooperage',
          include: [
            'open-kernel',
            'probes',
            'rejections',
            'vat-creation',
            // What these are about is the kernel's, whatever liveslots its vats run on.
            ...(process.env['COOPERAGE_TEST_SIZES'] === 'nightly'
              ? ['bounded-runs', 'orders']
              : []),
          ].map((name) => `test/${name}.test.ts`),
          env: { COOPERAGE_TEST_LIVESLOTS: 'published' },
        },
      },
    ],
  },
});
