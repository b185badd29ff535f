/** What packages for Node and browsers look at, as bundlers for browsers give it to them. */
const nothing = () => process;

export const process = {
  browser: true,
  env: { NODE_ENV: 'production' },
  argv: [],
  execArgv: [],
  version: '',
  versions: {},
  platform: 'browser',
  release: {},
  cwd: () => '/',
  umask: () => 0,
  uptime: () => 0,
  nextTick: (job, ...args) => {
    Promise.resolve().then(() => job(...args));
  },
  emitWarning: (warning) => console.warn(warning),
  on: nothing,
  once: nothing,
  off: nothing,
  addListener: nothing,
  removeListener: nothing,
  removeAllListeners: nothing,
  emit: () => false,
  listeners: () => [],
};

export default process;
export const { argv, browser, cwd, env, nextTick, platform, version, versions } = process;
