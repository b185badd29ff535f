/** docs/a-crank-step-by-step.md against a message that is really sent: each function of the build tells that it is entered. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The files on the message's way, as `kernel/src/core/core.ts`, each once in a row. */
let entered: string[] = [];

beforeAll(() => {
  const register = pathToFileURL(at('scripts/trace/register.mjs')).href;
  const output = execFileSync(
    process.execPath,
    ['--import', register, at('scripts/trace/main.mjs')],
    { encoding: 'utf8', maxBuffer: 100_000_000 },
  );
  const all = JSON.parse(output) as string[];
  // Alice's question; what is before is the host's, which asks her to put it.
  entered = all.slice(all.indexOf('liveslots/src/vat/sender.ts'));
});

/** The files that the page links from its numbered sections, in its order. */
const filesOnPage = (): string[] => {
  const page = readFileSync(at('docs/a-crank-step-by-step.md'), 'utf8');
  const sections = page.split(/^## /m).filter((section) => /^\d/.test(section));
  return (
    sections
      .flatMap((section) => [...section.matchAll(/\(\.\.\/packages\/([^)]+\.ts)\)/g)])
      .map(([, file]) => file as string)
      // Between threads. The trace is of vats in the kernel's own thread, where it can follow them.
      .filter((file) => !file.startsWith('worker-kit/'))
  );
};

test('a message enters the files that the page names, in the order of the page', () => {
  const files = filesOnPage();
  expect(files.length).toBeGreaterThan(20);
  let from = 0;
  const missing: string[] = [];
  for (const file of files) {
    const place = entered.indexOf(file, from);
    if (place === -1) missing.push(file);
    else from = place;
  }
  expect(missing).toEqual([]);
});

test('a record is applied, and what follows is handed out, without leaving the kernel', () => {
  const begin = entered.indexOf('kernel/src/core/retire-record.ts');
  const length = entered.slice(begin).findIndex((file) => file.startsWith('vat-manager/'));
  const passage = entered.slice(begin, begin + length);
  expect(passage).toContain('kernel/src/records/apply-record.ts');
  expect(passage).toContain('kernel/src/garbage/garbage.ts');
  expect(passage).toContain('kernel/src/deliveries/hand-out.ts');
});
