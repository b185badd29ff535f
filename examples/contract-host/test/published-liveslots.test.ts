// The same vats on the other engine, and on the field's published liveslots: forks included.
import { expect, it } from 'vitest';
import { playOn } from './play.js';

it('tells the same story on both engines, and on the published liveslots', async () => {
  const story = await playOn('quickjs');
  expect(story.instances).toHaveLength(10);
  expect(await playOn('v8')).toEqual(story);
  // QuickJS vats have our liveslots in the engine's base image: a host may load others, a kernel's config cannot.
  const options = {
    liveslots: { published: import.meta.resolve('@agoric/swingset-liveslots') },
  };
  const published = await playOn('v8', options, (config) => ({
    ...config,
    liveslots: 'published',
  }));
  expect(published).toEqual(story);
});
