export { makeQuickJSWorkerHost, type QuickJSWorkerOptions } from './host/quickjs-worker-host.js';
