import '../src/lockdown.js';
import { fileURLToPath } from 'node:url';
import bundleSource from '@endo/bundle-source';
import { makeLiveSlots as makePublishedLiveSlots } from '@agoric/swingset-liveslots';
import { scriptedLiveSlots, vatWorkerCompliance } from '@cooperage/compliance';
import { makeLiveSlots } from '@cooperage/liveslots';
import type { MakeLiveSlots } from '@cooperage/types';
import { makeLocalWorkerHost } from '../src/index.js';

const { makeLiveSlots: makeScripted } = (await import(scriptedLiveSlots.href)) as {
  makeLiveSlots: MakeLiveSlots;
};

vatWorkerCompliance({
  setup: () =>
    makeLocalWorkerHost({
      liveslots: {
        cooperage: makeLiveSlots,
        published: makePublishedLiveSlots as MakeLiveSlots,
        scripted: makeScripted,
      },
    }),
  bundle: async (source) =>
    JSON.stringify(await bundleSource(fileURLToPath(source), { format: 'endoZipBase64' })),
  liveslots: ['cooperage', 'published'],
  scripted: 'scripted',
  // Nothing in the same thread can stop a crank, and the test runner takes any rejection for a failure.
  supports: { limits: false, unhandledRejections: false },
});
