/** The files of the page: its own, and the modules that it imports. Nothing else is served. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export interface PageFile {
  readonly path: string;
  readonly type: string;
}

const { resolve } = createRequire(import.meta.url);
const SCRIPT = 'text/javascript';

/** Beside the file for `require`, each of these packages has its module for browsers. */
const moduleOf = (name: string): string => resolve(name).replace(/\.js$/, '.module.js');

const LIBRARIES = [
  'preact',
  'preact/hooks',
  'preact/jsx-runtime',
  '@preact/signals',
  '@preact/signals-core',
];

const addressOf = (name: string): string => `/modules/${name.replace(/\W+/g, '-')}.js`;

const own = (name: string): string =>
  fileURLToPath(new URL(`../dist/page/${name}`, import.meta.url));

const OWN = ['main.js', 'app.js', 'state.js', 'timeline.js', 'panels.js', 'acts.js'];

export const PAGE_FILES: ReadonlyMap<string, PageFile> = new Map<string, PageFile>([
  ...OWN.map((name) => [`/page/${name}`, { path: own(name), type: SCRIPT }] as const),
  [
    '/page/style.css',
    {
      path: fileURLToPath(new URL('../page/style.css', import.meta.url)),
      type: 'text/css',
    },
  ] as const,
  ...LIBRARIES.map((name) => [addressOf(name), { path: moduleOf(name), type: SCRIPT }] as const),
]);

const importMap = JSON.stringify({
  imports: Object.fromEntries(LIBRARIES.map((name) => [name, addressOf(name)])),
});

export const pageHtml = (nonce: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>cooperage inspect</title>
<link rel="stylesheet" href="/page/style.css">
<link rel="icon" href="data:,">
<script type="importmap" nonce="${nonce}">${importMap}</script>
<body><main id="app"></main>
<script type="module" src="/page/main.js"></script>
</html>
`;
