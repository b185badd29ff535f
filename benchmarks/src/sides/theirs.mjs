// SwingSet: local workers over its store on disk, committed after each run of its queue.
import '@endo/init';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { initSwingStore, isSwingStore, openSwingStore } from '@agoric/swing-store';
import { initializeSwingset, makeSwingsetController } from '@agoric/swingset-vat';
import { kunser } from '@agoric/kmarshal';
import { kernelBundlesFile } from './kernel-bundles-file.mjs';

/**
 * The world as in `ours.mjs`.
 * @param {object} [world.options]
 * @param {boolean} [world.options.commitEach]  commit after every delivery instead
 * @param {'local' | 'xs-worker'} [world.options.worker]  where vats run; the latter needs xsnap
 */
export const open = async ({ directory, bootstrap, vats, bundles = {}, options = {} }) => {
  const locate = (files) =>
    Object.fromEntries(
      Object.entries(files).map(([name, file]) => [
        name,
        { sourceSpec: fileURLToPath(new URL(`../../vats/imports/${file}`, import.meta.url)) },
      ]),
    );
  const isNew = !isSwingStore(directory);
  const { kernelStorage, hostStorage } = isNew
    ? initSwingStore(directory)
    : openSwingStore(directory);
  const kernelBundles = JSON.parse(readFileSync(kernelBundlesFile, 'utf8'));
  if (isNew) {
    const config = {
      bootstrap,
      vats: locate(vats),
      bundles: locate(bundles),
      defaultManagerType: options.worker ?? 'local',
      defaultReapInterval: 200,
      pinBootstrapRoot: true,
    };
    // No vats beside those that are measured and the one that it cannot do without.
    await initializeSwingset(config, [], kernelStorage, {
      kernelBundles,
      addComms: false,
      addVattp: false,
      addTimer: false,
    });
  }
  const controller = await makeSwingsetController(
    kernelStorage,
    {},
    {
      kernelBundle: kernelBundles.kernel,
      // By default it keeps 50 in memory, and local vats that were collected in do not always replay.
      warehousePolicy: { maxVatsOnline: 1_000 },
    },
  );
  const afterEachCrank = {
    vatCreated: () => false,
    crankComplete: () => false,
    crankFailed: () => false,
    emptyCrank: () => false,
    didBOYD: () => false,
    allowCleanup: () => false,
  };
  const run = async () => {
    if (options.commitEach) {
      while ((await controller.run(afterEachCrank)) > 0) await hostStorage.commit();
    } else {
      await controller.run();
    }
    await hostStorage.commit();
  };
  if (isNew) {
    for (const name of Object.keys(vats)) controller.pinVatRoot(name);
    await run();
  }
  return {
    sendAll: async (messages) => {
      const results = messages.map(([vat, method, args = []]) =>
        controller.queueToVatRoot(vat, method, args),
      );
      await run();
      const answers = results.map((result) => {
        if (controller.kpStatus(result) !== 'fulfilled') {
          throw Error(`${result} is ${controller.kpStatus(result)}`);
        }
        return kunser(controller.kpResolution(result));
      });
      await hostStorage.commit();
      return answers;
    },
    stats: () => ({}),
    close: async () => {
      await controller.shutdown();
      await hostStorage.close();
    },
  };
};
