import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createProject } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'create-cooperage-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('writes the project that "cooperage init" writes, and says by its exit code that it did not', () => {
  const project = join(folder, 'my-vats');
  expect(createProject([project, '--template', 'ts', '--json'])).toBe(0);
  expect(JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))).toMatchObject({
    name: 'my-vats',
  });
  expect(existsSync(join(project, 'vats', 'greeter.ts'))).toBe(true);
  expect(createProject([project])).toBe(1);
});
