import { JAVASCRIPT } from './javascript.js';
import { SERVICE } from './service.js';
import { TYPESCRIPT } from './typescript.js';

/** What `cooperage init` can write: the same small project in either language, or a kernel that stays up. */
export const TEMPLATES = ['js', 'ts', 'service'] as const;
export type Template = (typeof TEMPLATES)[number];

const VATS = `
A vat finds \`E\` (sends a message), \`Far\` (makes an object that other vats can hold), \`harden\`, \`assert\` and \`console\`
around it, and nothing of Node. Npm packages that it imports are bundled with it.
`;

const readme = (name: string, template: 'js' | 'ts'): string => `# ${name}

Two vats that talk to each other. Each is an ES module in \`vats/\`; \`cooperage.json\` names them.

| command | what it does |
|---|---|
| \`npm start\` | runs until nothing is left to do; the state is kept in \`.cooperage\` |
| \`npm start -- --upgrade\` | gives the vats the code in \`vats/\`, after you have edited it; their durable data stays |
| \`npm start -- --fresh\` | deletes that state, and runs from the beginning |
| \`npm run host\` | the program \`host.${template}\` opens the kernel and sends to it |
| \`npm test\` | ${template === 'ts' ? 'checks the types, and ' : ''}runs the tests in \`test/\` |
| \`npx cooperage vats\` | lists the vats |
| \`npx cooperage show greeter\` | shows the references that a vat holds and the deliveries that wait for it |
| \`npx cooperage transcript main\` | shows each delivery to a vat, and what the vat did |
${VATS}`;

const serviceReadme = (name: string): string => `# ${name}

A vat that keeps orders, and a service that posts them. The vat is in \`vats/\`, the service in \`services/\`;
\`cooperage.json\` names them, and says which services the vat gets.

| command | what it does |
|---|---|
| \`npm start\` | runs until it is ended by Ctrl-C or SIGTERM, with \`/healthz\`, \`/readyz\` and \`/metrics\` at 127.0.0.1:8790 |
| \`npx cooperage send desk order barrel\` | sends to the vat, while it runs or not |
| \`npx cooperage logs --follow\` | shows the log |
| \`npx cooperage upgrade desk --bundle ./vats/desk.js\` | gives the vat new code while it runs; its durable data stays |
| \`npx cooperage export .cooperage backups/\` | writes a copy of the kernel, while it runs |
| \`npx cooperage stop\` | ends it; the next start goes on |
| \`npm run host\` | the program \`host.js\` opens the kernel itself, where none runs |
| \`npm test\` | runs the tests in \`test/\` |
${VATS}`;

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const TOOLS = { typescript: '^6.0.0', '@types/node': '^20.19.0' } as const;

const greeterConfig = (extension: 'js' | 'ts') => ({
  bootstrap: 'main',
  vats: {
    main: { source: `./vats/main.${extension}` },
    greeter: { source: `./vats/greeter.${extension}`, parameters: { greeting: 'Hello' } },
  },
});

interface Parts {
  readonly scripts: Readonly<Record<string, string>>;
  readonly config: object;
  readonly files: Readonly<Record<string, string>>;
  readonly readme: (name: string) => string;
}

const PARTS: Readonly<Record<Template, Parts>> = {
  js: {
    scripts: { start: 'cooperage run', host: 'node host.js', test: 'node --test' },
    config: greeterConfig('js'),
    files: JAVASCRIPT,
    readme: (name) => readme(name, 'js'),
  },
  ts: {
    scripts: {
      start: 'cooperage run',
      host: 'tsc && node dist/host.js',
      test: 'tsc && node --test dist/test/greeter.test.js',
    },
    config: greeterConfig('ts'),
    files: TYPESCRIPT,
    readme: (name) => readme(name, 'ts'),
  },
  service: {
    scripts: { start: 'cooperage serve', host: 'node host.js', test: 'node --test' },
    config: {
      services: { mail: './services/mail.js' },
      vats: { desk: { source: './vats/desk.js', services: ['mail'] } },
    },
    files: SERVICE,
    readme: serviceReadme,
  },
};

/** The files, by path. */
export const projectFiles = (
  name: string,
  version: string,
  template: Template,
): Readonly<Record<string, string>> => {
  const parts = PARTS[template];
  const isTyped = template === 'ts';
  return {
    'package.json': json({
      name,
      version: '0.1.0',
      private: true,
      type: 'module',
      engines: { node: '>=20.19' },
      scripts: parts.scripts,
      dependencies: { cooperage: `^${version}` },
      ...(isTyped && { devDependencies: TOOLS }),
    }),
    'cooperage.json': json({
      $schema: './node_modules/cooperage/config.schema.json',
      ...parts.config,
      directory: '.cooperage',
    }),
    ...parts.files,
    'README.md': parts.readme(name),
    '.gitignore': `node_modules/\n.cooperage/\n${isTyped ? 'dist/\n' : ''}`,
  };
};
