// Changes completion records at random and compares what the core does with what it may do.
//   npm run fuzz-records -w @cooperage/kernel -- --minutes 60 --seed 1
// With `--minutes 0` it plays the world of that seed alone.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** No world takes a second. */
const HANG_SECONDS = 180;
const REPORT_SECONDS = 60;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes >= 0) || !Number.isSafeInteger(seed)) {
  console.error('usage: npm run fuzz-records -- --minutes N [--seed S]: two numbers');
  process.exit(2);
}

const directory = mkdtempSync(join(tmpdir(), 'fuzz-records-'));
const statePath = join(directory, 'state.json');
const root = new URL('../../../', import.meta.url);

/** The last whole state that was written. */
let state;
const readState = () => {
  try {
    state = JSON.parse(readFileSync(statePath, 'utf8'));
  } catch {
    // It is not there yet, or being written.
  }
  return state;
};

const show = () => {
  const report = readState();
  if (report === undefined) return;
  const { worlds, records, accepted, refused, seed: at } = report;
  const codes = Object.entries(refused).map(([code, count]) => `${code} ${count}`);
  console.log(
    `${worlds} worlds to seed ${at}: ${records} records, ${accepted} changed ones accepted, refused: ${codes.join(', ')}`,
  );
};

const began = Date.now();
const vitest = new URL('node_modules/vitest/vitest.mjs', root).pathname;
const child = spawn(
  process.execPath,
  [vitest, 'run', '--project', '@cooperage/kernel', 'test/record-fuzz/record-fuzz.test.ts'],
  {
    cwd: root,
    // A group of its own, so that a world that never ends can be ended with all that runs it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      FUZZ_RECORDS_STATE: statePath,
      FUZZ_RECORDS_SEED: String(seed),
      FUZZ_RECORDS_MINUTES: String(minutes),
    },
  },
);
let output = '';
const keep = (chunk) => {
  output = (output + String(chunk)).slice(-20_000);
};
child.stdout.on('data', keep);
child.stderr.on('data', keep);
const endChild = () => process.kill(-child.pid, 'SIGKILL');
process.once('SIGINT', () => {
  show();
  endChild();
});

let lastSeed;
let since = Date.now();
let hangs = false;
const watching = setInterval(() => {
  const at = readState()?.seed;
  if (at !== lastSeed) since = Date.now();
  lastSeed = at;
  if (Date.now() - since < HANG_SECONDS * 1000) return;
  hangs = true;
  endChild();
}, 1000);
const reporting = setInterval(show, REPORT_SECONDS * 1000);

child.once('close', (code) => {
  clearInterval(watching);
  clearInterval(reporting);
  show();
  rmSync(directory, { recursive: true, force: true });
  if (code === 0) {
    console.log(`sound, in ${((Date.now() - began) / 60_000).toFixed(1)} minutes`);
    return;
  }
  process.exitCode = 1;
  console.error(hangs ? `no progress for ${HANG_SECONDS} seconds` : output);
  if (state === undefined) return;
  console.error(
    `reproduce it: npm run fuzz-records -w @cooperage/kernel -- --minutes 0 --seed ${state.seed}`,
  );
});
