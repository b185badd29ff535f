// Flips single bits of a kernel's store, one at a time, then opens the kernel and asks its vats for all that they keep.
//   npm run build && npm run flips -w cooperage [-- --flips 1000 --seed 11 --left killed --only row]
// `--left closed`: the kernel was closed and left a mark, which holds as long as no bit of the data file is another. Prints
// what became of the flips in each kind of page, so far after every hundred. Ends with an error if an answer was wrong, a
// vat ended or was quarantined, or the process died.
import { fork, spawnSync } from 'node:child_process';
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ask, fill } from './kernel.mjs';
import { chooseFlips, findPlaces } from './places.mjs';

const { values } = parseArgs({
  options: {
    flips: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '11' },
    left: { type: 'string', default: 'killed' },
    only: { type: 'string' },
    // For the processes that this one starts.
    fill: { type: 'string' },
    try: { type: 'string' },
  },
});
const self = fileURLToPath(import.meta.url);
const { left } = values;

const restore = (sound, directory) => {
  rmSync(directory, { recursive: true, force: true });
  cpSync(sound, directory, { recursive: true });
};

const flipBit = (path, bit) => {
  const fd = openSync(path, 'r+');
  writeSync(fd, Uint8Array.of(readFileSync(path)[bit >> 3] ^ (1 << (bit & 7))), 0, 1, bit >> 3);
  closeSync(fd);
};

/** Flips that the parent names, until it says that there are no more. */
const tryFlips = (top) => {
  const [sound, directory] = [join(top, 'sound'), join(top, 'flipped')];
  process.on('message', async ({ file, bit }) => {
    restore(sound, directory);
    if (file !== undefined) flipBit(join(directory, file), bit);
    process.send(await ask(directory));
  });
};

const runCampaign = async () => {
  const top = mkdtempSync(join(tmpdir(), 'cooperage-flips-'));
  const sound = join(top, 'sound');
  spawnSync(process.execPath, [self, '--fill', sound, '--left', left], { stdio: 'inherit' });
  const places = await findPlaces(sound, join(top, 'scratch.mdb'));
  if (values.only !== undefined) {
    for (const kind of places.keys()) if (kind !== values.only) places.delete(kind);
  }

  let child;
  const tryOne = (flip) =>
    new Promise((resolve) => {
      child ??= fork(self, ['--try', top, '--left', left]);
      child.once('message', (result) => {
        child.removeAllListeners('exit');
        resolve(result);
      });
      child.once('exit', (code, signal) => {
        child = undefined;
        resolve({ outcome: 'process died', detail: String(signal ?? code) });
      });
      child.send(flip);
    });

  const { answers: expected, ...failed } = await tryOne({});
  if (expected === undefined) throw Error(`without a flip: ${JSON.stringify(failed)}`);
  const table = new Map();
  const bad = [];
  let tried = 0;
  for (const flip of chooseFlips(places, Number(values.seed), Number(values.flips))) {
    const { outcome = 'harmless', detail, answers } = await tryOne(flip);
    const isWrong = answers !== undefined && JSON.stringify(answers) !== JSON.stringify(expected);
    const became = isWrong ? 'wrong' : outcome;
    const row = table.get(flip.kind) ?? {};
    row[became] = (row[became] ?? 0) + 1;
    table.set(flip.kind, row);
    if (!['harmless', 'refused', 'stopped'].includes(became)) {
      const finding = { ...flip, became, detail };
      bad.push(finding);
      console.log(JSON.stringify(finding));
    }
    tried += 1;
    if (tried % 100 === 0) {
      console.log(
        `${tried} flips, seed ${values.seed}, kernel ${left}, ${new Date().toISOString()}`,
      );
      console.table(Object.fromEntries(table));
    }
  }
  child?.disconnect();
  child?.kill();
  rmSync(top, { recursive: true, force: true });

  console.log(`${values.flips} flips, seed ${values.seed}, kernel ${left}: ${bad.length} failures`);
  console.table(Object.fromEntries(table));
  return bad.length === 0 ? 0 : 1;
};

if (values.fill !== undefined) await fill(values.fill, left);
else if (values.try !== undefined) tryFlips(values.try);
else process.exitCode = await runCampaign();
