/** Both of what Node's module has: its own old functions, and the classes and functions of the standard. */
const own = require('cooperage-node:url');
const { URL, URLSearchParams } = require('cooperage-global:url');

const refuse = (code, message) => {
  throw Object.assign(new TypeError(message), { code });
};

/** Of POSIX, as the paths of vats are. */
const fileURLToPath = (given) => {
  const { protocol, hostname, pathname } = new URL(given);
  if (protocol !== 'file:') refuse('ERR_INVALID_URL_SCHEME', 'The URL must be of scheme file');
  if (hostname !== '') {
    refuse('ERR_INVALID_FILE_URL_HOST', 'File URL host must be "localhost" or empty');
  }
  if (/%2f/i.test(pathname)) {
    refuse('ERR_INVALID_FILE_URL_PATH', 'File URL path must not include encoded / characters');
  }
  return decodeURIComponent(pathname);
};

const ESCAPES = { '%': '%25', '\\': '%5C', '\n': '%0A', '\r': '%0D', '\t': '%09' };

const pathToFileURL = (path) => {
  const whole = require('node:path').resolve('/', path) + (/.\/$/.test(path) ? '/' : '');
  const url = new URL('file:///');
  url.pathname = whole.replace(/[%\\\n\r\t]/g, (character) => ESCAPES[character]);
  return url;
};

const hostOf = (domain) => {
  try {
    return new URL(`ws://${domain}`).hostname;
  } catch {
    return '';
  }
};

const urlToHttpOptions = (url) => ({
  protocol: url.protocol,
  hostname: url.hostname.replace(/^\[|\]$/g, ''),
  hash: url.hash,
  search: url.search,
  pathname: url.pathname,
  path: url.pathname + url.search,
  href: url.href,
  ...(url.port !== '' && { port: Number(url.port) }),
  ...((url.username !== '' || url.password !== '') && {
    auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`,
  }),
});

module.exports = {
  ...own,
  /** The old one takes a URL of the standard, too. */
  format: (given, options = {}) => {
    if (!(given instanceof URL)) return own.format(given);
    const url = new URL(given.href);
    if (options.fragment === false) url.hash = '';
    if (options.search === false) url.search = '';
    if (options.auth === false) {
      url.username = '';
      url.password = '';
    }
    return url.href;
  },
  URL,
  URLSearchParams,
  domainToASCII: hostOf,
  fileURLToPath,
  pathToFileURL,
  urlToHttpOptions,
};
