import { JAVASCRIPT } from './javascript.js';
import { TYPESCRIPT } from './typescript.js';

/** What `cooperage init` can write: the same small project in either language. */
export const TEMPLATES = ['js', 'ts'] as const;
export type Template = (typeof TEMPLATES)[number];

const readme = (name: string, template: Template): string => `# ${name}

Two vats that talk to each other. Each is an ES module in \`vats/\`; \`cooperage.json\` names them.

| command | what it does |
|---|---|
| \`npm start\` | runs until nothing is left to do; the state is kept in \`.cooperage\` |
| \`npm start -- --upgrade\` | gives the vats the code in \`vats/\`, after you have edited it; their durable data stays |
| \`npm start -- --fresh\` | deletes that state, and runs from the beginning |
| \`npm test\` | ${template === 'ts' ? 'checks the types, and ' : ''}runs the tests in \`test/\` |
| \`npx cooperage vats\` | lists the vats |
| \`npx cooperage show greeter\` | shows the references that a vat holds and the deliveries that wait for it |
| \`npx cooperage transcript main\` | shows each delivery to a vat, and what the vat did |

A vat finds \`E\` (sends a message), \`Far\` (makes an object that other vats can hold), \`harden\`, \`assert\` and \`console\`
around it, and nothing of Node. Npm packages that it imports are bundled with it.
`;

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const TOOLS = { typescript: '^6.0.0', '@types/node': '^20.19.0' } as const;

/** The files, by path. */
export const projectFiles = (
  name: string,
  version: string,
  template: Template,
): Readonly<Record<string, string>> => {
  const isTyped = template === 'ts';
  return {
    'package.json': json({
      name,
      version: '0.1.0',
      private: true,
      type: 'module',
      engines: { node: '>=20.19' },
      scripts: {
        start: 'cooperage run',
        test: isTyped ? 'tsc && node --test dist/test/greeter.test.js' : 'node --test',
      },
      dependencies: { cooperage: `^${version}` },
      ...(isTyped && { devDependencies: TOOLS }),
    }),
    'cooperage.json': json({
      $schema: './node_modules/cooperage/config.schema.json',
      bootstrap: 'main',
      vats: {
        main: { source: `./vats/main.${template}` },
        greeter: { source: `./vats/greeter.${template}`, parameters: { greeting: 'Hello' } },
      },
      directory: '.cooperage',
    }),
    ...(isTyped ? TYPESCRIPT : JAVASCRIPT),
    'README.md': readme(name, template),
    '.gitignore': `node_modules/\n.cooperage/\n${isTyped ? 'dist/\n' : ''}`,
  };
};
