// The bundler expects the globals that SES brings; nothing here is locked down.
import 'ses';
import { fileURLToPath } from 'node:url';
import bundleSource from '@endo/bundle-source';
import { scriptedLiveSlots, vatWorkerCompliance } from '@cooperage/compliance';
// The threads run the build, so that is what is tested.
import { makeThreadWorkerHost } from '@cooperage/worker-thread';

const setup = (heapLimitMB: number) =>
  makeThreadWorkerHost({
    threads: 2,
    heapLimitMB,
    liveslots: {
      published: import.meta.resolve('@agoric/swingset-liveslots'),
      scripted: scriptedLiveSlots.href,
    },
  });

vatWorkerCompliance({
  setup: () => setup(192),
  setupSmall: () => setup(64),
  bundle: async (source) =>
    JSON.stringify(await bundleSource(fileURLToPath(source), { format: 'endoZipBase64' })),
  liveslots: ['cooperage', 'published'],
  limitsOnEach: process.env['COOPERAGE_TEST_SIZES'] === 'nightly',
  scripted: 'scripted',
});
