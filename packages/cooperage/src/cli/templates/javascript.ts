/** The JavaScript files of what `cooperage init` writes. */

const MAIN = `/**
 * The root of this vat gets \`bootstrap\` when the kernel is new: the roots of the other vats of
 * cooperage.json, and the services of the host.
 */
export const buildRootObject = () =>
  Far('main', {
    bootstrap: async ({ greeter }, { timer }) => {
      const counters = await Promise.all(
        ['Ada', 'Grace', 'Barbara'].map(async (name) => {
          // Sent at once, answered when the greeter gets to it.
          console.log(await E(greeter).greet(name));
          return E(greeter).makeCounter(name);
        }),
      );
      await E(timer).delay(100);
      // To the result of a message before it has one: all three counters work meanwhile.
      const counts = await Promise.all(counters.map((counter) => E(counter).increment(5)));
      console.log(\`counted to \${counts.join(', ')}\`);
    },
  });
`;

const GREETER = `/** Everything that a vat hands out is an object with methods, made with \`Far\`. */
const makeCounter = (name) => {
  let count = 0;
  return Far(\`counter of \${name}\`, {
    increment: (by = 1) => {
      count += by;
      return count;
    },
  });
};

/**
 * @param vatPowers what this vat may do besides talking to what it was given
 * @param parameters as cooperage.json says
 */
export const buildRootObject = (vatPowers, { greeting }) =>
  Far('greeter', {
    greet: (name) => \`\${greeting}, \${name}!\`,
    makeCounter,
  });
`;

const TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openKernel } from 'cooperage';

test('the greeter greets, and its counters count', async () => {
  // Without a directory the kernel is in memory.
  const kernel = await openKernel({
    config: { vats: { greeter: { source: './vats/greeter.js', parameters: { greeting: 'Hi' } } } },
  });
  assert.equal(await kernel.send('greeter', 'greet', ['Ada']), 'Hi, Ada!');
  const counter = await kernel.send('greeter', 'makeCounter', ['Ada']);
  assert.equal(await counter.send('increment', [5]), 5);
  assert.equal(await counter.send('increment'), 6);
  await kernel.close();
});
`;

const HOST = `// A program of your own in place of \`cooperage run\`: it opens the kernel, and sends to it.
import { E, openKernel } from 'cooperage';

const kernel = await openKernel({ config: './cooperage.json' });
// Here the bootstrap of a new kernel runs, as with \`cooperage run\`.
await kernel.run();
console.log(await E(kernel.root('greeter')).greet('host'));
await kernel.close();
`;

export const JAVASCRIPT = {
  'vats/main.js': MAIN,
  'vats/greeter.js': GREETER,
  'host.js': HOST,
  'test/greeter.test.js': TEST,
} as const;
