/** The module `os` of a host that says nothing of itself. */
export const EOL = '\n';
export const devNull = '/dev/null';
export const arch = () => 'javascript';
export const cpus = () => [];
export const endianness = () => 'LE';
export const freemem = () => 0;
export const homedir = () => '/';
export const hostname = () => 'localhost';
export const loadavg = () => [0, 0, 0];
export const networkInterfaces = () => ({});
export const platform = () => 'browser';
export const release = () => '';
export const tmpdir = () => '/tmp';
export const totalmem = () => 0;
export const type = () => 'Browser';
export const uptime = () => 0;
export const constants = { signals: {}, errno: {} };

export default {
  EOL,
  arch,
  constants,
  cpus,
  devNull,
  endianness,
  freemem,
  homedir,
  hostname,
  loadavg,
  networkInterfaces,
  platform,
  release,
  tmpdir,
  totalmem,
  type,
  uptime,
};
