export { type LmdbOptions, openLmdbBackend } from './open-lmdb-backend.js';
export { removeStore } from './remove-store.js';
