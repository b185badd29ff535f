// Far more vats on disk than in memory: what making, asking, restarting and exporting take.
//   npm run build && npm run many-vats -w cooperage -- [--vats 10000] [--online 100] [--asked 2000] [--engine quickjs]
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openKernel } from '../dist/index.js';
import { watchStalls } from './stalls.mjs';

const { values } = parseArgs({
  options: {
    vats: { type: 'string', default: '10000' },
    online: { type: 'string', default: '100' },
    asked: { type: 'string', default: '2000' },
    engine: { type: 'string', default: 'quickjs' },
  },
});
const [VATS, ONLINE, ASKED] = [values.vats, values.online, values.asked].map(Number);
const AT_ONCE = 50;

const fixture = (name) => join(import.meta.dirname, '../test/fixtures', name);
const config = {
  bootstrap: 'breeder',
  vats: { breeder: { source: fixture('breeder-vat.js') } },
  bundles: { member: { source: fixture('member-vat.js') } },
};

const sizeOf = async (folder) => {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
};
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
/** Bytes of files that are mapped into memory, which the system takes back when it needs them; Linux only. */
const mapped = () => {
  try {
    const [, kilobytes] = /RssFile:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return Number(kilobytes ?? 0) * 1_024;
  } catch {
    return 0;
  }
};
const memory = () => {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return `${megabytes(rss)} resident, of which ${megabytes(mapped())} are pages of the store; ${megabytes(heapUsed)} heap of the kernel's thread`;
};

const stalls = watchStalls();

const phase = async (name, count, act) => {
  stalls.begin();
  const began = performance.now();
  const result = await act();
  const seconds = (performance.now() - began) / 1_000;
  const rate = count === undefined ? '' : `, ${(count / seconds).toFixed(0)}/s`;
  console.log(
    `${name}: ${seconds.toFixed(2)} s${rate}; thread away for ${stalls.longest().toFixed(0)} ms at most; ${memory()}`,
  );
  return result;
};

const directory = await mkdtemp(join(tmpdir(), 'cooperage-many-vats-'));
let most = 0;
const open = async () => {
  const kernel = await openKernel({
    directory: join(directory, 'kernel'),
    config,
    maxVatsOnline: ONLINE,
    log: () => undefined,
  });
  kernel.on('retired', () => {
    most = Math.max(most, kernel.stats().online);
  });
  return kernel;
};

let seed = 1;
const random = (below) => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
};
const counts = new Map();
const askSome = async (kernel, some) => {
  for (let left = some; left > 0; left -= AT_ONCE) {
    await Promise.all(
      Array.from({ length: Math.min(left, AT_ONCE) }, async () => {
        const i = random(VATS);
        const count = (counts.get(i) ?? 0) + 1;
        counts.set(i, count);
        const answer = await kernel.send('breeder', 'ask', [i, 'up']);
        if (answer[0] !== i || answer[1] !== count) {
          throw Error(`member ${i}, asked ${count} times, answers ${JSON.stringify(answer)}`);
        }
      }),
    );
  }
};

try {
  console.log(`${VATS} vats, ${ONLINE} in memory, on ${values.engine}; before: ${memory()}`);
  let kernel = await open();
  await kernel.send('breeder', 'prepare', [{ engine: values.engine }]);
  await phase('making', VATS, async () => {
    for (let made = 0; made < VATS;) {
      made = await kernel.send('breeder', 'make', [Math.min(AT_ONCE, VATS - made)]);
      if (made % 1_000 === 0) console.log(`  ${made}: ${memory()}`);
    }
    await kernel.run();
  });
  await phase('asking any', ASKED, () => askSome(kernel, ASKED));
  await phase('1,000 times stats()', 1_000, async () => {
    for (let i = 0; i < 1_000; i += 1) kernel.stats();
  });
  const exported = await phase('exporting, while others ask', undefined, async () => {
    const [made] = await Promise.all([
      kernel.export(join(directory, 'kernel.jsonl')),
      askSome(kernel, 100),
    ]);
    return made;
  });
  const { size } = await stat(join(directory, 'kernel.jsonl'));
  console.log(`  ${exported.rows} rows, ${exported.blobs} blobs, ${megabytes(size)}`);
  await phase('closing', undefined, () => kernel.close());
  console.log(`on disk: ${megabytes(await sizeOf(join(directory, 'kernel')))}`);
  kernel = await phase('opening again', undefined, open);
  await phase('the first answer', undefined, () => askSome(kernel, 1));
  await phase('asking any', ASKED, () => askSome(kernel, ASKED));
  await kernel.close();
  console.log(`at most ${most} vats were in memory`);
  if (most > ONLINE) throw Error(`${most} vats were in memory where ${ONLINE} may be`);
} finally {
  await rm(directory, { recursive: true, force: true });
}
