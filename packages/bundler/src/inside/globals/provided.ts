/**
 * Globals of browsers and Node that packages use, and that are pure or can be refused in words. A module that uses one
 * imports it from here, so that a vat has in its bundle what its code uses, and no more.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { posix } from 'node:path';

const PREFIX = 'cooperage-global:';
const ID = `\0${PREFIX}`;

/** By the file in `globals` of this package, or the module of Node, that has them. */
const NAMES = {
  'node:buffer': 'Buffer',
  absent:
    'FileList FormData Headers ReadableStream Request Response TransformStream WebSocket WritableStream ' +
    'XMLHttpRequest fetch',
  blob: 'Blob File',
  events: 'AbortController AbortSignal CustomEvent DOMException Event EventTarget',
  intl: 'Intl',
  'message-channel': 'MessageChannel MessagePort',
  performance: 'performance',
  process: 'process',
  'structured-clone': 'structuredClone',
  timers:
    'cancelAnimationFrame clearImmediate clearInterval clearTimeout requestAnimationFrame setImmediate setInterval ' +
    'setTimeout',
  url: 'URL URLSearchParams',
} as const;

/** By name: what a module imports it from. */
export const PROVIDED: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([from, names]) =>
    names
      .split(' ')
      .map((name) => [name, from.startsWith('node:') ? from : PREFIX + from] as const),
  ),
);

/**
 * Names that a module gets even if it asks whether they are there: it has nothing else to fall back on, or takes its host
 * for no other on their account.
 */
export const ALWAYS: ReadonlySet<string> = new Set(
  (
    'AbortController AbortSignal CustomEvent DOMException Event EventTarget Intl URL URLSearchParams ' +
    'clearTimeout setTimeout structuredClone'
  ).split(' '),
);

/** `Function` for modules that write code with `with` statements. */
export const WRITTEN_CODE = `${PREFIX}written-code`;

/** Modules of Node that are here. */
const MODULES = ['crypto', 'os', 'perf_hooks', 'process', 'timers', 'tty'];

export const providedNodeModule = (name: string): string | undefined =>
  MODULES.includes(name) ? ID + name : undefined;

const own = createRequire(import.meta.url);

export const isProvided = (id: string): boolean => id.startsWith(ID);

/** The id of a module of these globals, or the path of a package that one of them is made of. */
export const resolveProvided = (specifier: string, importer: string): string | undefined => {
  if (specifier.startsWith(PREFIX)) return `\0${specifier}`;
  if (!isProvided(importer) || specifier.startsWith('node:')) return undefined;
  if (!specifier.startsWith('.')) return own.resolve(specifier);
  return ID + posix.join(posix.dirname(importer.slice(ID.length)), specifier).replace(/\.js$/, '');
};

/** `globals` is beside the sources and beside the build. */
export const sourceOfProvided = (id: string): string =>
  readFileSync(new URL(`../../../globals/${id.slice(ID.length)}.js`, import.meta.url), 'utf8');
