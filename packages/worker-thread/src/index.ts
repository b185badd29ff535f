export { makeThreadWorkerHost, type ThreadWorkerOptions } from './thread-worker-host.js';
