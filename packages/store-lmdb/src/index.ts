export { type LmdbOptions, openLmdbBackend } from './open-lmdb-backend.js';
export { openLmdbView } from './view.js';
export { removeStore } from './remove-store.js';
