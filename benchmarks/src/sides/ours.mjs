// Cooperage: worker threads over a durable store, from the project's own build.
import { fileURLToPath } from 'node:url';
import { openKernel } from '../../../packages/cooperage/dist/index.js';

/**
 * @param {object} world
 * @param {string} world.directory
 * @param {string} world.bootstrap  the vat that gets the roots of the others
 * @param {Record<string, string>} world.vats  file in `vats/globals`, by the vat's name
 * @param {Record<string, string>} [world.bundles]  the same for vats that are made at run time
 * @param {boolean} [world.imports]  take the sources that import their libraries instead
 * @param {object} [world.options]  `order`, `threads`, `window`
 */
export const open = async ({ directory, bootstrap, vats, bundles = {}, imports, options }) => {
  const folder = imports ? 'imports' : 'globals';
  const locate = (files) =>
    Object.fromEntries(
      Object.entries(files).map(([name, file]) => [
        name,
        { source: fileURLToPath(new URL(`../../vats/${folder}/${file}`, import.meta.url)) },
      ]),
    );
  const kernel = await openKernel({
    directory,
    config: { bootstrap, vats: locate(vats), bundles: locate(bundles) },
    ...options,
  });
  await kernel.run();
  return {
    /** Sends at once, waits for all answers; everything is durable then. */
    sendAll: (messages) =>
      Promise.all(messages.map(([vat, method, args = []]) => kernel.send(vat, method, args))),
    stats: () => kernel.stats(),
    close: () => kernel.close(),
  };
};
