// The bundler expects the globals that SES brings; nothing here is locked down.
import 'ses';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import bundleSource from '@endo/bundle-source';
import { scriptedLiveSlots, vatWorkerCompliance } from '@cooperage/compliance';
// The threads run the build, so that is what is tested.
import { makeQuickJSWorkerHost } from '@cooperage/worker-quickjs';
import { rolldown } from 'rolldown';
import { afterAll } from 'vitest';

/** A script that leaves `makeLiveSlots` on the global object. */
const scriptOf = async (module: string, folder: string, name: string): Promise<string> => {
  const entry = join(folder, `${name}.entry.mjs`);
  await writeFile(
    entry,
    `import { makeLiveSlots } from ${JSON.stringify(fileURLToPath(module))};
     globalThis.makeLiveSlots = makeLiveSlots;`,
  );
  const bundle = await rolldown({
    input: entry,
    platform: 'neutral',
    resolve: { mainFields: ['module', 'main'], conditionNames: ['import', 'default'] },
    logLevel: 'silent',
  });
  const file = join(folder, `${name}.js`);
  await bundle.write({ file, format: 'iife' });
  return file;
};

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

const makeScripts = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cooperage-quickjs-'));
  folders.push(folder);
  return {
    published: await scriptOf(
      import.meta.resolve('@agoric/swingset-liveslots'),
      folder,
      'published',
    ),
    scripted: await scriptOf(scriptedLiveSlots.href, folder, 'scripted'),
  };
};
let scripts: ReturnType<typeof makeScripts> | undefined;
const setup = async (memoryLimitMB: number) =>
  makeQuickJSWorkerHost({
    threads: 2,
    memoryLimitMB,
    liveslots: await (scripts ??= makeScripts()),
  });

vatWorkerCompliance({
  setup: () => setup(320),
  setupSmall: () => setup(96),
  bundle: async (source) =>
    JSON.stringify(await bundleSource(fileURLToPath(source), { format: 'endoZipBase64' })),
  liveslots: ['cooperage', 'published'],
  limitsOnEach: process.env['COOPERAGE_TEST_SIZES'] === 'nightly',
  scripted: 'scripted',
  // Who is at fault ends alone.
  supports: { collateral: false },
});
