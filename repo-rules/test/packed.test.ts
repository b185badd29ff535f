/** The packages as their users get them: packed, installed in an empty folder, and type-checked strictly. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROVIDED } from '../../packages/bundler/src/inside/globals/provided.js';
import { readRepository } from '../src/read-repository.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'cooperage-packed-'));
const consumer = join(home, 'consumer');
const packages = readRepository().packages.filter(({ folder }) => folder.startsWith('packages/'));

/** Globals that throw whenever they are used, are part of the language's library, or come with a package's own types. */
const NOT_DECLARED =
  'Buffer Intl process FileList FormData Headers ReadableStream Request Response TransformStream WebSocket WritableStream ' +
  'XMLHttpRequest fetch clearInterval setInterval cancelAnimationFrame requestAnimationFrame';

interface Ran {
  readonly code: number;
  readonly output: string;
}

const run = (command: string, args: readonly string[], cwd: string): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(command, args, { cwd, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, output: stdout + stderr });
    });
  });

const npmProgram = process.env['npm_execpath'];
const npm = (args: readonly string[], cwd: string): Promise<Ran> =>
  npmProgram?.endsWith('.js') === true
    ? run(process.execPath, [npmProgram, ...args], cwd)
    : run('npm', args, cwd);

const node = (args: readonly string[], cwd: string): Promise<Ran> =>
  run(process.execPath, args, cwd);

const done = async (ran: Promise<Ran>): Promise<string> => {
  const { code, output } = await ran;
  if (code !== 0) throw Error(output);
  return output;
};

const compiler = join(root, 'node_modules/typescript/bin/tsc');

/** Of CommonJS, and of the time before `exports`. */
const OTHER_RESOLUTIONS: readonly string[] = ['node10', 'node16-cjs'];

const tarballs = new Map<string, string>();

const writeJson = (path: string, value: unknown): void => {
  writeFileSync(path, JSON.stringify(value, undefined, 2));
};

const fromTarballs = (): Record<string, string> =>
  Object.fromEntries([...tarballs].map(([name, path]) => [name, `file:${path}`]));

