/** The files of the page. Its script is bundled when the host starts. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

export interface PageFile {
  readonly type: string;
  readonly text: string;
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const read = (name: string): string => readFileSync(at(`../page/${name}`), 'utf8');

const bundle = async (): Promise<string> => {
  const built = await rolldown({
    input: at('../dist/page/main.js'),
    platform: 'browser',
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    logLevel: 'silent',
  });
  try {
    const { output } = await built.generate({ format: 'esm', minify: true });
    return output[0].code;
  } finally {
    await built.close();
  }
};

export const readPage = async (): Promise<ReadonlyMap<string, PageFile>> =>
  new Map([
    ['/', { type: 'text/html; charset=utf-8', text: read('index.html') }],
    ['/style.css', { type: 'text/css; charset=utf-8', text: read('style.css') }],
    ['/icon.svg', { type: 'image/svg+xml', text: read('icon.svg') }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', text: await bundle() }],
  ]);

/** The page runs its own scripts and styles only, connects to its own host, and cannot be framed. */
export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
} as const;
