/** `npm run trace`: sends one message through the kernel as it is built, and counts files and switches between packages. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const at = (name) => new URL(name, import.meta.url);
const output = execFileSync(
  process.execPath,
  ['--import', at('register.mjs').href, fileURLToPath(at('main.mjs'))],
  { encoding: 'utf8', maxBuffer: 100_000_000 },
);

/** What every step reads or calls, so that it says nothing of the way. */
const UNDERNEATH = /^(types|store|supervisor)\//;

const all = JSON.parse(output);
const way = all
  .slice(all.findIndex((file) => file.endsWith('/sender.ts')))
  .filter((file) => !UNDERNEATH.test(file));

const report = (what, files) => {
  const packages = files.map((file) => file.split('/')[0]);
  const switches = packages.filter((name, i) => i > 0 && name !== packages[i - 1]).length;
  process.stdout.write(
    `${what}: ${new Set(files).size} files, ${switches} switches between packages\n`,
  );
};

const begin = way.findIndex((file) => /\/(apply|retire)-record\.ts$/.test(file));
const length = way.slice(begin).findIndex((file) => file.startsWith('vat-manager/src/runner/'));
report('a record is applied, and what follows is handed out', way.slice(begin, begin + length));
report('from the send to the end of the answer', way);
