import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../main.js', import.meta.url));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hello-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const run = () =>
  execFileSync(process.execPath, [program, join(directory, 'state')], { encoding: 'utf8' });

it('greets, and remembers its visitors from one process to the next', () => {
  expect(run()).toBe('Hello, world! You are visitor 1.\n');
  expect(run()).toBe('Hello, world! You are visitor 2.\n');
});
