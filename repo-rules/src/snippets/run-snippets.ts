import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { Snippet } from './snippets.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Long enough for a busy machine: only a program that never ends reaches it. */
const PATIENCE_MS = 300_000;

/** Runs Node in the folder; the text of what went wrong, or undefined. */
const runNode = (folder: string, args: readonly string[]): Promise<string | undefined> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: string[] = [];
    child.stdout.on('data', (data: Buffer) => output.push(String(data)));
    child.stderr.on('data', (data: Buffer) => output.push(String(data)));
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(undefined);
      else if (signal !== null) resolve(`never exits\n${output.join('')}`);
      else resolve(`exit code ${code}\n${output.join('')}`);
    });
  });

const write = (folder: string, { kind, file, text }: Snippet): void => {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  if (kind !== 'program' || !file.endsWith('.ts')) return;
  // Node 20 runs no TypeScript.
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  });
  writeFileSync(path.replace(/ts$/, 'mjs'), outputText);
};

/**
 * Runs the blocks of one document, in a folder of its own from which the packages of this tree can be imported.
 * @returns what went wrong, an entry for each block that failed
 */
export const runSnippets = async (snippets: readonly Snippet[]): Promise<string[]> => {
  const folder = mkdtempSync(join(root, 'node_modules', '.snippets-'));
  const failures: string[] = [];
  try {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
    for (const snippet of snippets) write(folder, snippet);
    for (const { kind, file, place } of snippets) {
      if (kind !== 'program') continue;
      const failure = await runNode(folder, [file.replace(/ts$/, 'mjs')]);
      if (failure !== undefined) failures.push(`${place}: ${failure}`);
    }
    const vats = snippets.filter(({ kind }) => kind === 'vat' || kind === 'upgrade');
    if (vats.length > 0) {
      const script = join(folder, 'start-vats.mjs');
      writeFileSync(
        script,
        ts.sys.readFile(join(root, 'repo-rules/src/snippets/start-vats.mjs')) ?? '',
      );
      const list = vats.map(({ kind, file }) => ({ file, upgrade: kind === 'upgrade' }));
      const failure = await runNode(folder, [script, JSON.stringify(list)]);
      if (failure !== undefined) failures.push(`${vats[0]?.place}: ${failure}`);
    }
    const tests = snippets.filter(({ kind }) => kind === 'test');
    if (tests.length > 0) {
      const vitest = join(root, 'node_modules/vitest/vitest.mjs');
      const config = join(folder, 'vitest.config.mjs');
      writeFileSync(config, `export default { test: { testTimeout: ${PATIENCE_MS} } };\n`);
      const failure = await runNode(folder, [vitest, 'run', '--root', folder, '--config', config]);
      if (failure !== undefined) failures.push(`${tests[0]?.place}: ${failure}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return failures;
};
