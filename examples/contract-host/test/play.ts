// The story on a real kernel.
import type { KernelConfig, OpenKernelOptions } from 'cooperage';
import { openKernel } from 'cooperage';
import type * as Config from '../src/config.js';
import type { Story } from '../src/vats/story.js';

/** The build's config: a kernel runs what was built. */
const { bundleContracts, makeConfig } = await import('../dist/config.js');

export const makeStoryConfig = async (engine: Config.Engine) =>
  makeConfig({ contracts: await bundleContracts(), plan: 'story' }, engine);

export const playOn = async (
  engine: Config.Engine,
  options: Partial<OpenKernelOptions> = {},
  change: (config: KernelConfig) => KernelConfig = (config) => config,
): Promise<Story> => {
  const kernel = await openKernel({
    config: change(await makeStoryConfig(engine)),
    services: { page: { show: () => undefined } },
    threads: 2,
    on: { console: () => undefined },
    ...options,
  });
  try {
    const story = (await kernel.send('main', 'story', [])) as Story;
    await kernel.run();
    return story;
  } finally {
    await kernel.close();
  }
};