beforeAll(async () => {
  mkdirSync(consumer);
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', home];
  const listed = await done(npm([...args, ...packages.map(({ folder }) => `./${folder}`)], root));
  const parsed = JSON.parse(listed.slice(listed.search(/^[[{]/m))) as
    | readonly { name: string; filename: string }[]
    | Record<string, { name: string; filename: string }>;
  for (const { name, filename } of Object.values(parsed)) tarballs.set(name, join(home, filename));
  writeJson(join(consumer, 'package.json'), {
    private: true,
    type: 'module',
    dependencies: { ...fromTarballs(), '@types/node': '^20.19.0', vitest: '^4.1.12' },
    overrides: fromTarballs(),
  });
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund'];
  await done(npm(install, consumer));
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

test('every package is packed with its licence and README', async () => {
  expect([...tarballs.keys()].sort()).toEqual(packages.map(({ manifest }) => manifest.name).sort());
  for (const path of tarballs.values()) {
    const listed = await done(run('tar', ['-tzf', path], home));
    expect(listed).toContain('package/LICENSE\n');
    expect(listed).toContain('package/README.md\n');
    expect(listed).toContain('package/package.json\n');
    expect(listed).not.toMatch(/tsbuildinfo|\/test\/|\.DS_Store/);
  }
});

/** It declares what the types of Node declare in another way. */
const GLOBALS_OF_THE_WEB = './vat/web';

/** Every other entry point of every package that has types, as its users name it. */
const entryPoints = (): string[] =>
  packages.flatMap(({ folder, manifest }) => {
    const { exports } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
      exports: Record<string, unknown>;
    };
    return Object.entries(exports)
      .filter(([path, target]) => typeof target === 'object' && path !== GLOBALS_OF_THE_WEB)
      .map(([path]) => join(manifest.name, path));
  });

describe('a strict consumer compiles against every entry point', () => {
  test.each([
    ['nodenext', { module: 'nodenext', moduleResolution: 'nodenext' }],
    ['bundler', { module: 'esnext', moduleResolution: 'bundler' }],
  ])('with "moduleResolution": "%s"', async (name, resolution) => {
    const source = entryPoints()
      .map((entry, i) => `import * as m${i} from '${entry}';\nexport type M${i} = typeof m${i};`)
      .join('\n');
    writeFileSync(join(consumer, `${name}.ts`), source);
    writeJson(join(consumer, `tsconfig.${name}.json`), {
      compilerOptions: {
        ...resolution,
        target: 'es2022',
        lib: ['es2023'],
        types: ['node', 'cooperage/vat'],
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        skipLibCheck: false,
      },
      files: [`${name}.ts`],
    });
    const { output } = await node([compiler, '-p', `tsconfig.${name}.json`], consumer);
    expect(output).toBe('');
  });
});

test('the code of a vat compiles with the globals that it finds, and with no others', async () => {
  const names = [...PROVIDED.keys(), 'TextDecoder', 'TextEncoder', 'atob', 'btoa', 'crypto'].filter(
    (name) => !NOT_DECLARED.split(' ').includes(name),
  );
  const source = `import type { BuildRootObject } from 'cooperage/vat';
export const buildRootObject: BuildRootObject = () =>
  Far('root', {
    take: (target: { go(): string }) => E(target).go(),
    globals: () => [${[...names, 'harden', 'VatData', 'console', 'assert'].join(', ')}],
    link: (path: string) => new URL(path, 'https://example.org').href,
    copy: (bytes: Uint8Array) => structuredClone(new TextDecoder().decode(bytes)),
    soon: (job: () => void) => setTimeout(job),
    stop: () => new AbortController().signal.throwIfAborted(),
    // @ts-expect-error a crank does not wait
    late: (job: () => void) => setTimeout(job, 100),
    // @ts-expect-error it throws in a vat
    ask: () => fetch('https://example.org'),
  });
`;
  writeFileSync(join(consumer, 'vat.ts'), source);
  writeJson(join(consumer, 'tsconfig.vat.json'), {
    compilerOptions: {
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2023'],
      types: ['cooperage/vat', 'cooperage/vat/web'],
      strict: true,
      noEmit: true,
      skipLibCheck: false,
    },
    files: ['vat.ts'],
  });
  const { output } = await node([compiler, '-p', 'tsconfig.vat.json'], consumer);
  expect(output).toBe('');
});

test.each(packages.map(({ manifest }) => manifest.name))('%s is well made', async (name) => {
  const pkgDir = join(consumer, 'node_modules', name);
  const { messages, pkg } = await publint({ pkgDir, strict: true, pack: false });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  const packed = createPackageFromTarballData(readFileSync(tarballs.get(name) as string));
  const analysis = await checkPackage(packed);
  const problems = analysis.types === false ? ['it has no types'] : analysis.problems;
  // The packages are ES modules for a resolution that knows `exports`.
  const counted = problems.filter(
    (problem) =>
      typeof problem === 'string' ||
      !('resolutionKind' in problem && OTHER_RESOLUTIONS.includes(problem.resolutionKind)),
  );
  expect(counted).toEqual([]);
});

const TEMPLATES = ['js', 'ts', 'service'];
const projectOf = (template: string): string => join(home, `project-${template}`);

/** Where the installed packages are now. */
let installed = consumer;

/**
 * What is installed goes from project to project: npm compares it with what the manifest asks for, adds what is missing
 * and removes everything else. That takes a fifth of the time of filling another folder.
 */
const installIn = async (project: string): Promise<void> => {
  renameSync(join(installed, 'node_modules'), join(project, 'node_modules'));
  installed = project;
  await done(npm(['install', '--prefer-offline', '--no-audit', '--no-fund'], project));
};

describe('the project that init writes', () => {
  beforeAll(async () => {
    const bin = join(consumer, 'node_modules/cooperage/bin/cooperage.js');
    const create = join(consumer, 'node_modules/.bin/create-cooperage');
    for (const template of TEMPLATES) {
      const project = projectOf(template);
      // What "npm create cooperage" runs, and what it stands for.
      const program = template === 'js' ? [create] : [bin, 'init'];
      await done(node([...program, project, '--template', template], home));
      const path = join(project, 'package.json');
      const manifest = JSON.parse(readFileSync(path, 'utf8')) as { dependencies: object };
      const local = fromTarballs();
      writeJson(path, {
        ...manifest,
        dependencies: { ...manifest.dependencies, cooperage: local['cooperage'] },
        overrides: local,
      });
    }
  });

  test.each(TEMPLATES)('in %s installs, starts and passes its test', async (template) => {
    const project = projectOf(template);
    await installIn(project);
    if (template !== 'service') {
      expect(await done(npm(['start'], project))).toContain('counted to 5, 5, 5');
    }
    expect(await done(npm(['run', 'host'], project))).toMatch(/Hello, host!|a barrel/);
    expect(await done(npm(['test'], project))).toMatch(/pass 1\b/);
  });
});
