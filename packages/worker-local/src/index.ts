export { makeLocalWorkerHost, type LocalWorkerOptions } from './local-worker-host.js';
