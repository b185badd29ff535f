/** A small project that runs: what `cooperage init` writes. */

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

const readme = (name: string): string => `# ${name}

Two vats that talk to each other. Each is an ES module in \`vats/\`; \`cooperage.json\` says which there are.

| command | what it does |
|---|---|
| \`npm start\` | runs until nothing is left to do; what happened is kept in \`.cooperage\` |
| \`npm start -- --fresh\` | forgets that, and runs from the beginning |
| \`npx cooperage vats\` | lists the vats |
| \`npx cooperage show greeter\` | what a vat holds and what waits for it |
| \`npx cooperage transcript main\` | what a vat was told and what it did |

A vat finds \`E\` (send), \`Far\` (make an object that others can hold), \`harden\`, \`assert\` and \`console\` around it, and
nothing of Node; npm packages that it imports are bundled with it.
`;

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** The files, by path. */
export const projectFiles = (name: string, version: string): Readonly<Record<string, string>> => ({
  'package.json': json({
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    engines: { node: '>=20.19' },
    scripts: { start: 'cooperage run' },
    dependencies: { cooperage: `^${version}` },
  }),
  'cooperage.json': json({
    bootstrap: 'main',
    vats: {
      main: { source: './vats/main.js' },
      greeter: { source: './vats/greeter.js', parameters: { greeting: 'Hello' } },
    },
    directory: '.cooperage',
  }),
  'vats/main.js': MAIN,
  'vats/greeter.js': GREETER,
  'README.md': readme(name),
  '.gitignore': 'node_modules/\n.cooperage/\n',
});
