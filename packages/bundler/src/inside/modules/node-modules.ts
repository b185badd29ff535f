/** Modules of Node: those that are pure come from packages, the others a vat does not have. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Named here and not by the Node that bundles: bundles are the same on each. */
const NAMES = new Set(
  (
    'assert assert/strict async_hooks buffer child_process cluster console constants crypto dgram ' +
    'diagnostics_channel dns dns/promises domain events fs fs/promises http http2 https inspector ' +
    'inspector/promises module net os path path/posix path/win32 perf_hooks process punycode querystring ' +
    'readline readline/promises repl stream stream/consumers stream/promises stream/web string_decoder sys ' +
    'timers timers/promises tls trace_events tty url util util/types v8 vm wasi worker_threads zlib'
  ).split(' '),
);

/** The packages that stand for modules of Node, as this package's own dependencies are found. */
const PURE: Readonly<Record<string, string>> = {
  assert: 'assert/build/assert.js',
  buffer: 'buffer/index.js',
  events: 'events/events.js',
  path: 'path-browserify/index.js',
  'path/posix': 'path-browserify/index.js',
  querystring: 'querystring-es3/index.js',
  stream: 'readable-stream/lib/ours/browser.js',
  'stream/promises': 'readable-stream/lib/stream/promises.js',
  string_decoder: 'string_decoder/lib/string_decoder.js',
  url: 'url/url.js',
  util: 'util/util.js',
  sys: 'util/util.js',
  'util/types': 'util/support/types.js',
};

/** What such a package lacks and is pure, too, is in `globals/node` of this package. */
const EXTENDED: ReadonlySet<string> = new Set([
  'assert/strict',
  'buffer',
  'querystring',
  'string_decoder',
  'url',
  'util',
]);
const EXTENSION = '\0cooperage-node:';
const PLAIN = 'cooperage-node:';

const own = createRequire(import.meta.url);

/** The name without `node:` of a module of Node. */
export const nodeNameOf = (specifier: string): string | undefined => {
  if (specifier.startsWith('node:')) return specifier.slice('node:'.length);
  // `buffer/` is how the package of that name is asked for.
  return NAMES.has(specifier) ? specifier : undefined;
};

/** Where the pure form of a module of Node is, or the id of a module that `sourceOf` knows. */
export const pureNodeModule = (name: string): string | undefined => {
  const known = name === 'sys' ? 'util' : name;
  if (EXTENDED.has(known)) return EXTENSION + known;
  const path = PURE[name];
  return path === undefined ? undefined : own.resolve(path);
};

/** What the modules of this file import of each other. */
export const plainNodeModule = (specifier: string): string | undefined =>
  specifier.startsWith(PLAIN)
    ? own.resolve(PURE[specifier.slice(PLAIN.length)] as string)
    : undefined;

export const isExtension = (id: string): boolean => id.startsWith(EXTENSION);

/** `globals` is beside the sources and beside the build. */
export const sourceOfExtension = (id: string): string => {
  const file = `${id.slice(EXTENSION.length).replace('/', '-')}.cjs`;
  return readFileSync(new URL(`../../../globals/node/${file}`, import.meta.url), 'utf8');
};

/** A package that stands for a module of Node: it takes Node's globals to be there, even where it looks for them. */
export const isPureNodeModule = (path: string): boolean => pureFiles.has(path);

const pureFiles: ReadonlySet<string> = new Set(
  Object.values(PURE).map((file) => own.resolve(file)),
);

const REMEDIES: Readonly<Record<string, string>> = {
  process: 'pass what it needs to the vat as a parameter',
  timers: 'let the vat use the timer service',
  'timers/promises': 'let the vat use the timer service',
};

/** What to do about a module of Node that a vat cannot have. */
export const remedyFor = (name: string): string =>
  `${REMEDIES[name] ?? 'provide what is needed as a service of the host'}, ` +
  'or import a package, or a part of this one, that does not need it';
