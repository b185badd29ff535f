/** The files of the page: its own, and the modules that it imports. Nothing else is served. */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
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

const OWN = readdirSync(own('')).filter((name) => name.endsWith('.js'));

/** A file of uPlot, which names them in no other way. */
const ofPlot = (name: string): string => join(dirname(resolve('uplot/package.json')), 'dist', name);

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
  [addressOf('uplot'), { path: ofPlot('uPlot.esm.js'), type: SCRIPT }] as const,
  ['/modules/uplot.css', { path: ofPlot('uPlot.min.css'), type: 'text/css' }] as const,
]);

const importMap = JSON.stringify({
  imports: Object.fromEntries([...LIBRARIES, 'uplot'].map((name) => [name, addressOf(name)])),
});

export const pageHtml = (nonce: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>cooperage inspect</title>
<link rel="stylesheet" href="/modules/uplot.css">
<link rel="stylesheet" href="/page/style.css">
<link rel="icon" href="data:,">
<script type="importmap" nonce="${nonce}">${importMap}</script>
<body><div id="app"></div>
<script type="module" src="/page/main.js"></script>
</html>
`;
