/** What a thread loads: the build in one file, or module by module where that file is out of date. */
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const own = new URL(import.meta.url);
/** Beside this module, or in the build where this is the source. */
const dist = new URL(own.pathname.endsWith('.ts') ? '../dist/' : './', own);

/** Written whenever these packages are compiled, and not part of what is published. */
const buildMarks = ['types', 'liveslots', 'supervisor', 'worker-thread'].map(
  (folder) => new URL(`../../${folder}/dist/tsconfig.tsbuildinfo`, dist),
);

/** Milliseconds: a build that comes out of a cache is written in any order. */
const RESTORING = 2_000;

const changedAt = (file: URL): number => (existsSync(file) ? statSync(file).mtimeMs : 0);

/** Decided once: a build that is made while the process runs does not change what it runs. */
const chosen = (): URL => {
  const bundled = new URL('inside/bundled.js', dist);
  const made = changedAt(bundled);
  const fresh = made > 0 && buildMarks.every((mark) => changedAt(mark) <= made + RESTORING);
  return fresh ? bundled : new URL('inside/main.js', dist);
};

let entry: string | undefined;

export const threadEntry = (): string => (entry ??= fileURLToPath(chosen()));
