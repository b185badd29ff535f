/** The TypeScript files of what `cooperage init --template ts` writes. */

const MAIN = `import type { BuildRootObject } from 'cooperage/vat';
import type { Greeter } from './greeter.js';

/** What the bootstrap vat gets: the roots of the other vats of cooperage.json, and the services of the host. */
interface Vats {
  readonly greeter: Greeter;
}
interface Services {
  readonly timer: { delay(milliseconds: number): void };
}

export const buildRootObject: BuildRootObject = () =>
  Far('main', {
    bootstrap: async ({ greeter }: Vats, { timer }: Services) => {
      const counters = await Promise.all(
        ['Ada', 'Grace', 'Barbara'].map(async (name) => {
          // Sent at once, answered when the greeter gets to it.
          console.log(await E(greeter).greet(name));
          return E(greeter).makeCounter(name);
        }),
      );
      await E(timer).delay(100);
      // The three messages are sent before any of them is answered.
      const counts = await Promise.all(counters.map((counter) => E(counter).increment(5)));
      console.log(\`counted to \${counts.join(', ')}\`);
    },
  });
`;

const GREETER = `import type { BuildRootObject } from 'cooperage/vat';

/** Everything that a vat hands out is an object with methods, made with \`Far\`. */
const makeCounter = (name: string) => {
  let count = 0;
  return Far(\`counter of \${name}\`, {
    increment: (by = 1) => {
      count += by;
      return count;
    },
  });
};

/** @param parameters as cooperage.json says */
const makeGreeter = ({ greeting }: { readonly greeting: string }) =>
  Far('greeter', {
    greet: (name: string) => \`\${greeting}, \${name}!\`,
    makeCounter,
  });

/** What other vats send to: \`E(greeter).greet('Ada')\` is a \`Promise<string>\`. */
export type Greeter = ReturnType<typeof makeGreeter>;

export const buildRootObject: BuildRootObject<{ greeting: string }> = (_vatPowers, parameters) =>
  makeGreeter(parameters);
`;

const TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KernelRef, openKernel } from 'cooperage';

test('the greeter greets, and its counters count', async () => {
  // Without a directory the kernel is in memory.
  const kernel = await openKernel({
    config: { vats: { greeter: { source: './vats/greeter.ts', parameters: { greeting: 'Hi' } } } },
  });
  assert.equal(await kernel.send('greeter', 'greet', ['Ada']), 'Hi, Ada!');
  const counter = (await kernel.send('greeter', 'makeCounter', ['Ada'])) as KernelRef;
  assert.equal(await counter.send('increment', [5]), 5);
  assert.equal(await counter.send('increment'), 6);
  await kernel.close();
});
`;

const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2022",
    "lib": ["es2023"],
    "module": "nodenext",
    "strict": true,
    "verbatimModuleSyntax": true,
    // What every vat finds around it: E, Far, harden, VatData, ...
    "types": ["node", "cooperage/vat"],
    "rootDir": ".",
    "outDir": "dist"
  },
  "include": ["vats", "test", "host.ts"]
}
`;

const HOST = `// A program of your own in place of \`cooperage run\`: it opens the kernel, and sends to it.
import { E, openKernel } from 'cooperage';
import type { Greeter } from './vats/greeter.js';

const kernel = await openKernel({ config: './cooperage.json' });
// Here the bootstrap of a new kernel runs, as with \`cooperage run\`.
await kernel.run();
console.log(await E(kernel.root<Greeter>('greeter')).greet('host'));
await kernel.close();
`;

export const TYPESCRIPT = {
  'vats/main.ts': MAIN,
  'vats/greeter.ts': GREETER,
  'host.ts': HOST,
  'test/greeter.test.ts': TEST,
  'tsconfig.json': TSCONFIG,
} as const;
